import { listAt } from "../../core/answers.js";
import type { Gap } from "../../core/outcome.js";
import { everyItem } from "../../core/paging.js";
import { checkedId, isId, type IntercomClient } from "./client.js";
import { isObject, member, rebuilt } from "./json-values.js";
import { nextPage, type PageParameters } from "./paging.js";
import { sideOf } from "./people-in-record.js";
import { maybeCountOf } from "./search.js";

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
      const listed = await listOfType(client, type, contactId);
      for (const [id, instance] of listed.instances) objects.set(id, { id, shared: namesAnother(instance, person) });
      gaps.push(...listed.gaps);
    }
  }
  return { objects: [...objects.values()], gaps };
}

/** Instances by `type:instance`, each once: what a list shows twice makes up for none that it counts and does not show. */
async function listOfType(client: IntercomClient, type: string, contactId: string): Promise<{ readonly instances: ReadonlyMap<string, unknown>; readonly gaps: readonly Gap[] }> {
  const category = "custom_objects";
  const gaps: Gap[] = [];
  let of = 0;
  const read = async (from: PageParameters | undefined) => {
    const { data, response } = await client.GET("/custom_object_instances/{custom_object_type_identifier}", {
      params: { path: { custom_object_type_identifier: type }, query: { references_contact_id: contactId, per_page: PER_PAGE, ...from } },
    });
    // The workspace does not know the type, any more or at all.
    if (!response.ok) gaps.push({ category, code: "TYPE_NOT_READ", id: type });
    if (!response.ok) return { items: [] };
    const items = listAt(data, "data").filter((each) => each !== null);
    // What goes from the list between two pages was counted on the first.
    of = Math.max(of, maybeCountOf(data?.total_count) ?? 0);
    return { items, next: items.length === 0 ? undefined : nextPage(data?.pages) };
  };
  const listed = await everyItem(read, () => gaps.push({ category, code: "PAGING", id: contactId }));
  const instances = new Map(listed.map((each) => [`${type}:${checkedId(member(each, "id"))}`, each]));
  return { instances, gaps: gaps.length > 0 || instances.size >= of ? gaps : [{ category, code: "COUNT_MISMATCH", id: contactId, have: instances.size, of }] };
}

function namesAnother(instance: unknown, person: Parameters<typeof sideOf>[2]): boolean {
  let found = false;
  rebuilt(member(instance, "custom_attributes"), (value, name) => {
    if (isObject(value) && sideOf(value, name, person) === "contact") found = true;
    return undefined;
  });
  return found;
}
