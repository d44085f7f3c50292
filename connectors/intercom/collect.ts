import { DsrError } from "../../core/errors.js";
import type { Gap } from "../../core/outcome.js";
import type { CollectInput, CollectedPage, CollectedRecord, ConnectorContext } from "../../core/ports.js";
import { createIntercomClient, expectId, requestIdOf, type IntercomClient } from "./client.js";
import { CONTACT_LISTS, type ContactList } from "./contact-lists.js";
import { holdings } from "./lookup.js";
import type { PageParameters } from "./paging.js";
import { API_VERSION } from "./protocol.js";

/** A list that is still going on after so many pages is caught in a loop. */
const MAX_PAGES = 10_000;

/** Where reading goes on: which contact, which of its lists, and what the contact said of their sizes. */
interface Position {
  readonly contact: number;
  /** -1 before the contact itself was read; else the index of the next list. */
  readonly list: number;
  readonly holds: Readonly<Record<string, number>>;
  readonly from?: PageParameters;
  /** The way to an earlier page of the current list: whoever comes past it again goes round in circles. */
  readonly anchor?: PageParameters | undefined;
  /** Items of the current list that earlier pages held. */
  readonly have: number;
  readonly page: number;
  /** True when the current list is being read again, because it was shorter than the contact says. */
  readonly again?: true;
}

const START: Position = { contact: 0, list: -1, holds: {}, have: 0, page: 0 };

/** Reads each contact whole, then each of its lists that is not known to be empty, one call a page. */
export async function* collect(context: ConnectorContext, { matches, categories, checkpoint }: CollectInput): AsyncIterable<CollectedPage> {
  const client = createIntercomClient(context);
  let at: Position | undefined = checkpoint === undefined ? START : (JSON.parse(checkpoint) as Position);
  while (at !== undefined && at.contact < matches.length) {
    const id = matches[at.contact]?.id ?? "";
    const list: ContactList | undefined = CONTACT_LISTS[at.list];
    if (at.list >= CONTACT_LISTS.length) {
      at = { ...START, contact: at.contact + 1 };
      continue;
    }
    if (list !== undefined && (!categories.includes(list.category) || list.expected(at.holds) === 0)) {
      at = afterList(at);
      continue;
    }
    const step: Step = list === undefined ? await readContact(client, context, id, at) : await readList(client, context, id, list, at);
    yield { records: step.records, gaps: step.gaps, checkpoint: JSON.stringify(step.next) };
    at = step.next;
  }
}

interface Step {
  readonly records: readonly CollectedRecord[];
  readonly gaps: readonly Gap[];
  readonly next: Position;
}

async function readContact(client: IntercomClient, context: ConnectorContext, id: string, at: Position): Promise<Step> {
  const { data, response } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: id }, query: { include_merge_history: true } } });
  const skip = { ...START, contact: at.contact + 1 };
  if (!response.ok || data === undefined) return { records: [], gaps: [{ category: "contacts", code: "CHANGED_DURING_RUN", id }], next: skip };
  expectId(data, id);
  if (context.workspaceId !== undefined && data.workspace_id != null && data.workspace_id !== context.workspaceId) throw new DsrError("WRONG_WORKSPACE");
  const record: CollectedRecord = { category: "contacts", id, data, provenance: provenance(context, "GET /contacts/{contact_id}", response) };
  return { records: [record], gaps: [], next: { ...START, contact: at.contact, list: 0, holds: holdings(data) } };
}

async function readList(client: IntercomClient, context: ConnectorContext, contactId: string, list: ContactList, at: Position): Promise<Step> {
  const page = await list.read(client, contactId, at.from);
  if (page === undefined) return { records: [], gaps: [{ category: list.category, code: "CHANGED_DURING_RUN", id: contactId }], next: afterList(at) };
  const records = page.items.map(
    (item): CollectedRecord => ({ category: list.category, id: list.recordId(contactId, item.id), data: item.data, provenance: provenance(context, list.endpoint, page.response) }),
  );
  const have = at.have + records.length;
  const number = at.page + 1;
  const { next } = page;
  const stuck = next !== undefined && (number >= MAX_PAGES || isSame(next, at.from) || isSame(next, at.anchor));
  if (next !== undefined && !stuck) return { records, gaps: [], next: { ...at, from: next, anchor: isPowerOfTwo(number) ? next : at.anchor, have, page: number } };
  const expected = list.expected(at.holds);
  const short = expected !== undefined && have < expected;
  if (!stuck && short && at.again !== true) return { records, gaps: [], next: { ...startOfList(at, at.list), again: true } };
  const counts = { id: contactId, have, ...(expected === undefined ? {} : { of: expected }) };
  const gaps: readonly Gap[] = stuck || short ? [{ category: list.category, code: stuck ? "PAGING" : "COUNT_MISMATCH", ...counts }] : [];
  return { records, gaps, next: afterList(at) };
}

function isSame(one: PageParameters, other: PageParameters | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Anchors that lie ever further apart catch a circle of any length. Source: R. P. Brent, "An improved Monte Carlo factorization algorithm". */
function isPowerOfTwo(number: number): boolean {
  return (number & (number - 1)) === 0;
}

function afterList(at: Position): Position {
  return startOfList(at, at.list + 1);
}

function startOfList({ contact, holds }: Position, list: number): Position {
  return { contact, list, holds, have: 0, page: 0 };
}

function provenance(context: ConnectorContext, endpoint: string, response: Response): CollectedRecord["provenance"] {
  return { endpoint, apiVersion: API_VERSION, ...requestIdOf(response), at: new Date(context.clock.now()).toISOString() };
}
