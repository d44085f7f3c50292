import type { Delivered, SentCall } from "../network.js";
import { intercom } from "../../../connectors/intercom/connector.js";
import type { World } from "../world.js";

/** A pause that a vendor asks for is broken off after this, to look again. */
const LONGEST_MS = 3_600_000;

export interface PaceWatch {
  onSend(call: SentCall): void;
  onDelivered(delivered: Delivered): void;
}

/** Whether refusals are obeyed. The rate itself is counted at the end, from what arrived. */
export function createPaceWatch(world: () => World): PaceWatch {
  const closedUntilMs = new Map<string, number>();
  return {
    onSend: ({ vendor, sentAtMs, method, path }) => {
      const untilMs = closedUntilMs.get(vendor.makeup.connection) ?? 0;
      world().judge.expect(sentAtMs >= untilMs, "OBEYS", () => `${method} ${path} is sent ${untilMs - sentAtMs} ms too early`);
    },
    onDelivered: ({ call, status, headers }) => {
      if (status !== 429) return;
      const { clock } = world();
      const { connection } = call.vendor.makeup;
      const untilMs = clock.elapsedMs() + Math.min(askedMs(headers, call.trouble?.on === "the vendor"), LONGEST_MS);
      closedUntilMs.set(connection, Math.max(untilMs, closedUntilMs.get(connection) ?? 0));
    },
  };
}

/** How long an answer asks to wait, by its own clock; nothing where another fault may have touched its headers. */
function askedMs(headers: Readonly<Record<string, string>>, touched: boolean): number {
  const after = headers["retry-after"];
  if (after !== undefined) return /^\d+$/.test(after) ? Number(after) * 1000 : 0;
  const reset = headers["x-ratelimit-reset"];
  return touched || reset === undefined ? 0 : Math.max(0, Number(reset) * 1000 - Date.parse(headers["date"] ?? "") - 1_000);
}

/** To be asked at the end of a world: the most calls that ever arrived in ten seconds. */
export function judgeRate({ vendors, judge }: World): void {
  const { requests, windowMs } = intercom.manifest.rateLimit;
  for (const { makeup, sandbox } of vendors) {
    const most = Math.min(makeup.rate ?? requests, requests);
    const arrived = sandbox.maxInSlidingWindow(windowMs);
    judge.expect(arrived <= most, "RATE", () => `${arrived} calls arrived within ${windowMs} ms at ${makeup.connection}, where ${most} may`);
  }
}
