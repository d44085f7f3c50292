import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IntercomClient } from "intercom-client";
import { openLocalDsr, type LocalDsr } from "../../../adapters/inversify/local-dsr.js";
import type { RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import { Identifier, isDsrError } from "../../../core/index.js";

/** What one side said at the end of a job, in a few words, and whether it claims to have done it. */
export interface Ending {
  readonly claims: "done" | "not done" | "nothing";
  readonly words: string;
}

/** The job of every case: give what is held about a person, or delete that person's contacts. */
export type Job = "read" | "delete";

/** One of the two that are compared, ready to work against one sandbox. */
export interface Side {
  readonly name: "ours" | "intercom-client";
  run(job: Job, address: string): Promise<Ending>;
  /** Introduces itself, with its token, to whoever answers there. */
  meet(url: string): Promise<Ending>;
  close(): Promise<void>;
}

/** So long may one call take on either side; both would wait longer if nobody told them. */
export const DEADLINE_MS = 1_500;

/** This framework as a host embeds it, over a home of its own. Connecting comes before any fault is planted. */
export async function ourSide({ url, firstLine }: Pick<RunningSandbox, "url" | "firstLine">): Promise<Side> {
  const home = mkdtempSync(join(tmpdir(), "dsr-bench-faults-"));
  const dsr: LocalDsr = await openLocalDsr({ home, timings: { looksMs: [0, 50, 100, 150, 200] }, limits: { deadlineMs: DEADLINE_MS, backoff: { baseMs: 20, maxMs: 200 } } });
  await dsr.connect({ connector: "intercom", name: "acme", apiUrl: url }, { capabilities: ["access", "deletion"], categories: [] }, firstLine.token);
  const work = async (job: Job, address: string): Promise<Ending> => {
    const identifier = Identifier.parse("email", address);
    if (job === "read") {
      const { outcome, attention, counts } = await dsr.access("acme", { identifier });
      return { claims: outcome === "complete" && (counts["contacts"] ?? 0) > 0 ? "done" : outcome === "complete" || outcome === "nothing_found" ? "nothing" : "not done", words: worded(outcome, attention?.code) };
    }
    const { plan, outcome: planned, attention: why } = await dsr.plan("acme", { identifier });
    if (plan === null) return { claims: "not done", words: worded(planned, why?.code) };
    const { outcome, attention } = await dsr.delete(plan.id, plan.confirm, { waitForAllLooks: true });
    return { claims: outcome === "verified" ? "done" : "not done", words: worded(outcome, attention?.code) };
  };
  return {
    name: "ours",
    run: (job, address) => work(job, address).catch(failed),
    meet: (apiUrl) => dsr.connect({ connector: "intercom", name: "other", apiUrl }, { capabilities: ["access"], categories: [] }, firstLine.token).then((): Ending => ({ claims: "done", words: "connected" }), failed),
    close: async () => {
      await dsr.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function failed(error: unknown): Ending {
  return { claims: "not done", words: isDsrError(error) ? error.code : "an unknown error" };
}

function worded(outcome: string, code: string | undefined): string {
  return code === undefined ? outcome : `${outcome} (${code})`;
}

/** The script that a user would write with the vendor's own client: search, then read or delete what was found. */
export function theirSide({ url, firstLine }: Pick<RunningSandbox, "url" | "firstLine">): Side {
  const client = new IntercomClient({ token: firstLine.token, baseUrl: url });
  const options = { timeoutInSeconds: DEADLINE_MS / 1000 };
  const work = async (job: Job, address: string): Promise<Ending> => {
    const found: string[] = [];
    for await (const contact of await client.contacts.search({ query: { field: "email", operator: "=", value: address } }, options)) found.push(contact.id ?? "");
    if (found.length === 0) return { claims: "nothing", words: "nobody found" };
    for (const contact_id of found) {
      if (job === "read") {
        const contact = await client.contacts.find({ contact_id }, options);
        if (contact?.email !== address) return { claims: "done", words: "took something else for the contact" };
        continue;
      }
      const answer = await client.contacts.delete({ contact_id }, options);
      if (answer?.deleted !== true) return { claims: "done", words: `resolved ${answer === undefined ? "undefined" : `deleted: ${String(answer.deleted)}`}` };
    }
    return { claims: "done", words: job === "read" ? "read" : "deleted" };
  };
  return {
    name: "intercom-client",
    run: (job, address) => work(job, address).catch(threw),
    meet: (baseUrl) => new IntercomClient({ token: firstLine.token, baseUrl }).admins.identify(options).then((): Ending => ({ claims: "done", words: "was answered" }), threw),
    close: () => Promise.resolve(),
  };
}

function threw(error: unknown): Ending {
  const { statusCode, name } = error as { readonly statusCode?: number; readonly name?: string };
  return { claims: "not done", words: `threw ${statusCode ?? name ?? "an error"}` };
}
