import { HELD_AGAIN_MS, type WorkLine } from "../../core/batch-work.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { Host } from "../../core/host-ports.js";
import { historyOf } from "../../core/replay.js";

export interface Confirming {
  readonly host: Pick<Host, "journal" | "clock">;
  readonly signal?: AbortSignal;
  /** How long to wait for other processes. */
  readonly patienceMs: number;
  /** @throws DsrError `REQUEST_BUSY` where another process holds the line's request, and why its plan cannot be confirmed */
  readonly confirm: (line: WorkLine) => Promise<void>;
  readonly onRefused: (line: WorkLine, error: DsrError) => Promise<void>;
  /** Told how many lines are done with, and how many other processes hold while nothing else is left to do. */
  readonly onProgress: (done: number, held: number) => void;
}

/**
 * Confirms line by line, and comes back to those that another process holds; returns those that it still holds when patience is at its end. One that
 * somebody else confirmed, and carries out, needs nothing more.
 * @throws DsrError `INTERRUPTED`
 */
export async function confirmLines(lines: readonly WorkLine[], { host, signal, patienceMs, confirm, onRefused, onProgress }: Confirming): Promise<readonly WorkLine[]> {
  let done = 0;
  for (let left = lines, waitedMs = 0; ; waitedMs += HELD_AGAIN_MS) {
    const held: WorkLine[] = [];
    for (const line of left) {
      if (signal?.aborted === true) throw new DsrError("INTERRUPTED");
      try {
        await confirm(line);
      } catch (error) {
        if (!isDsrError(error)) throw error;
        if (error.code !== "REQUEST_BUSY") await onRefused(line, error);
        else if (!(await isConfirmed(host, line))) {
          held.push(line);
          continue;
        }
      }
      onProgress((done += 1), 0);
    }
    if (held.length === 0 || waitedMs >= patienceMs) return held;
    onProgress(done, held.length);
    await host.clock.sleep(Math.min(HELD_AGAIN_MS, patienceMs - waitedMs), signal).catch(() => {
      throw new DsrError("INTERRUPTED");
    });
    left = held;
  }
}

async function isConfirmed({ journal }: Pick<Host, "journal">, { requestId, planId }: WorkLine): Promise<boolean> {
  const { plan, confirmed } = await historyOf(journal, requestId);
  return confirmed && plan?.id === planId;
}
