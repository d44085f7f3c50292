import { setTimeout as sleep } from "node:timers/promises";
import PgBoss from "pg-boss";
import { systemClock } from "../clock/system-clock.js";
import type { Nudge, Nudges, Reach } from "../worker/nudges.js";
import { connectionOf, type DatabaseUrl } from "./database-url.js";
import { isLost, postgresFailure } from "./postgres-failure.js";

export interface PgBossNudgesOptions {
  readonly url: DatabaseUrl;
  /** The home's id: its access requests are its own workers' alone. */
  readonly home: string;
}

/** Beside the schema of the records, since pg-boss makes and migrates its own. */
const SCHEMA = "dsr_connect_jobs";
const TURNS = "turns";
/** A nudge of a worker that died is forgotten after this; the request is nudged anew long before. */
const EXPIRES_S = 3_600;
const TURNS_KEPT_H = 2;
const HAND_BACKS = 1_000;
/** Whoever asked in vain over so many periods takes a turn all the same. */
const TURNS_MISSED = 12;
/** Several that begin at the same moment get into each other's way while the queues are made; and a server may just be restarting. */
const BEGINS_WITHIN_MS = 20_000;
const TRY_AGAIN_MS = 300;

/**
 * Nudges as jobs of pg-boss, for workers on any number of hosts. A queue of policy `short` holds one job for each request that waits, and any number
 * that are being worked on. Source: https://github.com/timgit/pg-boss/blob/10.4.2/docs/readme.md
 */
export async function openPgBossNudges({ url, home }: PgBossNudgesOptions): Promise<Nudges> {
  const queues: Readonly<Record<Reach, string>> = { everywhere: "requests", here: `requests_${home}` };
  const boss = await started(url, [queues.everywhere, queues.here]);
  const kept = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw postgresFailure(error);
    }
  };
  const taken = async (queue: string, most: number): Promise<readonly Nudge[]> => {
    // None is put for later: one that seems to be was put before the server's clock was set back.
    const jobs = await boss.fetch<{ readonly requestId: string }>(queue, { batchSize: most, ignoreStartAfter: true });
    return jobs.map(({ id, data }) => ({
      requestId: data.requestId,
      done: () => kept(() => boss.complete(queue, id)),
      handBack: () => kept(() => boss.fail(queue, id)),
    }));
  };
  /** Since when each turn is asked for in vain. */
  const waitingSinceMs = new Map<string, number>();
  /** Turns are counted by the server's clock: where that was set back, those that come were had before. */
  const turnOf = async (key: string, periodMs: number): Promise<boolean> => {
    const isFree = (await boss.send(TURNS, {}, { singletonKey: key, singletonSeconds: Math.ceil(periodMs / 1000) })) !== null;
    const nowMs = systemClock.monotonicMs();
    const sinceMs = waitingSinceMs.get(key) ?? nowMs;
    const mine = isFree || nowMs - sinceMs >= TURNS_MISSED * periodMs;
    waitingSinceMs.set(key, mine ? nowMs : sinceMs);
    return mine;
  };
  return {
    put: (requestIds, reach) => kept(() => boss.insert(requestIds.map((requestId) => ({ name: queues[reach], data: { requestId }, singletonKey: requestId })))),
    take: (most) =>
      kept(async () => {
        const own = await taken(queues.here, most);
        return own.length >= most ? own : [...own, ...(await taken(queues.everywhere, most - own.length))];
      }),
    turn: (what, periodMs, reach) => kept(() => turnOf(reach === "here" ? `${what} ${home}` : what, periodMs)),
    close: () => boss.stop({ graceful: false, wait: true, close: true }),
  };
}

async function started(url: DatabaseUrl, requestQueues: readonly string[]): Promise<PgBoss> {
  for (const giveUpAtMs = systemClock.monotonicMs() + BEGINS_WITHIN_MS; ; await sleep(TRY_AGAIN_MS)) {
    const boss = new PgBoss({ ...connectionOf(url), application_name: "dsr-connect jobs", schema: SCHEMA, max: 2, schedule: false, archiveCompletedAfterSeconds: 600, deleteAfterDays: 1 });
    // What its own upkeep meets is met again by whoever asks it for something.
    boss.on("error", () => undefined);
    try {
      await boss.start();
      for (const name of requestQueues) await boss.createQueue(name, { name, policy: "short", expireInSeconds: EXPIRES_S, retryLimit: HAND_BACKS, retentionDays: 1 });
      await boss.createQueue(TURNS, { name: TURNS, policy: "standard", retentionHours: TURNS_KEPT_H });
      return boss;
    } catch (error) {
      await boss.stop({ graceful: false, wait: true, close: true }).catch(() => undefined);
      if (!isLost(error) || systemClock.monotonicMs() >= giveUpAtMs) throw postgresFailure(error);
    }
  }
}
