import { DsrError, isDsrError, type ErrorCode, type ErrorFacts } from "./errors.js";
import type { Host } from "./host-ports.js";
import type { AuthPort } from "./ports.js";

/** What an authorisation is for. Its state is good for exactly this. */
export interface AuthorisationPurpose {
  readonly connector: string;
  readonly connection: string;
  readonly region: string;
  /** Origin of the API that the token is for. */
  readonly apiOrigin: string;
}

export interface OAuthApp {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Begins an authorisation: the address of the vendor's page, with a one-time state bound to the purpose and to the address that the vendor is to come back to. */
export async function beginAuthorisation(host: Host, auth: AuthPort, purpose: AuthorisationPurpose, app: OAuthApp, redirectUri?: string): Promise<string> {
  const state = host.random.id();
  await host.oauthStates.issue(host.digest.sha256(state), bound(host, purpose, redirectUri), host.clock.now() + host.timings.oauthStateTtlMs);
  return auth.authoriseUrl({ clientId: app.clientId, state, ...(redirectUri === undefined ? {} : { redirectUri }) });
}

/**
 * Finishes it with the address of the page that the vendor came back to, and returns the access token. The state is used up first, so that
 * neither it nor the code can be tried twice. `redirectUri` is the one that it was begun with.
 * @throws DsrError `OAUTH_STATE_INVALID`, `OAUTH_DENIED`
 */
export async function completeAuthorisation(host: Host, auth: AuthPort, purpose: AuthorisationPurpose, app: OAuthApp, callback: string, redirectUri?: string): Promise<string> {
  // A code may hold a `+` that nobody escaped; it never holds a space, which that stands for otherwise.
  const parameters = URL.canParse(callback) ? new URLSearchParams(new URL(callback).search.replaceAll("+", "%2B")) : new URLSearchParams();
  const state = parameters.get("state");
  if (!parameters.has("code") && !parameters.has("error")) throw new DsrError("OAUTH_STATE_INVALID", { reason: "that is not the address of the page that one comes to after authorising" });
  const known = state !== null && (await host.oauthStates.consume(host.digest.sha256(state), bound(host, purpose, redirectUri), host.clock.now()));
  if (!known) throw new DsrError("OAUTH_STATE_INVALID");
  const code = parameters.get("code");
  if (parameters.has("error") || code === null || code === "") throw new DsrError("OAUTH_DENIED");
  return auth.exchangeCode({ ...app, code, ...(redirectUri === undefined ? {} : { redirectUri }) });
}

/**
 * Ends the grant at the vendor: at the account's own region or, where that does not know the call, `elsewhere`, in the region that serves all of
 * them. Whatever was answered, the account's own region is asked whose token it is: one that is not accepted any more has ended.
 * @throws DsrError `UNSUPPORTED_REQUEST` where no call ends one, `OUTCOME_UNKNOWN` when the token still works or that is not told, and as the vendor's calls do
 */
export async function endAuthorisation(auth: AuthPort, elsewhere?: AuthPort): Promise<void> {
  if (auth.revoke === undefined) throw new DsrError("UNSUPPORTED_REQUEST", { at: "revoke", reason: "this vendor ends a token by hand, and by no call" });
  let lost: ErrorFacts = {};
  try {
    await auth.revoke();
  } catch (error) {
    if (isDsrError(error, "VENDOR_REJECTED") && elsewhere?.revoke !== undefined) await elsewhere.revoke().catch(unlessOpen);
    else unlessOpen(error);
    if (isDsrError(error, "OUTCOME_UNKNOWN")) lost = error.facts;
  }
  if (!(await hasEnded(auth))) throw new DsrError("OUTCOME_UNKNOWN", lost);
}

/** A token that is refused may be one that ended by an earlier try. */
function unlessOpen(error: unknown): void {
  if (!isDsrError(error, "OUTCOME_UNKNOWN") && !isDsrError(error, "AUTH_REJECTED")) throw error;
}

function hasEnded(auth: AuthPort): Promise<boolean> {
  return auth.account().then(
    () => false,
    (refusal: unknown) => {
      // Nothing of the vendor's: the run was stopped, the store failed, or another connection stands under its name by now.
      if (!isDsrError(refusal) || NOT_THE_VENDORS.has(refusal.code)) throw refusal;
      return refusal.code === "AUTH_REJECTED";
    },
  );
}

const NOT_THE_VENDORS: ReadonlySet<ErrorCode> = new Set(["CONNECTION_UNKNOWN", "INTERRUPTED", "STORAGE_FAILED", "INTEGRITY"]);

function bound(host: Host, { connector, connection, region, apiOrigin }: AuthorisationPurpose, redirectUri: string | undefined): string {
  return host.digest.sha256(JSON.stringify([connector, connection, region, apiOrigin, ...(redirectUri === undefined ? [] : [redirectUri])]));
}
