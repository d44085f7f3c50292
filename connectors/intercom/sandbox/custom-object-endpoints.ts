import type { CustomObjectRecord } from "./activity-records.js";
import { deletedObject, deleteWhenDue } from "./deletion.js";
import { numberedPage } from "./numbered-page.js";
import { all } from "./permissions.js";
import { seconds } from "./records.js";
import { failure, json } from "./reply.js";
import type { Exchange, Route, World } from "./route.js";

const listCustomObjects: Route = {
  operation: "listCustomObjects",
  method: "GET",
  template: "/custom_object_instances/{custom_object_type_identifier}",
  needs: all("custom_objects"),
  age: "newer",
  sinceMinor: 16,
  answer: ({ state, switches }, { params, url, token }) => {
    const type = params["custom_object_type_identifier"] ?? "";
    if (!state.customObjectTypes.has(type)) return failure(404, "not_found", `Custom object type \`${type}\` not found`);
    const contactId = url.searchParams.get("references_contact_id");
    const found = [...state.customObjects.values()].filter((instance) =>
      instance.type === type && instance.workspaceId === token.admin.workspace.id && (contactId === null || instance.contactIds.includes(contactId)));
    return numberedPage(url, found.map(instanceView), { key: "data", perPage: 20, maxPerPage: switches.customObjectsMaxPerPage, next: "url" });
  },
};

const getCustomObject: Route = {
  operation: "getCustomObject",
  method: "GET",
  template: "/custom_object_instances/{custom_object_type_identifier}/{custom_object_instance_id}",
  needs: all("custom_objects"),
  age: "newer",
  sinceMinor: 13,
  answer: (world, exchange) => {
    const instance = findInstance(world, exchange);
    return instance === undefined ? failure(404, "not_found", "Object not found") : json(instanceView(instance));
  },
};

const deleteCustomObject: Route = {
  operation: "deleteCustomObject",
  method: "DELETE",
  template: "/custom_object_instances/{custom_object_type_identifier}/{custom_object_instance_id}",
  needs: all("custom_objects"),
  age: "newer",
  sinceMinor: 13,
  answer: (world, exchange) => {
    const instance = findInstance(world, exchange);
    if (instance === undefined) return failure(404, "not_found", "Object not found");
    deleteWhenDue(world, exchange, instance, () => { world.state.deleteCustomObject(instance); });
    return deletedObject(instance.id, instance.type);
  },
};

export const CUSTOM_OBJECT_ROUTES: readonly Route[] = [listCustomObjects, getCustomObject, deleteCustomObject];

function findInstance({ state }: World, { params, token }: Exchange): CustomObjectRecord | undefined {
  const instance = state.customObjects.get(params["custom_object_instance_id"] ?? "");
  const fits = instance?.type === params["custom_object_type_identifier"] && instance?.workspaceId === token.admin.workspace.id;
  return fits ? instance : undefined;
}

function instanceView({ id, type, externalId, createdAt, customAttributes }: CustomObjectRecord): Record<string, unknown> {
  return {
    id,
    type,
    external_id: externalId,
    external_created_at: null,
    external_updated_at: null,
    created_at: seconds(createdAt),
    updated_at: seconds(createdAt),
    custom_attributes: customAttributes,
  };
}
