import { setImmediate as othersHaveRun } from "node:timers/promises";
import type Libsql from "libsql";
import { storageFailure } from "./storage-failure.js";

/** `anything`: what no transaction can hold. */
export type Needs = "read" | "write" | "anything";

interface Job {
  readonly needs: Needs;
  readonly work: () => Promise<unknown>;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** As many as one transaction holds: others wait for the file as long. */
const AT_ONCE = 32;

/**
 * Work on one connection, one after the other, as it comes. What waits when something has ended is carried out within one transaction, so that
 * what many requests write at the same time costs one wait for the disk. Each is told of its end once all of it is durable.
 */
export function createTransactionQueue(libsql: Libsql.Database): <T>(needs: Needs, work: () => Promise<T>) => Promise<T> {
  const waiting: Job[] = [];
  let busy = false;
  const next = (): readonly Job[] => {
    const apart = waiting.findIndex(({ needs }) => needs === "anything");
    return waiting.splice(0, Math.max(1, Math.min(apart < 0 ? AT_ONCE : apart, AT_ONCE)));
  };
  const begin = (jobs: readonly Job[]): void => void libsql.exec(jobs.some(({ needs }) => needs === "write") ? "BEGIN IMMEDIATE" : "BEGIN");
  const toItsEnd = async (jobs: readonly Job[]): Promise<readonly unknown[]> => {
    try {
      const results: unknown[] = [];
      for (const { work } of jobs) results.push(await work());
      libsql.exec("COMMIT");
      return results;
    } catch (error) {
      // A full disk, among others, has ended the transaction already.
      if (libsql.inTransaction) libsql.exec("ROLLBACK");
      throw error;
    }
  };
  const alone = async (job: Job): Promise<void> => {
    try {
      if (job.needs === "anything") return job.resolve(await job.work());
      begin([job]);
      job.resolve((await toItsEnd([job]))[0]);
    } catch (error) {
      job.reject(storageFailure(error));
    }
  };
  const together = async (jobs: readonly Job[]): Promise<void> => {
    try {
      begin(jobs);
    } catch (error) {
      for (const { reject } of jobs) reject(storageFailure(error));
      return;
    }
    const results = await toItsEnd(jobs).catch(() => undefined);
    // Nothing of it was kept. Each is done anew by itself, so that none fails for what is wrong with another.
    if (results === undefined) for (const job of jobs) await alone(job);
    else for (const [n, { resolve }] of jobs.entries()) resolve(results[n]);
  };
  const workOff = async (): Promise<void> => {
    busy = true;
    while (waiting.length > 0) {
      // Whoever was told of something just now may have more to write.
      if (waiting.some(({ needs }) => needs === "write")) await othersHaveRun();
      const jobs = next();
      await (jobs.length === 1 && jobs[0] !== undefined ? alone(jobs[0]) : together(jobs));
    }
    busy = false;
  };
  return (needs, work) =>
    new Promise((resolve, reject) => {
      waiting.push({ needs, work, resolve: resolve as Job["resolve"], reject });
      if (!busy) void workOff();
    });
}
