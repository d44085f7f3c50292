import type { RequestOutcome } from "./outcome.js";
import type { RequestSettings } from "./request-settings.js";

export type RequestType = "access" | "deletion";

export type Law = "gdpr" | "ccpa" | "other";

/** What the host knows of a request beside who it is about. Dates are ISO 8601 in UTC. */
export interface RequestContext {
  /** The host's ticket number. The same reference with the same input is the same request. */
  readonly reference?: string;
  readonly receivedAt: string;
  readonly law: Law;
  /** Left out where no law sets a date and nobody named one. */
  readonly dueAt?: string;
  /** How and when the person was identified. */
  readonly verified?: { readonly method: string; readonly at: string };
  readonly operator?: string;
  /** BCP 47 language of what the person will read. */
  readonly language: string;
}

/** `planned` waits for a human's confirmation; `running` is also what a killed run looks like until it is resumed. */
export type RequestState = "running" | "planned" | RequestOutcome;

/** A data subject's request at one connection. Holds no address: the identifiers are sealed in the journal. */
export interface PrivacyRequest {
  readonly id: string;
  readonly type: RequestType;
  readonly connector: string;
  readonly connectorVersion: string;
  readonly connection: string;
  /** False where the connection points at a sandbox or a proxy instead of the vendor's own API. */
  readonly vendorsOwn: boolean;
  readonly openedAt: string;
  readonly context: RequestContext;
  /** What the host had decided when it was opened. Left out in requests of versions that had no settings. */
  readonly settings?: RequestSettings;
  /** Keyed digest of the identifiers: finds requests of the same person without knowing who that is. */
  readonly subjectKey: string;
  readonly state: RequestState;
}

export interface RequestFilter {
  readonly connection?: string;
  readonly type?: RequestType;
  readonly state?: RequestState;
  readonly reference?: string;
  readonly subjectKey?: string;
  /** Only requests that have not ended. */
  readonly open?: boolean;
  /** Only requests whose key was destroyed, or was not: nothing more happens to the first. */
  readonly keyDestroyed?: boolean;
  /** Only requests that are not for another home to go on with, where several share their rows. */
  readonly here?: true;
}

/** States in which nothing more will happen by itself or by `resume`. */
export const ENDED_STATES: ReadonlySet<RequestState> = new Set(["complete", "complete_with_gaps", "nothing_found", "verified", "refused", "cancelled"]);

/** States in which the same request with the same reference is answered from the journal instead of being run again. */
export const FINISHED: ReadonlySet<RequestState> = new Set(["complete", "complete_with_gaps", "nothing_found", "verified", "cancelled"]);

/**
 * When an answer is due: one month after receipt under the GDPR (Art. 12(3)), 45 days under the CCPA (Cal. Civ. Code 1798.130(a)(2)); no date
 * otherwise. Extensions are the controller's to decide and are given as an explicit date instead.
 */
export function computeDueAt(law: Law, receivedAt: string): string | undefined {
  const received = new Date(receivedAt);
  if (law === "other") return undefined;
  if (law === "ccpa") return new Date(received.getTime() + 45 * 86_400_000).toISOString();
  const due = new Date(received);
  due.setUTCMonth(due.getUTCMonth() + 1);
  // A month that has no such day ends on its last one: 31 January is answered by 28 February.
  if (due.getUTCDate() !== received.getUTCDate()) due.setUTCDate(0);
  return due.toISOString();
}
