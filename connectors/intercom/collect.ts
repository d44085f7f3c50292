import type { CollectedPage, CollectInput, ConnectorContext } from "../../core/ports.js";
import { contactStage } from "./collect-contacts.js";
import { conversationStage } from "./collect-conversations.js";
import { customObjectStage } from "./collect-custom-objects.js";
import { namedObjectStage, noteNamed } from "./collect-named-objects.js";
import { typesInSettings } from "./custom-object-types.js";
import { eventStage } from "./collect-events.js";
import { ticketStage } from "./collect-tickets.js";
import { startReading, type Found, type Reading, type Stage, type Step } from "./reading.js";

/** Tickets before conversations, so that a ticket that is shown as both is read once. */
const STAGES: readonly Stage[] = [contactStage, ticketStage, conversationStage, eventStage, customObjectStage, namedObjectStage];

/** Where reading goes on. Holds ids, marks, cursors and names of types; no address and no content. */
interface Checkpoint {
  readonly stage: number;
  readonly at?: unknown;
  readonly found: Found;
  /** Left out where no teammate was met yet. */
  readonly staff?: readonly string[];
}

/** Reads stage by stage and page by page; a page follows from at most one record or one list's page, so memory does not grow with the person. */
export async function* collect(context: ConnectorContext, input: CollectInput): AsyncIterable<CollectedPage> {
  const reading = startReading(context, input);
  const begun: Checkpoint = input.checkpoint === undefined ? { stage: 0, found: { merged: [], types: typesInSettings(input.settings.connector) } } : (JSON.parse(input.checkpoint) as Checkpoint);
  let { stage, at, found } = begun;
  reading.staffMarks.push(...(begun.staff ?? []));
  await reading.recallContacts();
  while (stage < STAGES.length) {
    const here = { ...reading, contactIds: contactsOf(reading, found, stage) };
    const step = await STAGES[stage]?.(here, found, at);
    at = step?.next;
    found = step?.found ?? found;
    if (step !== undefined) noteNamed(here, found, step);
    if (at === undefined) stage += 1;
    const { staffMarks: staff } = reading;
    if (step !== undefined) yield pageOf(step, { stage, at, found, ...(staff.length === 0 ? {} : { staff }) });
  }
}

/** The person's, as far as that is known. In the first stage, which finds out, each keeps its place in the order. */
function contactsOf({ contactIds }: Reading, { merged, strangers = [], survivors = [] }: Found, stage: number): readonly string[] {
  const all = [...new Set([...contactIds, ...survivors.map(({ id }) => id)])];
  return stage === 0 ? all : all.filter((id) => !strangers.includes(id) && !merged.includes(id));
}

function pageOf({ records, gaps, files = [], unreadable, notAsked, strangers, announced, searched }: Step, checkpoint: Checkpoint): CollectedPage {
  return { records, gaps, ...(files.length === 0 ? {} : { files }), ...(unreadable === undefined ? {} : { unreadable }), ...(notAsked === undefined ? {} : { notAsked }), ...(strangers === undefined ? {} : { strangers }), ...(announced === undefined ? {} : { announced }), ...(searched === undefined ? {} : { searched }), checkpoint: JSON.stringify(checkpoint) };
}
