import { join } from "node:path";
import { Identifier, openLocalDsr, type InputLine } from "../../../adapters/index.js";
import { intercom } from "../../../connectors/intercom/connector.js";
import { addressOf, type Job } from "./job.js";

export interface Work {
  run(): Promise<number>;
  close(): Promise<void>;
}

/** The framework as a host embeds it, over a home folder on disk, with everything that it always does. Only the vendor's pace is left out. */
export async function ours({ kind, people, url, token }: Job, folder: string): Promise<Work> {
  const unhurried = { ...intercom, manifest: { ...intercom.manifest, rateLimit: { ...intercom.manifest.rateLimit, requests: 1_000_000 } } };
  const dsr = await openLocalDsr({ home: join(folder, "home"), connectors: [unhurried] });
  const connected = await dsr.connect({ connector: "intercom", name: "acme", apiUrl: url }, { capabilities: ["access", "deletion"], categories: kind === "access" ? ["conversations"] : [] }, token);
  if (!connected.ok) throw new Error(connected.code);
  async function* lines(): AsyncIterable<InputLine> {
    for (let n = 0; n < people; n++) yield { line: n + 1, asked: { input: { identifier: Identifier.parse("email", addressOf(n)) } } };
  }
  return {
    run: async () => {
      if (kind === "access") return (await dsr.access("acme", { identifier: Identifier.parse("email", addressOf(0)) })).counts["conversation_parts"] ?? 0;
      const { plan } = await dsr.batch("acme", { type: "deletion", lines: lines() });
      const { totals } = await dsr.runBatch(plan?.id ?? "", plan?.confirm ?? "");
      return totals.outcomes.verified ?? 0;
    },
    close: () => dsr.close(),
  };
}
