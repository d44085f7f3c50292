import { isOpenDeletion } from "../../core/cancelled.js";
import { endCancelledDeletion } from "../../core/deletion.js";
import { isDsrError, type ErrorCode } from "../../core/errors.js";
import type { Host, Lease } from "../../core/host-ports.js";
import type { Manifest } from "../../core/manifest.js";
import { endingOfPackaged } from "../../core/packaged.js";
import { historyOf } from "../../core/replay.js";
import { ENDED_STATES, type PrivacyRequest } from "../../core/request.js";
import { everyTarget } from "../../core/request-history.js";
import { mayBeGone, residualsOf } from "../../core/residuals.js";
import { clearAway } from "../../core/retention.js";
import type { Run } from "../../core/run.js";

interface Surroundings {
  readonly host: Host;
  readonly manifestOf: (connector: string) => Manifest;
  readonly found: (requestId: string) => Promise<PrivacyRequest>;
  readonly run: (request: PrivacyRequest, options: { readonly signal: AbortSignal }, work: (run: Run) => Promise<void>) => Promise<unknown>;
}

/** Where the journal itself is what failed, nothing more can be said of the request. Whatever else kept the look from being taken stands in its way no longer. */
const CANNOT_BE_WRITTEN: ReadonlySet<ErrorCode> = new Set(["STORAGE_FAILED", "INTEGRITY", "SEALING_KEY_INVALID", "INTERNAL"]);

/** How long a human who cancels waits for a vendor that does not answer. */
const LAST_LOOK_MS = 10_000;

/**
 * Stops a request before its next effect. One that nobody is working on ends at once; but a deletion of which it is not known yet what became of something
 * that it announced only once that is known, unless `insisting`.
 */
export function createStop({ host, manifestOf, found, run }: Surroundings): (requestId: string, insisting?: "even if its outcome is not known") => Promise<void> {
  const isOpen = async (requestId: string): Promise<boolean> => isOpenDeletion(await historyOf(host.journal, requestId));
  /** Of a vendor that took too long for a human who waits: it is asked again later. */
  const park = (requestId: string): Promise<void> =>
    leased(host, requestId, async (lease) => {
      // Another process may have gone on with it, and seen the mark.
      if (!(await host.journal.cancelRequested(requestId))) return;
      const nowMs = host.clock.now();
      await host.journal.append(lease, { at: new Date(nowMs).toISOString(), kind: "ended", outcome: "parked", attention: { code: "VENDOR_UNAVAILABLE", resumeAt: new Date(nowMs + host.timings.parkMs).toISOString() } });
    });
  return async (requestId, insisting) => {
    const request = await found(requestId);
    if (!(await host.journal.requestCancel(requestId))) return;
    // Of what was announced and never answered, the vendor is asked before it ends.
    if (await isOpen(requestId)) {
      await run(request, { signal: AbortSignal.timeout(LAST_LOOK_MS) }, endCancelledDeletion).catch((error: unknown) => {
        if (!isDsrError(error) || CANNOT_BE_WRITTEN.has(error.code)) throw error;
        return error.code === "INTERRUPTED" ? park(requestId) : undefined;
      });
    }
    // Nobody is working on it: it ends here. Otherwise its worker sees the mark before its next effect.
    if (insisting !== undefined || !(await isOpen(requestId))) await leased(host, requestId, (lease) => endHere(host, lease, requestId, manifestOf));
  };
}

/** Does nothing where somebody else works on it: those see the mark, and clear away what lies in their own home. */
async function leased(host: Host, requestId: string, use: (lease: Lease) => Promise<void>): Promise<void> {
  const lease = await host.journal.lease(requestId).catch((error: unknown) => {
    if (isDsrError(error, "REQUEST_ELSEWHERE")) return undefined;
    throw error;
  });
  if (lease === undefined) return;
  try {
    await use(lease);
  } finally {
    await lease.release();
  }
}

async function endHere(host: Host, lease: Lease, requestId: string, manifestOf: Surroundings["manifestOf"]): Promise<void> {
  const request = await host.journal.find(requestId);
  if (request === undefined || ENDED_STATES.has(request.state)) return;
  const state = await historyOf(host.journal, requestId);
  const residuals = everyTarget(state).some(mayBeGone) ? [...new Set(residualsOf(manifestOf(request.connector), state, true, true).map(({ code }) => code))] : undefined;
  // What is packaged ends as that: it is too late to cancel it.
  const ending = state.receipt === undefined ? { outcome: "cancelled" as const } : endingOfPackaged(state);
  await host.journal.append(lease, { at: new Date(host.clock.now()).toISOString(), kind: "ended", ...ending, ...(residuals === undefined ? {} : { residuals }) });
  // What cannot be cleared away now goes before the request's key does.
  await clearAway({ host, request, lease }).catch(() => false);
}
