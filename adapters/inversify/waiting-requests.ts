import type { Connection, ScopeCheck } from "../../core/connection.js";
import { ERROR_TABLE } from "../../core/error-table.js";
import type { ErrorCode } from "../../core/errors.js";
import { ENDED_STATES, type PrivacyRequest } from "../../core/request.js";
import type { RequestResult } from "../../core/results.js";
import { requiresTeammates, TEAMMATES } from "../../core/scopes.js";
import type { Dsr } from "./dsr.js";
import { unlessUnreadable } from "./unreadable.js";

/** A request that waits, and for what. */
export interface Waiting {
  readonly request: PrivacyRequest;
  readonly attention: RequestResult["attention"];
  /** True where `resume` goes on without anybody doing anything, or tells why the request cannot be read. */
  readonly goesOn: boolean;
  /** What its connection lacks for it to go on; until a check finds that mended, trying again would only repeat the answer. */
  readonly lacks: ErrorCode | undefined;
}

/** Every request that has not ended, as far as it is for this home to go on with. */
export async function waitingRequests(dsr: Pick<Dsr, "connections" | "requests" | "result">): Promise<readonly Waiting[]> {
  const connections = new Map((await dsr.connections()).map((each) => [each.name, each]));
  const found: Waiting[] = [];
  for (const request of (await dsr.requests({ open: true, here: true })).filter(({ state }) => !ENDED_STATES.has(state))) {
    const result = await unlessUnreadable(dsr.result(request.id));
    if (result === undefined) {
      found.push({ request, attention: undefined, lacks: undefined, goesOn: true });
      continue;
    }
    const { attention } = result;
    const would = goesOnByItself(request, attention);
    const lacks = would ? lackOf(connections.get(request.connection), attention, request) : undefined;
    found.push({ request, attention, lacks, goesOn: would && lacks === undefined });
  }
  return found;
}

/** What stopped the request, or would stop it now, of what its connection has to have. */
export function lackOf(connection: Connection | undefined, attention: Waiting["attention"], { type }: Pick<PrivacyRequest, "type">): ErrorCode | undefined {
  if (connection === undefined) return "CONNECTION_UNKNOWN";
  if (connection.status === "broken") return "AUTH_REJECTED";
  if (attention?.code === "UNSUPPORTED_REQUEST" && !connection.capabilities.includes(type)) return "UNSUPPORTED_REQUEST";
  // Whoever needs no more than the list of who works there goes on without.
  const isNeeded = ({ neededFor }: ScopeCheck): boolean => neededFor.length === 0 || neededFor.some((need) => need !== TEAMMATES || requiresTeammates(connection));
  const missing = connection.scopes.some((each) => each.status === "missing" && each.label === attention?.scope && isNeeded(each));
  if (attention?.code === "SCOPE_MISSING" && missing) return "SCOPE_MISSING";
  return attention?.code === "ROLE_INSUFFICIENT" && connection.account.status === "insufficient" ? "ROLE_INSUFFICIENT" : undefined;
}

/** What was wrong with the connection, and is mended. */
const MENDED: ReadonlySet<ErrorCode> = new Set(["AUTH_REJECTED", "SCOPE_MISSING", "ROLE_INSUFFICIENT", "UNSUPPORTED_REQUEST"]);

/** The rest waits for a human's decision, and trying it again would only repeat the answer. */
export function goesOnByItself({ state }: PrivacyRequest, attention: Waiting["attention"]): boolean {
  if (state === "running" || state === "parked" || state === "awaiting_verification") return true;
  if (attention === undefined || (state !== "needs_attention" && state !== "partial")) return false;
  return MENDED.has(attention.code) || ERROR_TABLE[attention.code].retry;
}
