import { DsrError } from "../../core/errors.js";
import { further, goesInCircles, type Loop } from "../../core/paging.js";
import { checkedId, isId } from "./client.js";
import { MOST_TYPES } from "./custom-object-types.js";
import { listOf, member } from "./json-values.js";
import { nextPage, type PageParameters } from "./paging.js";
import { askedBy, begunBefore, keepAll, type Found, type Reading, type Step } from "./reading.js";
import { maybeCountOf } from "./search.js";

/** Source: `GET /custom_object_instances/{custom_object_type_identifier}` of version 2.16. */
const PER_PAGE = 150;

interface At extends Loop<PageParameters> {
  readonly type: number;
  readonly contact: number;
  readonly have: number;
  /** The most that a page said there are, where one said it. */
  readonly of?: number;
  /** Instances of the page before. */
  readonly last?: readonly string[];
}

const START: At = { type: 0, contact: 0, have: 0, page: 0 };

/** Which is no failure, and no finding either. */
export const NO_TYPE = "Intercom lists a workspace's types of custom objects nowhere: nothing of the person refers to one, and the settings name none";

/** For each type that something of the person refers to, the instances that refer to each contact. */
export async function customObjectStage(reading: Reading, found: Found, from: unknown): Promise<Step | undefined> {
  if (!reading.covers("custom_objects")) return undefined;
  if (found.types.length === 0) return reading.contactIds.length === 0 ? undefined : { records: [], gaps: [], notAsked: [{ category: "custom_objects", reason: NO_TYPE }], next: undefined };
  let at = (from as At | undefined) ?? START;
  if (at.contact >= reading.contactIds.length) at = { ...START, type: at.type + 1 };
  const type = found.types[at.type];
  const contactId = reading.contactIds[at.contact];
  if (type === undefined || contactId === undefined) return undefined;
  const onward = { ...START, type: at.type, contact: at.contact + 1 };
  // A name that cannot stand in a path cannot be asked for.
  if (!isId(type)) return notRead(at);
  if (at.type >= MOST_TYPES) return { ...notRead(at), next: { ...START, type: found.types.length } };
  at = await begunBefore(reading, `${type} ${contactId}`, "custom_objects", at);
  const { data, response } = await reading.client.GET("/custom_object_instances/{custom_object_type_identifier}", {
    params: { path: { custom_object_type_identifier: type }, query: { references_contact_id: contactId, per_page: PER_PAGE, ...at.from } },
  });
  // The workspace does not know the type, any more or at all.
  if (!response.ok) return notRead(at, type);
  if (!Array.isArray(data?.data)) throw new DsrError("VENDOR_MALFORMED");
  const received = listOf(data.data)
    .filter((each) => each !== null)
    .map((each) => ({ category: "custom_objects", id: `${type}:${checkedId(member(each, "id"))}`, endpoint: "GET /custom_object_instances/{custom_object_type_identifier}", response, data: each }));
  const step = { ...keepAll(reading, found, received), ...askedBy(reading, "custom_object_instances", "contact_id"), gaps: [] };
  const ids = received.map(({ id }) => id);
  const have = at.have + reading.listed.fresh(`${type} ${contactId}`, ids, at.last).size;
  const next = received.length === 0 ? undefined : nextPage(data.pages);
  // What goes from the list between two pages was counted on the first.
  const count = maybeCountOf(data.total_count);
  const of = count === undefined ? at.of : Math.max(count, at.of ?? 0);
  const told = of === undefined ? {} : { of };
  const counts = { category: "custom_objects", id: contactId, have, ...told };
  if (next !== undefined && goesInCircles(next, at)) return { ...step, gaps: [{ ...counts, code: "PAGING" }], next: onward };
  if (next !== undefined) return { ...step, next: { ...at, ...further(next, at), have, last: ids, ...told } };
  return { ...step, gaps: of !== undefined && have < of ? [{ ...counts, code: "COUNT_MISMATCH" }] : [], next: onward };
}

/** The next type is asked for in its place. */
function notRead({ type: index }: At, type?: string): Step {
  return { records: [], gaps: [{ category: "custom_objects", code: "TYPE_NOT_READ", ...(type === undefined ? {} : { id: type }) }], next: { ...START, type: index + 1 } };
}
