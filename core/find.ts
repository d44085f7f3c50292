import type { Connection } from "./connection.js";
import { DsrError } from "./errors.js";
import type { Identifier } from "./identifier.js";
import type { Finding } from "./journal.js";
import type { Manifest } from "./manifest.js";
import type { LookupResult, Match } from "./ports.js";
import { record, type Run } from "./run.js";
import { coversTeammates, notCovered, TEAMMATES } from "./scopes.js";
import { isTeammate } from "./teammates.js";

export interface Found {
  readonly finding: Finding;
  readonly matches: readonly Match[];
  /** What it took. */
  readonly calls: { readonly search: number; readonly extents: number };
}

/**
 * Looks the person up at the vendor, and beyond its search in the extents that were asked for, and records what was found.
 * @throws DsrError `UNSUPPORTED_REQUEST` for an extent that the manifest does not declare
 */
export async function find(run: Run, extents: readonly string[] = []): Promise<Found> {
  const { manifest, connection, lookup, apiCalls } = run.session;
  checkExtents(manifest, extents);
  const identifiers = await run.host.journal.identifiers(run.request.id);
  const before = apiCalls();
  const searched = await lookup.find(identifiers);
  const afterSearch = apiCalls();
  const beyond: LookupResult[] = [];
  const lookedAt: string[] = [];
  for (const { id, category } of manifest.lookupExtents ?? []) {
    if (!extents.includes(id)) continue;
    const results = await lookIn(run, id, identifiers);
    beyond.push(...results.map((result) => ({ ...result, matches: result.matches.map((match) => ({ ...match, extent: id })) })));
    if (!results.some((result) => result.notCovered.some((each) => each.category === category))) lookedAt.push(id);
  }
  const results = [...searched, ...beyond];
  const matches = eachOnce(results.flatMap((r) => r.matches));
  const loose = results.flatMap((r) => r.loose ?? []).flatMap(({ hangsOn = [], ...each }) => (matches.some(({ id }) => hangsOn.includes(id)) ? [] : [each]));
  // As it was stored by this very run, if that looked at the account anew.
  const teammate = isTeammate((await run.host.connections.get(connection.name)) ?? connection, run.request.subjectKey);
  const finding: Finding = {
    matches: matches.map(({ id, kind, matchedBy, primary, extent }) => ({ id, kind, matchedBy, primary, ...(extent === undefined ? {} : { extent }) })),
    ...(loose.length === 0 ? {} : { loose }),
    nearMatches: results.flatMap((r) => r.nearMatches).filter(({ id }) => !matches.some((match) => match.id === id)),
    searched: results.flatMap((r) => r.searched),
    notCovered: [...notCovered(manifest, coveredBy(manifest, connection, extents), connection.scopes), ...results.flatMap((r) => r.notCovered)],
    gaps: results.flatMap((r) => r.gaps),
    dropped: results.reduce((sum, r) => sum + r.dropped, 0),
    ...(teammate === undefined ? {} : { teammate }),
    ...(lookedAt.length === 0 ? {} : { extents: lookedAt }),
    connectorVersion: manifest.version,
    account: {
      workspace: connection.workspace.id,
      region: connection.region,
      apiVersion: manifest.api.version,
      permissions: connection.scopes.map(({ id, status, basis }) => ({ id, status, basis })),
    },
  };
  await record(run, { kind: "found", finding });
  return { finding, matches, calls: { search: afterSearch - before, extents: apiCalls() - afterSearch } };
}

/** @throws DsrError `UNSUPPORTED_REQUEST` */
export function checkExtents(manifest: Manifest, extents: readonly string[]): void {
  const declared = (manifest.lookupExtents ?? []).map(({ id }) => id);
  if (extents.some((id) => !declared.includes(id))) throw new DsrError("UNSUPPORTED_REQUEST", { at: "extent", reason: "the connector cannot look there" });
}

async function lookIn({ session }: Run, extent: string, identifiers: readonly Identifier[]): Promise<readonly LookupResult[]> {
  if (session.lookup.findIn === undefined) throw new DsrError("INTERNAL", { reason: "an extent is declared that cannot be looked at" });
  return session.lookup.findIn(extent, identifiers);
}

function coveredBy(manifest: Manifest, connection: Connection, extents: readonly string[]): readonly string[] {
  const asked = (manifest.lookupExtents ?? []).filter(({ id }) => extents.includes(id)).map(({ category }) => category);
  return [...connection.categories, ...asked, ...(coversTeammates(manifest, connection) ? [TEAMMATES] : [])];
}

/** A record that the search and an extent show is the search's. */
function eachOnce(matches: readonly Match[]): readonly Match[] {
  return matches.filter(({ id }, n) => matches.findIndex((match) => match.id === id) === n);
}
