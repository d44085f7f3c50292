import { isSameConnection, isSameGrant, type Connection } from "./connection.js";
import { DsrError, type ErrorCode } from "./errors.js";
import type { Host } from "./host-ports.js";
import type { Manifest, Region } from "./manifest.js";
import type { Account, AuthPort } from "./ports.js";
import { checkScopes, requiresTeammates, selectedBy, TEAMMATES, type ScopeReport, type Selection } from "./scopes.js";
import type { Session } from "./session.js";
import { staffOf, type Staff } from "./teammates.js";

/** An account that may become a connection. */
export interface ConnectInput extends Selection {
  readonly name: string;
  readonly credential: string;
  /** A region's id from the manifest; the account's own region is used when it is left out. */
  readonly region?: string;
  /** Another implementation of the vendor's API. */
  readonly apiUrl?: string;
  readonly rate?: number;
}

/** Opens the auth port for an origin with the credential that is being tried; the composition root supplies it. */
export type OpenAuth = (apiOrigin: string) => AuthPort;

export type ConnectResult =
  | { readonly ok: true; readonly connection: Connection; readonly report: ScopeReport }
  | { readonly ok: false; readonly code: ErrorCode; readonly account: Account; readonly report: ScopeReport };

/**
 * Connects an account: whose it is, which region, every permission and the role that the selection needs. Stores nothing unless all is well.
 * @throws DsrError `CONNECTION_EXISTS`, `UNSUPPORTED_REQUEST`, `CONFIG_INVALID`, `REGION_MISMATCH`, `AUTH_REJECTED`, `VENDOR_UNAVAILABLE`
 */
export async function connect(host: Host, manifest: Manifest, openAuth: OpenAuth, input: ConnectInput): Promise<ConnectResult> {
  if ((await host.connections.get(input.name)) !== undefined) throw new DsrError("CONNECTION_EXISTS");
  checkSelection(manifest, input);
  const named = input.region === undefined ? undefined : regionById(manifest, input.region);
  const fallback = named ?? regionById(manifest, manifest.regions[0]?.id ?? "");
  const apiUrl = input.apiUrl === undefined ? undefined : originOf(input.apiUrl);
  const account = await openAuth(apiUrl ?? fallback.apiOrigin).account();
  const region = manifest.regions.find((r) => r.vendorId === account.workspace.region) ?? fallback;
  if (named !== undefined && region.id !== named.id) throw new DsrError("REGION_MISMATCH", { at: "region", reason: `the account is in ${region.id}` });
  const apiOrigin = apiUrl ?? region.apiOrigin;
  const auth = openAuth(apiOrigin);
  const report = await checkScopes(manifest, auth, account, input);
  const code = refusal(report);
  if (code !== undefined) return { ok: false, code, account, report };
  const at = new Date(host.clock.now()).toISOString();
  const connection: Connection = {
    name: input.name,
    connector: manifest.id,
    connectorVersion: manifest.version,
    region: region.id,
    apiOrigin,
    vendorsOwn: manifest.regions.some((r) => r.apiOrigin === apiOrigin),
    capabilities: manifest.requestTypes.filter((type) => input.capabilities.includes(type)),
    categories: report.categories,
    selected: input.categories,
    workspace: account.workspace,
    ...(await staffOf(host, manifest, auth, account, report.scopes)),
    scopes: report.scopes,
    account: report.account,
    ...(input.rate === undefined ? {} : { rate: input.rate }),
    connectedAt: at,
    checkedAt: at,
    status: "connected",
  };
  // Another process may have made one of the same name while this account was looked at.
  await host.connections.add(connection, input.credential);
  return { ok: true, connection, report };
}

/**
 * Gives an existing connection a new credential of the same workspace. The old one stays until the new one passes. Categories of a list are
 * required of it as they were of the first one; otherwise those that are granted now are pinned anew, and those stay of which no answer told anything.
 * @throws DsrError `WRONG_WORKSPACE`, `CONNECTION_UNKNOWN`, and as `connect`
 */
export async function reconnect(host: Host, manifest: Manifest, openAuth: OpenAuth, current: Connection, input: { readonly credential: string; readonly capabilities?: Selection["capabilities"] }): Promise<ConnectResult> {
  const selection: Selection = { capabilities: input.capabilities ?? current.capabilities, categories: selectedBy(current) };
  checkSelection(manifest, selection);
  const auth = openAuth(current.apiOrigin);
  const account = await auth.account();
  if (account.workspace.id !== current.workspace.id) throw new DsrError("WRONG_WORKSPACE");
  const report = await checkScopes(manifest, auth, account, selection, current);
  const code = refusal(report);
  if (code !== undefined) return { ok: false, code, account, report };
  const staff = await staffOf(host, manifest, auth, account, report.scopes);
  const capabilities = manifest.requestTypes.filter((t) => selection.capabilities.includes(t));
  const renewedAt = new Date(host.clock.now()).toISOString();
  const connection = await host.connections.change(
    current.name,
    (now) => {
      // Made anew meanwhile, under the same name: nobody looked whether that one, perhaps at another address, may have this credential.
      if (now.workspace.id !== account.workspace.id) throw new DsrError("WRONG_WORKSPACE");
      if (!isSameConnection(current, now)) throw new DsrError("CONNECTION_UNKNOWN", { reason: "it was made anew meanwhile" });
      return checked(host, manifest, { ...now, connectorVersion: manifest.version, capabilities, categories: report.categories, renewedAt }, account, report, staff);
    },
    input.credential,
  );
  // Somebody disconnected it meanwhile.
  if (connection === undefined) throw new DsrError("CONNECTION_UNKNOWN");
  return { ok: true, connection, report };
}

/** Probes an existing connection again and remembers what was found. What was selected when connecting stays selected. */
export async function check(host: Host, session: Session): Promise<{ readonly account: Account; readonly report: ScopeReport; readonly code: ErrorCode | undefined }> {
  const { connection, manifest, auth } = session;
  const account = await auth.account();
  if (account.workspace.id !== connection.workspace.id) throw new DsrError("WRONG_WORKSPACE");
  const optional = manifest.dataCategories.filter((c) => c.coverage === "optional" && connection.categories.includes(c.id)).map((c) => c.id);
  const comparesTeammates = connection.teammates !== undefined || requiresTeammates(connection);
  const categories = comparesTeammates ? [...optional, TEAMMATES] : optional;
  const report = await checkScopes(manifest, auth, account, { capabilities: connection.capabilities, categories }, connection);
  const staff = await staffOf(host, manifest, auth, account, report.scopes);
  await host.connections.change(connection.name, (now) => {
    if (!isSameGrant(connection, now)) return now;
    // Somebody else may have found its token rejected since.
    return { ...checked(host, manifest, now, account, report, staff), status: now.status === connection.status ? "connected" : now.status };
  });
  return { account, report, code: refusal(report) };
}

/** Remembers that the credential is not accepted any more: nothing new is started until the connection is renewed. */
export async function markBroken(host: Host, name: string, isMeant: (now: Connection) => boolean = () => true): Promise<void> {
  await host.connections.change(name, (now) => (isMeant(now) ? { ...now, status: "broken" } : now));
}

function checked(host: Host, manifest: Manifest, { teammates, colleagues, ...connection }: Connection, account: Account, report: ScopeReport, staff: Staff): Connection {
  // A list that could not be read says of nobody that they are not in it.
  const isUnread = report.scopes.some(({ id, status }) => id === manifest.teammates?.scope && status === "not_testable");
  const known = isUnread ? { ...(teammates === undefined ? {} : { teammates }), ...(colleagues === undefined ? {} : { colleagues }) } : {};
  return { ...connection, ...known, ...staff, workspace: account.workspace, scopes: scopesNow(connection, report), account: report.account, checkedAt: new Date(host.clock.now()).toISOString(), status: "connected" };
}

/**
 * What was found about scopes that nobody asks about any more stays known: results say why a category is left out. So does what was granted where no answer
 * told anything since.
 */
function scopesNow({ scopes: before }: Connection, { scopes }: ScopeReport): Connection["scopes"] {
  const wasGranted = (id: string): boolean => before.some((scope) => scope.id === id && scope.status === "granted");
  const now = scopes.map((scope) => (scope.status === "not_testable" && wasGranted(scope.id) ? { ...scope, status: "granted" as const, basis: "inferred" as const } : scope));
  return [...now, ...before.filter(({ id }) => !scopes.some((scope) => scope.id === id))];
}

function refusal(report: ScopeReport): ErrorCode | undefined {
  if (report.ok) return undefined;
  if (report.planRestricted) return "PLAN_RESTRICTED";
  return report.account.status === "insufficient" ? "ROLE_INSUFFICIENT" : "SCOPE_MISSING";
}

/** Judges a selection without calling anybody. @throws DsrError `UNSUPPORTED_REQUEST`, `CONFIG_INVALID` */
export function checkSelection(manifest: Manifest, selection: Selection): void {
  if (selection.capabilities.length === 0) throw new DsrError("UNSUPPORTED_REQUEST", { at: "capabilities", reason: "none was selected" });
  if (selection.capabilities.some((type) => !manifest.requestTypes.includes(type))) throw new DsrError("UNSUPPORTED_REQUEST", { at: "capabilities", reason: "the connector does not declare it" });
  if (selection.categories === "granted") return;
  const known = [...manifest.dataCategories.map((c) => c.id), ...(manifest.teammates === undefined ? [] : [TEAMMATES])];
  if (selection.categories.some((category) => !known.includes(category))) throw new DsrError("CONFIG_INVALID", { at: "categories", reason: "the connector does not declare such a data category" });
}

/** The origin alone: a connector's paths begin at its root. */
function originOf(apiUrl: string): string {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : undefined;
  const plain = url !== undefined && ["http:", "https:"].includes(url.protocol) && url.href === `${url.origin}/`;
  if (!plain) throw new DsrError("CONFIG_INVALID", { at: "API address", reason: "it is an HTTP address without a user, a path or a query" });
  return url.origin;
}

/** @throws DsrError `CONFIG_INVALID` */
export function regionById(manifest: Manifest, id: string): Region {
  const region = manifest.regions.find((r) => r.id === id);
  if (region === undefined) throw new DsrError("CONFIG_INVALID", { at: "region", reason: `it is one of ${manifest.regions.map((r) => r.id).join(", ")}` });
  return region;
}
