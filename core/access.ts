import { refuseUnoffered } from "./capability.js";
import { confirmAccount, connectionNow } from "./confirm-account.js";
import type { Connection } from "./connection.js";
import { findById } from "./find-by-id.js";
import { clearAway } from "./retention.js";
import { find, isTheirs } from "./find.js";
import { fetchFiles } from "./fetch-files.js";
import { firstSeen, recordsOn, type KnownRecords } from "./first-seen.js";
import { isFresh } from "./freshness.js";
import { conclude, history, identifiersOf, mayGoOn, record, type Ending, type Run } from "./run.js";
import type { StagedPage } from "./host-ports.js";
import type { Finding } from "./journal.js";
import type { Manifest } from "./manifest.js";
import type { Gap, NotCovered, NotCoveredReason, Searched } from "./outcome.js";
import { endingOfPackaged } from "./packaged.js";
import { refuseOddWords } from "./plain-words.js";
import { sameExtents } from "./plan.js";
import type { CollectedRecord, CollectInput } from "./ports.js";
import type { RequestHistory } from "./request-history.js";
import { ENDED_STATES } from "./request.js";
import { coversTeammates, notCoveredCategory, TEAMMATES } from "./scopes.js";
import { settingsOf } from "./request-settings.js";
import { knownTeammates } from "./teammates.js";

/**
 * Carries out an access request, from where it stopped if it was begun before: look the person up, read everything page by page, stage
 * each page durably, then write the package. The result is in the request's journal.
 */
export async function runAccess(run: Run): Promise<void> {
  const state = await history(run);
  const { directory, recipient } = destinationOf(run, state);
  if (state.receipt === undefined) await run.host.packages.prepare(directory, recipient);
  await conclude(run, async () => {
    // All is done: the vendor is asked for nothing more, and a cancel comes too late.
    if (state.receipt !== undefined) return endPackaged(run);
    await mayGoOn(run);
    await refuseUnoffered(run);
    const extents = await ask(run);
    await confirmAccount(run);
    await forgetLostPages(run);
    const before = usable(await history(run), run, await connectionNow(run));
    const finding = before !== undefined && (await isOfThemStill(run, before)) ? before : (await find(run, extents)).finding;
    if (!isNothing(finding)) await collect(run, finding);
    await refuseUnoffered(run);
    return pack(run, finding);
  });
  // What could not be cleared away now goes before the request's key does.
  if (ENDED_STATES.has((await history(run)).ended?.outcome ?? "running")) await clearAway(run).catch(() => false);
}

/** Pages that were taken away are read anew: as after a home folder was restored without them, or used with another store for days. */
async function forgetLostPages(run: Run): Promise<void> {
  const { pages } = await history(run);
  if (pages > 0 && !(await run.host.staging.list()).includes(run.request.id)) await record(run, { kind: "pages_dropped" });
}

/** Records what was asked for anew, and returns where to look. */
async function ask(run: Run): Promise<readonly string[]> {
  const state = await history(run);
  const { choices } = state;
  const { extents = choices.extents ?? [] } = run;
  const elsewhere = !sameExtents(extents, choices.extents);
  const { directory, recipient } = destinationOf(run, state);
  const destination = { ...(directory === undefined || directory === state.directory ? {} : { directory }), ...(recipient === undefined || recipient === state.recipient ? {} : { recipient }) };
  if (elsewhere || Object.keys(destination).length > 0) await record(run, { kind: "asked", ...(elsewhere ? { choices: { extents } } : {}), ...destination });
  return extents;
}

/** What was asked for last holds whatever a host would do otherwise: whom a package was to be sealed for is not told by who goes on. */
function destinationOf({ directory, recipient, defaults = {} }: Run, state: RequestHistory): { readonly directory: string | undefined; readonly recipient: string | undefined } {
  return { directory: directory ?? state.directory ?? defaults.directory, recipient: recipient ?? state.recipient ?? defaults.recipient };
}

/**
 * What an earlier run found. Another version of the connector begins anew: it may read differently. So does a connection that covers other
 * categories by now, or teammates where it did not, or no more: what was found says what is not read, and who is left out.
 */
function usable({ finding }: RequestHistory, { session: { manifest, connection } }: Run, now: Connection): Finding | undefined {
  const isOfNow = finding?.connectorVersion === manifest.version && (finding.covered === undefined || isSame(finding.covered, connection.categories));
  const knewTeammates = manifest.teammates !== undefined && finding?.notCovered.some(({ category }) => category === TEAMMATES) === false;
  return isOfNow && knewTeammates === coversTeammates(manifest, now) ? finding : undefined;
}

/** Whether whom an earlier run found carries the person's identifier still: after that run, nobody knows for how long, a record may have become somebody else's. What begins anew finds out. */
async function isOfThemStill(run: Run, { matches }: Finding): Promise<boolean> {
  const { lastPageAt, strangers } = await history(run);
  if (lastPageAt === undefined || isFresh(Date.parse(lastPageAt), run.host.clock.now())) return true;
  const identifiers = await identifiersOf(run);
  // Of whom it is known already, nothing was read on.
  for (const { id, extent } of matches.filter((each) => !strangers.includes(each.id))) {
    const match = extent === undefined ? await findById(run.session.lookup, id, identifiers) : undefined;
    if (match !== undefined && !isTheirs(run, match)) return false;
  }
  return true;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((each) => others.includes(each));
}

async function collect(run: Run, finding: Finding): Promise<void> {
  const { host, session, request } = run;
  const { pages, checkpoint, searched } = await history(run);
  const told = new Set(searched.map(keyOf));
  const identifiers = await identifiersOf(run);
  let number = pages;
  let known: KnownRecords | undefined;
  const input: CollectInput = {
    matches: finding.matches,
    loose: finding.loose ?? [],
    identifiers,
    categories: session.connection.categories,
    ...(await staffFor(run)),
    settings: settingsOf(request),
    checkpoint,
    ...(pages === 0 ? {} : { kept: (category: string) => recordsIn(host.staging.read(request.id, pages), category) }),
  };
  for await (const collected of session.executor.collect(input)) {
    await mayGoOn(run);
    await refuseUnoffered(run);
    refuseOddWords(collected);
    known ??= await recordsOn(pages === 0 ? [] : host.staging.read(request.id, pages));
    const page = await fetchFiles(run, firstSeen(collected, known));
    const { strangers = [] } = page;
    number += 1;
    // Staged first, then journalled: a page that no entry names is overwritten by the next run.
    await host.staging.put(request.id, number, { ...page, gaps: withoutStrangers(page.gaps, strangers) });
    await record(run, { kind: "page", number, checkpoint: page.checkpoint, counts: countByCategory(page), gaps: page.gaps, ...(strangers.length === 0 ? {} : { strangers }), ...(page.announced === undefined ? {} : { announced: page.announced }), ...searchedFirst(page, told), ...unreadable(session.manifest, page) });
  }
}

/** What is known of who works for the account, as this very run found it. */
async function staffFor(run: Run): Promise<Pick<CollectInput, "readsTeammates" | "teammate">> {
  const connection = await connectionNow(run);
  if (!coversTeammates(run.session.manifest, connection)) return { readsTeammates: false };
  const teammate = knownTeammates(run.host, connection);
  return { readsTeammates: true, ...(teammate === undefined ? {} : { teammate }) };
}

async function* recordsIn(pages: AsyncIterable<StagedPage>, category: string): AsyncIterable<CollectedRecord> {
  for await (const { records } of pages) yield* records.filter((record) => record.category === category);
}

function isNothing({ matches, loose }: Finding): boolean {
  return matches.length === 0 && loose === undefined;
}

/** Writes the package. One in which nothing was found says where it was looked for, and what nobody looked at. */
async function pack(run: Run, finding: Finding): Promise<Ending> {
  const { matches, nearMatches, searched, notCovered, gaps: lookupGaps, dropped } = finding;
  const { host, session, request } = run;
  const state = await history(run);
  const gaps = [...lookupGaps, ...state.gaps];
  const own = matches.filter(({ id }) => !state.strangers.includes(id));
  const isRead = own.length > 0 || Object.keys(state.counts).length > 0;
  const notLedTo = isRead && own.length === 0 ? unled(run, [...searched, ...state.searched], state) : [];
  const contained: Record<string, number> = {};
  const receipt = await host.packages.write(
    {
      request: { ...request, connectorVersion: session.manifest.version },
      connection: session.connection,
      manifest: session.manifest,
      seenAt: lastSeenAt(state, searched),
      summary: { matches: own.map(({ extent: _, ...match }) => match), nearMatches, searched: [...searched, ...state.searched], notCovered: [...notCovered, ...state.unreadable, ...notLedTo], gaps: withoutStrangers(gaps, state.strangers), ...(dropped === 0 ? {} : { dropped }) },
      ...(state.directory === undefined ? {} : { directory: state.directory }),
      ...(state.recipient === undefined ? {} : { recipient: state.recipient }),
    },
    counting(host.staging.read(request.id, state.pages), contained),
    (key) => host.staging.readFile(request.id, key),
  );
  // A covered category without records is a finding too: it is counted as 0. What could not be read, or asked for, is no finding.
  const read = session.connection.categories.filter((id) => ![...state.unreadable, ...notLedTo].some(({ category }) => category === id));
  const zeros = isRead ? Object.fromEntries(read.map((category) => [category, 0])) : {};
  await record(run, { kind: "packaged", receipt: { ...receipt, counts: { ...zeros, ...contained, ...receipt.counts } }, ...(notLedTo.length === 0 ? {} : { unreadable: notLedTo }) });
  return endPackaged(run);
}

async function endPackaged(run: Run): Promise<Ending> {
  await run.host.staging.drop(run.request.id);
  return endingOfPackaged(await history(run));
}

/** When the vendor last showed something of what is packaged: a package may be written days after it was read. */
function lastSeenAt({ lastPageAt }: RequestHistory, searched: readonly Searched[]): string | undefined {
  return lastPageAt ?? searched.map(({ at }) => at).sort().at(-1);
}

/** Where there is no record of the subject's own, what hangs on one was asked for nowhere: what was not found in a place of its own, either. */
function unled({ session: { manifest, connection } }: Run, searched: readonly Searched[], { counts, unreadable: known }: RequestHistory): readonly NotCovered[] {
  const isAsked = (category: string): boolean => Object.hasOwn(counts, category) || (manifest.places ?? []).some((place) => place.category === category && searched.some(({ where }) => where === place.id));
  return connection.categories.filter((id) => !isAsked(id) && !known.some(({ category }) => category === id)).map((category) => ({ category, reason: "nothing leads there" satisfies NotCoveredReason }));
}

/** Which records are somebody else's is no business of whom the package is about. */
function withoutStrangers(gaps: readonly Gap[], strangers: readonly string[]): readonly Gap[] {
  return gaps.map((gap) => {
    const { id, ...rest } = gap;
    return gap.code === "NOT_THE_PERSONS" || (id !== undefined && strangers.includes(id)) ? rest : gap;
  });
}

/** What an earlier page told is not told again: a long history asks the same many times. */
function searchedFirst({ searched = [] }: StagedPage, told: Set<string>): { readonly searched?: readonly Searched[] } {
  const fresh = searched.filter((each) => !told.has(keyOf(each)));
  for (const each of fresh) told.add(keyOf(each));
  return fresh.length === 0 ? {} : { searched: fresh };
}

function keyOf({ identifier, where }: Searched): string {
  return `${identifier} ${where}`;
}

function unreadable(manifest: Manifest, { unreadable: categories = [], notAsked = [] }: StagedPage): { readonly unreadable?: readonly NotCovered[] } {
  const all = [...categories.map((category) => notCoveredCategory(manifest, category, "not readable here")), ...notAsked.map(({ category, reason }) => ({ category, reason }))];
  return all.length === 0 ? {} : { unreadable: all };
}

/** Passes pages on and adds up what their records contain, each record once however often it was read. */
async function* counting(pages: AsyncIterable<StagedPage>, contained: Record<string, number>): AsyncIterable<StagedPage> {
  const seen = new Set<string>();
  for await (const page of pages) {
    for (const { category, id, contains } of page.records) {
      if (contains === undefined || seen.has(`${category} ${id}`)) continue;
      seen.add(`${category} ${id}`);
      for (const [name, count] of Object.entries(contains)) contained[name] = (contained[name] ?? 0) + count;
    }
    yield page;
  }
}

function countByCategory(page: StagedPage): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { category } of page.records) counts[category] = (counts[category] ?? 0) + 1;
  return counts;
}
