import { ERROR_TABLE } from "../../core/error-table.js";
import { ENDED_STATES, type PrivacyRequest } from "../../core/request.js";
import type { RequestResult } from "../../core/results.js";
import type { Dsr } from "../inversify/dsr.js";

/** A request that waits, and for what. */
export interface Waiting {
  readonly request: PrivacyRequest;
  readonly attention: RequestResult["attention"];
  /** True where `resume` goes on without anybody deciding anything. */
  readonly goesOn: boolean;
}

/** Every request that has not ended. */
export async function waitingRequests(dsr: Pick<Dsr, "connections" | "requests" | "result">): Promise<readonly Waiting[]> {
  const connected = new Set((await dsr.connections()).filter(({ status }) => status === "connected").map(({ name }) => name));
  const found: Waiting[] = [];
  for (const request of (await dsr.requests({ open: true })).filter(({ state }) => !ENDED_STATES.has(state))) {
    const { attention } = await dsr.result(request.id);
    found.push({ request, attention, goesOn: goesOn(request, attention, connected.has(request.connection)) });
  }
  return found;
}

/** The rest waits for a human's decision, and trying it again would only repeat the answer. */
function goesOn({ state }: PrivacyRequest, attention: Waiting["attention"], connected: boolean): boolean {
  if (state === "running" || state === "parked" || state === "awaiting_verification") return true;
  if (attention === undefined || (state !== "needs_attention" && state !== "partial")) return false;
  // What stopped it was mended where its connection was renewed.
  if (attention.code === "AUTH_REJECTED" || attention.code === "SCOPE_MISSING") return connected;
  return state === "needs_attention" && ERROR_TABLE[attention.code].retry;
}
