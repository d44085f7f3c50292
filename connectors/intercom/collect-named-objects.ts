import { isId } from "./client.js";
import { MOST_TYPES } from "./custom-object-types.js";
import { otherAuthors, participantsOf, tellsParticipants } from "./group-conversation.js";
import { member } from "./json-values.js";
import { askedBy, keepAll, type Found, type Reading, type Step } from "./reading.js";
import { unknownAuthor } from "./threads.js";

/** After which instance reading goes on; how many were asked for, and how many of them were read. */
interface At {
  readonly after: string;
  readonly have: number;
  readonly of: number;
}

const START: At = { after: "", have: 0, of: 0 };

/**
 * The instances that the person's records name, and that refer to none of the contacts themselves: each by its id, one call each. Those that nothing names but
 * threads in which others take part may be the others', and are told by their number.
 */
export async function namedObjectStage(reading: Reading, found: Found, from: unknown): Promise<Step | undefined> {
  if (!reading.covers("custom_objects")) return undefined;
  await reading.named.recall(reading.earlier, (thread) => isSharedThread(reading, found, thread));
  const at = (from as At | undefined) ?? START;
  // Of a type that could not be asked for, that was told.
  const unread = reading.named.unread(found.types.slice(0, MOST_TYPES).filter(isId));
  const next = unread.find(({ key, isOwn }) => isOwn && key > at.after);
  if (next !== undefined) return readNamed(reading, found, next, at);
  const shared = unread.filter(({ isOwn }) => !isOwn).length;
  const gaps = [
    ...(at.have < at.of ? [{ category: "custom_objects", code: "OBJECT_NOT_READ", have: at.have, of: at.of }] : []),
    ...(shared === 0 ? [] : [{ category: "custom_objects", code: "OBJECT_OF_SHARED_THREAD", have: 0, of: shared }]),
  ];
  return gaps.length === 0 ? undefined : { records: [], gaps, next: undefined };
}

/** The path also takes an external id: what comes under another id is not what was named. */
async function readNamed(reading: Reading, found: Found, { key, type, id }: { readonly key: string; readonly type: string; readonly id: string }, at: At): Promise<Step> {
  const missed: Step = { records: [], gaps: [], next: { after: key, have: at.have, of: at.of + 1 } };
  if (!isId(id)) return missed;
  const { data, response } = await reading.client.GET("/custom_object_instances/{custom_object_type_identifier}/{custom_object_instance_id}", {
    params: { path: { custom_object_type_identifier: type, custom_object_instance_id: id } },
  });
  const asked = askedBy(reading, "custom_object_instances", "object_id");
  if (!response.ok || String(member(data, "id")) !== id) return { ...missed, ...asked };
  const received = { category: "custom_objects", id: key, endpoint: "GET /custom_object_instances/{custom_object_type_identifier}/{custom_object_instance_id}", response, data };
  return { ...keepAll(reading, found, [received]), ...asked, gaps: [], next: { after: key, have: at.have + 1, of: at.of + 1 } };
}

/** What a step brought, for what it names. */
export function noteNamed(reading: Reading, found: Found, { records }: Step): void {
  for (const record of records) reading.named.note(record, (thread) => isSharedThread(reading, found, thread));
}

/** Whether anybody but the person takes part in a thread, or may, or wrote in it. */
function isSharedThread(reading: Reading, found: Found, thread: unknown): boolean {
  const own = new Set([...reading.contactIds, ...found.merged, unknownAuthor(reading, found, thread)]);
  return !tellsParticipants(thread) || [...participantsOf(thread), ...otherAuthors(thread, reading.isOwnAddress)].some((id) => !own.has(id));
}
