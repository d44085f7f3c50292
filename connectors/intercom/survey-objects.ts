import { listAt } from "../../core/answers.js";
import type { Gap } from "../../core/outcome.js";
import { everyItem } from "../../core/paging.js";
import { checkedId, isId, type IntercomClient } from "./client.js";
import { isObject, member, rebuilt } from "./json-values.js";
import { nextPage, type PageParameters } from "./paging.js";
import { sideOf } from "./people-in-record.js";

/** Source: `GET /custom_object_instances/{custom_object_type_identifier}` of version 2.16. */
const PER_PAGE = 150;

/** An instance that refers to the person. */
export interface RelatedObject {
  /** `type:instance`: ids are unique only within a type. */
  readonly id: string;
  /** Whether it refers to another contact as well, as far as it tells. */
  readonly shared: boolean;
}

/** For each type, the instances that refer to each contact. Nothing lists who else refers to one, so that only what it says itself is known. */
export async function surveyObjects(client: IntercomClient, contactIds: readonly string[], types: readonly string[]): Promise<{ readonly objects: readonly RelatedObject[]; readonly gaps: readonly Gap[] }> {
  const objects = new Map<string, RelatedObject>();
  const gaps: Gap[] = [];
  const person = { contactIds: new Set(contactIds), isOwnAddress: () => false };
  for (const type of types) {
    // A name that cannot stand in a path cannot be asked for.
    if (!isId(type)) {
      gaps.push({ category: "custom_objects", code: "TYPE_NOT_READ" });
      continue;
    }
    for (const contactId of contactIds) {
      const { instances, complete } = await listOfType(client, type, contactId);
      for (const instance of instances) {
        const id = `${type}:${checkedId(member(instance, "id"))}`;
        objects.set(id, { id, shared: namesAnother(instance, person) });
      }
      if (!complete) gaps.push({ category: "custom_objects", code: "PAGING", id: contactId });
    }
  }
  return { objects: [...objects.values()], gaps };
}

async function listOfType(client: IntercomClient, type: string, contactId: string): Promise<{ readonly instances: readonly unknown[]; readonly complete: boolean }> {
  let complete = true;
  const read = async (from: PageParameters | undefined) => {
    const { data, response } = await client.GET("/custom_object_instances/{custom_object_type_identifier}", {
      params: { path: { custom_object_type_identifier: type }, query: { references_contact_id: contactId, per_page: PER_PAGE, ...from } },
    });
    if (!response.ok) return { items: [] };
    const items = listAt(data, "data").filter((each) => each !== null);
    return { items, next: items.length === 0 ? undefined : nextPage(data?.pages) };
  };
  const instances = await everyItem(read, () => (complete = false));
  return { instances, complete };
}

function namesAnother(instance: unknown, person: Parameters<typeof sideOf>[2]): boolean {
  let found = false;
  rebuilt(member(instance, "custom_attributes"), (value, name) => {
    if (isObject(value) && sideOf(value, name, person) === "contact") found = true;
    return undefined;
  });
  return found;
}
