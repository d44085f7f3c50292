import { isAddressOf } from "../../core/compare-found.js";
import { isDsrError } from "../../core/errors.js";
import type { Identifier } from "../../core/identifier.js";
import type { FoundFile } from "../../core/files.js";
import type { Gap, Searched } from "../../core/outcome.js";
import type { CollectedPage, CollectedRecord, CollectInput, ConnectorContext } from "../../core/ports.js";
import type { RequestSettings } from "../../core/request-settings.js";
import { filesLeft, unwrittenMarks, withoutFileLinks } from "./attachments.js";
import { spellingsOf } from "./authored-conversations.js";
import { createIntercomClient, requestIdOf, type IntercomClient } from "./client.js";
import { member, type JsonObject } from "./json-values.js";
import { ListedIds } from "./listed-ids.js";
import { NamedObjects } from "./named-objects.js";
import { disclosed } from "./other-people.js";
import type { Person } from "./people-in-record.js";
import { API_VERSION } from "./protocol.js";
import { listedStaff } from "./teammates.js";
import { ToldTickets } from "./told-tickets.js";

/** One person's records being read. */
export interface Reading {
  readonly client: IntercomClient;
  readonly context: ConnectorContext;
  readonly contactIds: readonly string[];
  /** Those that the lookup found: what absorbed one of them is read like them. */
  readonly matched: ReadonlySet<string>;
  /** Those of them that Intercom shows in a list alone. */
  readonly listedOnly: ReadonlySet<string>;
  /** Conversations that hang on none of these contacts. */
  readonly looseThreads: readonly string[];
  readonly settings: RequestSettings;
  readonly covers: (category: string) => boolean;
  readonly isOwnAddress: (address: string) => boolean;
  /** The person's address, in the few spellings by which conversations are asked for; none where the lookup did so, since it found no contact. */
  readonly ownAddresses: readonly string[];
  /** Category and id of threads that this process has read, so that none is read again. A later process may read one twice; the package holds it once. */
  readonly threadsRead: Set<string>;
  readonly listed: ListedIds;
  /** The workspace's teammates, as they are listed, where that may be read; asked for once, when somebody has to know. Undefined where it may be no longer. */
  readonly staff: () => Promise<readonly JsonObject[] | undefined>;
  /** Who of them a text names, as far as that can be told without asking. */
  readonly teammate: CollectInput["teammate"];
  /** Marks of the teammates that were met so far, in that order. Part of every checkpoint. */
  readonly staffMarks: string[];
  /** Ids of what earlier processes read of a category. */
  readonly kept: (category: string) => Promise<ReadonlySet<string>>;
  /** The records of a category themselves. */
  readonly earlier: (category: string) => AsyncIterable<CollectedRecord>;
  readonly named: NamedObjects;
  /** What the person's contacts that were read are called. */
  readonly ownNames: Set<string>;
  readonly tickets: ToldTickets;
  /** Make known as well what the contacts, and the tickets, are that earlier processes read; once. */
  readonly recallContacts: () => Promise<void>;
  readonly recallTickets: () => Promise<void>;
}

/** What earlier stages leave for later ones: ids, and names of types. Part of every checkpoint. */
export interface Found {
  /** Contacts that were merged into the person's, or turned out to carry the person's address: their ids stand in what they wrote. */
  readonly merged: readonly string[];
  /** Contacts that the search showed and that carry another address themselves: nothing of theirs is read. */
  readonly strangers?: readonly string[];
  /** Contacts that are gone, and that began something from the person's address: whose they were otherwise, nobody can tell. */
  readonly gone?: readonly string[];
  /** Contacts of the person's that the search did not show, and of which that was told. */
  readonly notShown?: readonly string[];
  /** Contacts that absorbed some (`of`): read after those. */
  readonly survivors?: readonly { readonly id: string; readonly of: string }[];
  /** Custom object types that something of the person refers to. */
  readonly types: readonly string[];
}

export interface Step {
  readonly records: readonly CollectedRecord[];
  readonly gaps: readonly Gap[];
  readonly files?: readonly FoundFile[];
  readonly unreadable?: CollectedPage["unreadable"];
  readonly notAsked?: CollectedPage["notAsked"];
  readonly strangers?: CollectedPage["strangers"];
  readonly announced?: CollectedPage["announced"];
  readonly searched?: CollectedPage["searched"];
  readonly found?: Found;
  /** Where the stage goes on, as JSON; undefined where it has ended. */
  readonly next: object | undefined;
}

/** Reads one page, where there is something left to read; `at` is undefined at the beginning. */
export type Stage = (reading: Reading, found: Found, at: unknown) => Promise<Step | undefined>;

export function startReading(context: ConnectorContext, { matches, loose = [], identifiers, categories, readsTeammates = false, teammate, settings, kept = nothing }: CollectInput): Reading {
  const covered = new Set(categories);
  const client = createIntercomClient(context);
  const tickets = new ToldTickets();
  let staff: ReturnType<Reading["staff"]> | undefined;
  const ownNames = new Set<string>();
  let [contactsRecalled, ticketsRecalled]: Promise<void>[] = [];
  return {
    client,
    context,
    contactIds: matches.map(({ id }) => id),
    matched: new Set(matches.map(({ id }) => id)),
    listedOnly: new Set(matches.filter(({ extent }) => extent !== undefined).map(({ id }) => id)),
    looseThreads: loose.filter(({ category }) => category === "conversations").map(({ id }) => id),
    settings,
    covers: (category) => covered.has(category),
    isOwnAddress: (address) => isAddressOf(identifiers, address),
    ownAddresses: matches.length === 0 ? [] : spellingsOf(identifiers),
    threadsRead: new Set(),
    listed: new ListedIds(),
    staff: () => (staff ??= readsTeammates ? listedStaff(client).catch(unlessTakenAway) : Promise.resolve([])),
    staffMarks: [],
    teammate: teammate && ((named) => (isCalledSo(identifiers, named) ? undefined : teammate(named))),
    kept: async (category) => {
      const ids = new Set<string>();
      for await (const { id } of kept(category)) ids.add(id);
      return ids;
    },
    earlier: kept,
    named: new NamedObjects(),
    ownNames,
    tickets,
    recallContacts: () => (contactsRecalled ??= noteAll(kept("contacts"), (record) => void noteName(ownNames, record))),
    recallTickets: () => (ticketsRecalled ??= noteAll(kept("tickets"), (record) => void tickets.note(record))),
  };
}

/** Whether a name is what the person's own address is made of: a namesake of a teammate is not taken for them in their own records. */
function isCalledSo(identifiers: readonly Identifier[], named: string): boolean {
  const words = (text: string): readonly string[] => text.toLowerCase().split(/[\s.,_+-]+/);
  return !named.includes("@") && identifiers.some((each) => words(named).every((word) => words(each.reveal().replace(/@.*/, "")).includes(word)));
}

async function* nothing(): AsyncIterable<CollectedRecord> {
  // The first process to read has read nothing before.
}

async function noteAll(kept: AsyncIterable<CollectedRecord>, note: (record: CollectedRecord) => void): Promise<void> {
  for await (const record of kept) note(record);
}

/** A contact is the person's own: its name is theirs, wherever it stands. */
export function noteName(ownNames: Set<string>, { data }: Pick<CollectedRecord, "data">): void {
  const name = member(data, "name");
  if (typeof name === "string" && name.trim() !== "") ownNames.add(name);
}

function unlessTakenAway(error: unknown): undefined {
  if (!isDsrError(error, "SCOPE_MISSING")) throw error;
}

/**
 * Of a list that an earlier process began, this one was told the page before alone; what stood on those before it is among what was read of the
 * category by then.
 */
export async function begunBefore<At extends { readonly page: number; readonly last?: readonly string[] }>(reading: Reading, list: string, category: string, at: At): Promise<At> {
  if (at.page < 2 || reading.listed.isOf(list)) return at;
  return { ...at, last: [...(at.last ?? []), ...(await reading.kept(category))] };
}

/** That what these contacts have was asked for by their ids. */
export function askedBy({ context }: Pick<Reading, "context">, where: string, ...keys: readonly string[]): { readonly searched: readonly Searched[] } {
  const at = timeOf({ context });
  return { searched: keys.map((identifier) => ({ identifier, where, at })) };
}

export function timeOf({ context }: Pick<Reading, "context">): string {
  return new Date(context.clock.now()).toISOString();
}

export function personOf({ contactIds, isOwnAddress, ownNames, teammate, staffMarks }: Reading, { merged }: Found): Person {
  return { contactIds: new Set([...contactIds, ...merged]), isOwnAddress, names: ownNames, teammate, staffMarks };
}

export interface Received {
  readonly category: string;
  readonly id: string;
  readonly endpoint: string;
  /** Where it is not the pinned one. */
  readonly apiVersion?: string;
  readonly response: Response;
  /** When it came (ISO 8601); now when left out. */
  readonly at?: string;
  readonly data: unknown;
  readonly contains?: CollectedRecord["contains"];
  /** How much was taken out of it before, since it may be another participant's. */
  readonly withheld?: number;
  /** Teammates of whom the record tells no name. */
  readonly staff?: readonly JsonObject[];
}

/** What goes into the package: records without other people, of which each tells, and the files that are left in them. */
export interface Kept {
  readonly records: readonly CollectedRecord[];
  readonly files: readonly FoundFile[];
}

export function keepAll(reading: Reading, found: Found, received: readonly Received[]): Kept {
  const kept = received.map((each) => keep(reading, found, each));
  return { records: kept.flatMap(({ records }) => records), files: kept.flatMap(({ files }) => files) };
}

export function keep(reading: Reading, found: Found, { category, id, endpoint, apiVersion = API_VERSION, response, at = timeOf(reading), data: received, contains, withheld = 0, staff = [] }: Received): Kept {
  const markFor = unwrittenMarks(received);
  const unlinked = withoutFileLinks(received, markFor);
  const { data: told, redactions: taken } = disclosed(unlinked.data, personOf(reading, found), reading.settings, staff);
  const { data, files } = filesLeft(told, unlinked.files, markFor);
  const redactions = withheld === 0 ? taken : [...taken, { rule: "participant_text", count: withheld }];
  const record: CollectedRecord = {
    category,
    id,
    data,
    provenance: { endpoint, apiVersion, ...requestIdOf(response), at },
    ...(redactions.length === 0 ? {} : { redactions }),
    ...(contains === undefined ? {} : { contains }),
  };
  return { records: [record], files: files.map((file) => ({ category, recordId: id, ...file })) };
}
