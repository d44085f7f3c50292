import { DsrError, isDsrError, type ErrorCode } from "../../core/errors.js";
import type { Account, AuthPort, ConnectorContext } from "../../core/ports.js";
import { createIntercomClient, type IntercomClient } from "./client.js";
import { member } from "./json-values.js";
import { probe } from "./probes.js";
import { addressOf, staffList } from "./teammates.js";

/** Who may connect, and what they granted. Intercom lists a token's scopes nowhere, so each is probed by a call that needs it. */
export function intercomAuth(context: ConnectorContext): AuthPort {
  const client = createIntercomClient(context);
  const staff = staffList(client);
  return {
    authoriseUrl: ({ clientId, state, redirectUri }) => {
      // No scope parameter: permissions are settings of the app. Source: developers.intercom.com, "Setting up OAuth".
      const url = new URL("/oauth", context.appOrigin);
      url.searchParams.set("client_id", clientId);
      url.searchParams.set("state", state);
      if (redirectUri !== undefined) url.searchParams.set("redirect_uri", redirectUri);
      return url.href;
    },
    exchangeCode: (input) => exchangeCode(client, input),
    account: () => account(client, context),
    probe: (scopeId) => probe(client, scopeId, staff),
    teammates: () => staff.take(),
    revoke: async () => {
      try {
        await client.POST("/auth/uninstall", { body: {} });
      } catch (error) {
        // A token that is not accepted any more has nothing left to revoke.
        if (!isDsrError(error, "AUTH_REJECTED")) throw error;
      }
    },
  };
}

async function exchangeCode(client: IntercomClient, input: { readonly clientId: string; readonly clientSecret: string; readonly code: string }): Promise<string> {
  try {
    const { data } = await client.POST("/auth/eagle/token", {
      body: { code: input.code, client_id: input.clientId, client_secret: input.clientSecret },
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      bodySerializer: (body) => new URLSearchParams(body).toString(),
    });
    const token: unknown = data?.token ?? data?.access_token;
    if (typeof token !== "string" || token.length === 0) throw new DsrError("VENDOR_MALFORMED");
    return token;
  } catch (error) {
    // In which envelope a code is refused is not documented: here the status alone counts.
    const refused = isDsrError(error, "OUTCOME_UNKNOWN") && error.facts.vendorStatus === 401;
    if (refused || (isDsrError(error) && REFUSALS.has(error.code))) throw new DsrError("OAUTH_DENIED");
    // A token that nobody received is of no use to anyone; authorising again gives another one.
    if (isDsrError(error, "OUTCOME_UNKNOWN")) throw new DsrError("VENDOR_UNAVAILABLE", error.facts);
    throw error;
  }
}

/** Of an exchange each of them says the same: there is no token for this code. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(["AUTH_REJECTED", "VENDOR_REJECTED", "SCOPE_MISSING", "ROLE_INSUFFICIENT", "PLAN_RESTRICTED"]);

async function account(client: IntercomClient, context: ConnectorContext): Promise<Account> {
  const { data } = await client.GET("/me");
  const app = data?.app;
  if (typeof data?.id !== "string" || typeof app?.id_code !== "string" || app.id_code === "") throw new DsrError("VENDOR_MALFORMED");
  const workspace = { id: app.id_code, name: textOf(app.name), region: textOf(app.region) };
  // In another workspace nobody is read, not even a teammate.
  const ours = context.workspaceId === undefined || context.workspaceId === workspace.id;
  const identifier = addressOf(data.email);
  return { workspace, authorisedBy: { id: data.id, role: roleIn(data) ?? (ours ? await roleOf(client, data.id) : null) }, ...(identifier === undefined ? {} : { identifier }) };
}

/** A number is as good as the text that it stands for. */
function textOf(value: unknown): string {
  if (value == null) return "";
  if (typeof value !== "string" && typeof value !== "number") throw new DsrError("VENDOR_MALFORMED");
  return String(value);
}

function roleIn(admin: unknown): string | null {
  const name = member(member(admin, "role"), "name");
  return typeof name === "string" ? name : null;
}

/**
 * Version 2.16 tells a role only through the teammate's own record, which needs a permission that is not asked for. However that call
 * fails, the role is merely not known: it is reported as not testable.
 */
async function roleOf(client: IntercomClient, adminId: string): Promise<string | null> {
  try {
    const { data } = await client.GET("/admins/{admin_id}", { params: { path: { admin_id: adminId } } });
    return roleIn(data);
  } catch (error) {
    if (isDsrError(error, "INTERRUPTED") || !isDsrError(error)) throw error;
    return null;
  }
}
