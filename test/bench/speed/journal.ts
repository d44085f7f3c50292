import { join } from "node:path";
import { systemClock } from "../../../adapters/clock/system-clock.js";
import { openHome } from "../../../adapters/journal/home.js";
import { DatabaseUrl } from "../../../adapters/postgres/database-url.js";
import type { PrivacyRequest } from "../../../core/request.js";
import { Identifier } from "../../../core/identifier.js";
import { addressOf, type Job } from "./job.js";
import type { Work } from "./ours.js";

/** Requests that are worked on at the same time, as a batch of deletions does. */
const AT_ONCE = 16;
const ENTRIES = 10;

/** One key for all processes that share a database. */
export const KEY = "11".repeat(32);

/** Entries of requests, each durable before the next of its request: what a worker asks of the store, and nothing else. */
export async function journal({ people, databaseUrl }: Job, folder: string): Promise<Work> {
  const home = await openHome({ directory: join(folder, "home"), key: KEY, clock: systemClock, ...(databaseUrl === undefined ? {} : { databaseUrl: DatabaseUrl.parse(databaseUrl) }) });
  const open = async (n: number): Promise<PrivacyRequest> => {
    const identifier = Identifier.parse("email", addressOf(n));
    return home.journal.open(requestOf(`${process.pid}-${n}`), [identifier]);
  };
  const write = async (n: number): Promise<void> => {
    const { id } = await open(n);
    const lease = await home.journal.lease(id);
    if (lease === undefined) throw new Error("somebody else has the lease");
    for (let entry = 0; entry < ENTRIES; entry++) await home.journal.append(lease, { at: new Date().toISOString(), kind: "intent", target: { category: "contact", id: `${n}` }, attempt: entry + 1 });
    await lease.release();
  };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < people) await write(next++);
  };
  return {
    run: async () => {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return people * ENTRIES;
    },
    close: () => home.close(),
  };
}

function requestOf(id: string): PrivacyRequest {
  const at = new Date().toISOString();
  return { id, type: "deletion", connector: "intercom", connectorVersion: "1", connection: "acme", vendorsOwn: false, subjectKey: id, openedAt: at, state: "running", context: { law: "gdpr", receivedAt: at, language: "en" } };
}
