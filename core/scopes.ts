import type { AccountCheck, Connection, ScopeCheck, ScopeStatus } from "./connection.js";
import { isDsrError } from "./errors.js";
import type { DataCategory, Manifest, Scope } from "./manifest.js";
import type { NotCovered, NotCoveredReason } from "./outcome.js";
import type { Account, AuthPort } from "./ports.js";
import type { RequestType } from "./request.js";

/** What an admin selects when connecting. `granted`: every optional category whose scope turns out to be granted. */
export interface Selection {
  readonly capabilities: readonly RequestType[];
  readonly categories: "granted" | readonly string[];
}

/** What the account allows, measured against a selection. */
export interface ScopeReport {
  readonly ok: boolean;
  readonly scopes: readonly ScopeCheck[];
  /** Ids of those without which the selection cannot be connected; the others only cover more. */
  readonly required: readonly string[];
  readonly account: AccountCheck;
  /** Covered data categories, to be pinned into the connection. */
  readonly categories: readonly string[];
  readonly notCovered: readonly NotCovered[];
  /** Capabilities that would work with what is granted now. */
  readonly wouldWork: readonly RequestType[];
  readonly planRestricted: boolean;
}

/**
 * Checks every scope and the account role that a selection needs, all in one pass, so that an admin hears of everything that is missing
 * at once. `not_testable` warns and does not refuse; what was covered `before` stays so by it. Where that was whatever is granted, what was not is asked about, too.
 */
export async function checkScopes(manifest: Manifest, auth: AuthPort, account: Account, selection: Selection, before?: Pick<Connection, "categories" | "selected" | "teammates">): Promise<ScopeReport> {
  const required = neededScopes(manifest, selection);
  const asksForAll = selection.categories === "granted" || (before !== undefined && selectedBy(before) === "granted");
  const optional = asksForAll ? optionalScopes(manifest).filter((s) => !required.includes(s)) : [];
  const erasing = erasingScopes(manifest, selection).filter((s) => !required.includes(s) && !optional.includes(s));
  const checks = new Map<string, ScopeCheck>();
  let planRestricted = false;
  for (const scope of [...required, ...optional, ...erasing]) {
    // What cannot be read is not deleted by itself either.
    if (erasing.includes(scope) && !erasesFrom(manifest, scope).some((read) => checks.get(read)?.status === "granted")) continue;
    // Where the subscription leaves out what is required, nothing else is worth a call.
    if (planRestricted && !required.includes(scope)) {
      checks.set(scope.id, { ...describe(scope, manifest, selection), status: "not_testable", basis: "inferred" });
      continue;
    }
    try {
      checks.set(scope.id, { ...describe(scope, manifest, selection), ...(await auth.probe(scope.id)) });
    } catch (error) {
      if (!isDsrError(error, "PLAN_RESTRICTED")) throw error;
      // An optional part that the subscription leaves out is merely not covered.
      if (required.includes(scope)) planRestricted = true;
      // What the subscription forbids says nothing about the permission.
      checks.set(scope.id, { ...describe(scope, manifest, selection), status: required.includes(scope) ? "not_testable" : "missing", basis: "observed" });
    }
  }
  const usable = (scope: string) => checks.has(scope) && checks.get(scope)?.status !== "missing";
  // What nobody asked for by name is only added where it is proven to work, and only left out where it is proven not to.
  const chosen = ({ id, scope }: DataCategory) => (selection.categories === "granted" ? checks.get(scope)?.status === "granted" || before?.categories.includes(id) === true : selection.categories.includes(id));
  const covered = manifest.dataCategories.filter((c) => usable(c.scope) && (c.coverage === "required" || chosen(c)));
  const comparesTeammates = coversTeammates(manifest, { scopes: [...checks.values()] }) || (before?.teammates !== undefined && teammateScopes(manifest).some(usable));
  const accountCheck = checkRole(manifest, account);
  return {
    ok: !planRestricted && accountCheck.status !== "insufficient" && required.every((scope) => usable(scope.id)),
    scopes: manifest.scopes.flatMap(({ id }) => checks.get(id) ?? []),
    required: required.map(({ id }) => id),
    account: accountCheck,
    categories: covered.map((c) => c.id),
    notCovered: notCovered(manifest, [...covered.map((c) => c.id), ...(comparesTeammates ? [TEAMMATES] : [])], [...checks.values()]),
    wouldWork: accountCheck.status === "insufficient" || planRestricted ? [] : manifest.requestTypes.filter((type) => neededScopes(manifest, { capabilities: [type], categories: [] }).every((s) => usable(s.id))),
    planRestricted,
  };
}

/** The scopes without which a selection cannot be connected, in the manifest's order. */
export function neededScopes(manifest: Manifest, selection: Selection): readonly Scope[] {
  const listed = selection.categories === "granted" ? [] : selection.categories;
  const byCategory = new Set([...manifest.dataCategories.filter((c) => listed.includes(c.id)).map((c) => c.scope), ...(listed.includes(TEAMMATES) ? teammateScopes(manifest) : [])]);
  return manifest.scopes.filter((scope) => byCategory.has(scope.id) || scope.neededFor.some((need) => need === "always" || selection.capabilities.includes(need)));
}

/** What a list of who works for the account is called among data categories: it is selected, and left out, as they are. */
export const TEAMMATES = "teammates";

/** Whether a person may be compared with those who work for the account. */
export function coversTeammates(manifest: Manifest, { scopes }: Pick<Connection, "scopes">): boolean {
  return scopes.some(({ id, status }) => id === manifest.teammates?.scope && status === "granted");
}

/** Whether an admin named that list among what has to be covered. */
export function requiresTeammates(connection: Pick<Connection, "selected">): boolean {
  const selected = selectedBy(connection);
  return selected !== "granted" && selected.includes(TEAMMATES);
}

/** How the categories of a connection were selected. */
export function selectedBy({ selected = "granted" }: Pick<Connection, "selected">): Selection["categories"] {
  return selected;
}

/** The data categories outside `covered`, what was looked at nowhere, and what no request can look at: stands on top of every result. */
export function notCovered(manifest: Manifest, covered: readonly string[], checks: readonly Pick<ScopeCheck, "id" | "status">[]): readonly NotCovered[] {
  const selectable = [...manifest.dataCategories, ...teammateScopes(manifest).map((scope) => ({ id: TEAMMATES, scope }))];
  const missing = selectable.filter(({ id }) => !covered.includes(id)).map((c) => notCoveredCategory(manifest, c.id, REASONS[checks.find((check) => check.id === c.scope)?.status ?? "granted"]));
  const beyond = (manifest.lookupExtents ?? []).filter(({ category }) => !covered.includes(category)).map(({ category, reason }) => ({ category, reason }));
  return [...missing, ...beyond, ...manifest.limits];
}

/** What is granted, or was never asked about, and is left out all the same was not selected. */
const REASONS: Readonly<Record<ScopeStatus, NotCoveredReason>> = { missing: "not granted", not_testable: "not proven", granted: "not selected" };

export function notCoveredCategory(manifest: Manifest, category: string, reason: NotCoveredReason): NotCovered {
  const scope = category === TEAMMATES ? manifest.teammates?.scope : manifest.dataCategories.find((c) => c.id === category)?.scope;
  return { category, ...(scope === undefined ? {} : { scope: manifest.scopes.find((s) => s.id === scope)?.label ?? scope }), reason };
}

function optionalScopes(manifest: Manifest): readonly Scope[] {
  const ids = new Set([...manifest.dataCategories.filter((c) => c.coverage === "optional").map((c) => c.scope), ...teammateScopes(manifest)]);
  return manifest.scopes.filter((scope) => ids.has(scope.id));
}

/** What a scope is needed for, where it is for deleting beyond the subject's own records. */
export const RELATED_DELETION = "related deletion";

function teammateScopes({ teammates }: Manifest): readonly string[] {
  return teammates === undefined ? [] : [teammates.scope];
}

/** The scopes that read what a scope of related deletions deletes: its own categories', or, for a policy's, any. */
function erasesFrom({ dataCategories }: Manifest, { id }: Scope): readonly string[] {
  const related = dataCategories.filter(({ deletion }) => deletion.related !== undefined);
  const own = related.filter(({ deletion }) => deletion.related?.scope === id);
  return (own.length === 0 ? related : own).map(({ scope }) => scope);
}

/** What only a related deletion uses, in the categories that the selection may cover: nobody has to grant it. */
function erasingScopes(manifest: Manifest, { capabilities, categories }: Selection): readonly Scope[] {
  if (!capabilities.includes("deletion")) return [];
  const related = manifest.dataCategories.filter(({ id, deletion }) => deletion.related !== undefined && (categories === "granted" || categories.includes(id)));
  const ids = new Set(related.map(({ deletion }) => deletion.related?.scope));
  const byPolicy = related.length === 0 ? [] : (manifest.erasurePolicies ?? []).flatMap(({ values }) => values.flatMap((value) => value.scopes));
  return manifest.scopes.filter(({ id }) => ids.has(id) || byPolicy.includes(id));
}

function describe(scope: Scope, manifest: Manifest, selection: Selection): Pick<ScopeCheck, "id" | "label" | "neededFor" | "fix"> {
  const types = scope.neededFor.includes("always") ? selection.capabilities : selection.capabilities.filter((type) => scope.neededFor.includes(type));
  const categories = manifest.dataCategories.filter((c) => c.scope === scope.id && c.coverage === "optional").map((c) => c.id);
  const teammates = teammateScopes(manifest).includes(scope.id) ? [TEAMMATES] : [];
  const erases = erasingScopes(manifest, selection).includes(scope) ? [RELATED_DELETION] : [];
  return { id: scope.id, label: scope.label, neededFor: [...types, ...categories, ...teammates, ...erases], fix: scope.fix };
}

function checkRole(manifest: Manifest, account: Account): AccountCheck {
  const { role, fix } = manifest.account;
  const found = account.authorisedBy.role;
  const status = found === null ? "not_testable" : found.toLowerCase() === role.toLowerCase() ? "ok" : "insufficient";
  return { required: role, status, fix };
}
