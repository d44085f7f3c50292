import { connectionNow } from "./confirm-account.js";
import type { Connection, ScopeCheck } from "./connection.js";
import { relatedScopes } from "./erasure.js";
import { DsrError } from "./errors.js";
import type { Identifier } from "./identifier.js";
import type { Finding } from "./journal.js";
import type { Manifest } from "./manifest.js";
import type { Gap } from "./outcome.js";
import { refuseOddWords } from "./plain-words.js";
import type { LookupResult, Match } from "./ports.js";
import { subjectKey } from "./intake.js";
import { historyOf } from "./replay.js";
import { everyTarget, isGone, type RequestHistory } from "./request-history.js";
import { history, identifiersOf, record, type Run } from "./run.js";
import { coversTeammates, neededScopes, notCovered, TEAMMATES } from "./scopes.js";
import type { Session } from "./session.js";
import { isTeammate } from "./teammates.js";

export interface Found {
  readonly finding: Finding;
  readonly matches: readonly Match[];
  /** What it took. */
  readonly calls: { readonly search: number; readonly extents: number };
}

/** Looks the person up, as the manifest's extents were asked for, and records what was found. @throws DsrError as `lookUp` does */
export async function find(run: Run, extents: readonly string[] = []): Promise<Found> {
  const { manifest } = run.session;
  const { results, matches, lookedAt, calls } = await lookUp(run, extents);
  const loose = results.flatMap((r) => r.loose ?? []).flatMap(({ hangsOn = [], ...each }) => (matches.some(({ id }) => hangsOn.includes(id)) ? [] : [each]));
  const { scopes, ...staff } = await connectionNow(run);
  const connection = { ...run.session.connection, scopes };
  const teammate = isTeammate(staff, run.request.subjectKey);
  const uses = await scopesFor(run);
  const finding: Finding = {
    matches: matches.map(({ id, kind, matchedBy, primary, extent }) => ({ id, kind, matchedBy, primary, ...(extent === undefined ? {} : { extent }) })),
    ...(loose.length === 0 ? {} : { loose }),
    nearMatches: results.flatMap((r) => r.nearMatches).filter(({ id }) => !matches.some((match) => match.id === id)),
    searched: results.flatMap((r) => r.searched),
    notCovered: [...notCovered(manifest, coveredBy(manifest, connection, extents), connection.scopes), ...results.flatMap((r) => r.notCovered)],
    gaps: [...results.flatMap((r) => r.gaps), ...(await goingGaps(run))],
    dropped: results.reduce((sum, r) => sum + r.dropped, 0),
    ...(teammate === undefined ? {} : { teammate }),
    ...(lookedAt.length === 0 ? {} : { extents: lookedAt }),
    covered: connection.categories,
    connectorVersion: manifest.version,
    ...(manifest.exemptions.length === 0 ? {} : { exemptions: manifest.exemptions.map(({ rule, until }) => ({ rule, until })) }),
    account: {
      workspace: connection.workspace.id,
      region: connection.region,
      apiVersion: manifest.api.version,
      permissions: connection.scopes.map((scope) => (uses.includes(scope.id) ? allowed(scope) : { id: scope.id, status: scope.status, basis: scope.basis })),
    },
  };
  await record(run, { kind: "found", finding });
  return { finding, matches, calls };
}

/**
 * What a permission allows as far as it is known now. One that was granted when connecting, and found to be taken away since, may have been granted again: what is
 * read by it then must not stand beside it as missing.
 */
function allowed({ id, status, basis }: ScopeCheck): NonNullable<Finding["account"]>["permissions"][number] {
  return status === "missing" ? { id, status: "not_testable", basis: "inferred" } : { id, status, basis };
}

/** The permissions without which nothing of this kind is begun. */
async function scopesFor(run: Run): Promise<readonly string[]> {
  const { manifest, connection } = run.session;
  const { choices, plan } = await history(run);
  const related = choices.erase === "related" ? relatedScopes(manifest, plan?.policies ?? []) : [];
  return [...neededScopes(manifest, connection), ...related].map(({ id }) => id);
}

/** Whether a record that was read by its id carries the person's identifier. */
export function isTheirs({ host, request }: Pick<Run, "host" | "request">, { matchedBy, identifiers = [] }: Match): boolean {
  return matchedBy !== "chosen" || identifiers.some((identifier) => subjectKey(host.digest, identifier) === request.subjectKey);
}

/** Who of them has not been deleted by this request before: an index goes on showing what is gone. */
export async function stillThere<M extends Match>(run: Run, state: Pick<RequestHistory, "earlier" | "targets">, matches: readonly M[]): Promise<readonly M[]> {
  const { subjectCategory } = run.session.manifest;
  const gone = everyTarget(state).filter(({ target, ...each }) => target.category === subjectCategory && isGone(each)).map(({ target }) => target);
  const left: M[] = [];
  for (const match of matches) {
    const target = gone.find(({ id }) => id === match.id);
    const { extent } = match;
    if (target === undefined || (await run.session.executor.look({ ...target, ...(extent === undefined ? {} : { extent }) })).answer === "present") left.push(match);
  }
  return left;
}

/** An access while a deletion of the same person is carried out sees what is left at the moment. */
async function goingGaps({ host, request, session: { manifest } }: Run): Promise<readonly Gap[]> {
  if (request.type !== "access") return [];
  const { connection, subjectKey } = request;
  for (const { id } of await host.journal.list({ connection, subjectKey, type: "deletion", open: true })) {
    // Also where an earlier plan of it did, and the next one waits.
    if (everyTarget(await historyOf(host.journal, id)).some(({ attempts }) => attempts > 0)) return manifest.dataCategories.slice(0, 1).map((category) => ({ category: category.id, code: "DELETION_UNDER_WAY" }));
  }
  return [];
}

interface LookUp extends Pick<Found, "matches" | "calls"> {
  readonly results: readonly LookupResult[];
  /** Extents that were looked at to their end. */
  readonly lookedAt: readonly string[];
}

/**
 * Asks the vendor for the person, in its search and in the extents that were asked for. A record that both show is the search's.
 * @throws DsrError `UNSUPPORTED_REQUEST` for an extent that the manifest does not declare
 */
export async function lookUp(run: Run, extents: readonly string[] = []): Promise<LookUp> {
  const { session } = run;
  const { manifest, lookup, apiCalls } = session;
  checkExtents(manifest, extents);
  const identifiers = await identifiersOf(run);
  const before = apiCalls();
  const results = [...(await lookup.find(identifiers))];
  const afterSearch = apiCalls();
  const lookedAt: string[] = [];
  for (const { id, category } of manifest.lookupExtents ?? []) {
    if (!extents.includes(id)) continue;
    const beyond = await lookIn(session, id, identifiers);
    results.push(...beyond.map((result) => ({ ...result, matches: result.matches.map((match) => ({ ...match, extent: id })) })));
    if (!beyond.some((result) => result.notCovered.some((each) => each.category === category))) lookedAt.push(id);
  }
  refuseOddWords({ gaps: results.flatMap(({ gaps }) => gaps) });
  const all = results.flatMap((r) => r.matches);
  const matches = all.filter(({ id }, n) => all.findIndex((match) => match.id === id) === n);
  return { results, matches, lookedAt, calls: { search: afterSearch - before, extents: apiCalls() - afterSearch } };
}

/** @throws DsrError `UNSUPPORTED_REQUEST` */
export function checkExtents(manifest: Manifest, extents: readonly string[]): void {
  const declared = (manifest.lookupExtents ?? []).map(({ id }) => id);
  if (extents.some((id) => !declared.includes(id))) throw new DsrError("UNSUPPORTED_REQUEST", { at: "extent", reason: "the connector cannot look there" });
}

async function lookIn({ lookup }: Session, extent: string, identifiers: readonly Identifier[]): Promise<readonly LookupResult[]> {
  if (lookup.findIn === undefined) throw new DsrError("INTERNAL", { reason: "an extent is declared that cannot be looked at" });
  return lookup.findIn(extent, identifiers);
}

function coveredBy(manifest: Manifest, connection: Connection, extents: readonly string[]): readonly string[] {
  const asked = (manifest.lookupExtents ?? []).filter(({ id }) => extents.includes(id)).map(({ category }) => category);
  return [...connection.categories, ...asked, ...(coversTeammates(manifest, connection) ? [TEAMMATES] : [])];
}
