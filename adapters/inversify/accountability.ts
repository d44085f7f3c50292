import { headText } from "../../core/evidence.js";
import { evidenceFile } from "../../core/evidence-file.js";
import { populationOf } from "../../core/evidence-population.js";
import { listHolds, placeHold, releaseHold } from "../../core/holds.js";
import type { Host } from "../../core/host-ports.js";
import type { Dsr } from "./dsr.js";

type Accountability = Pick<Dsr, "evidence" | "evidenceList" | "exportEvidence" | "evidenceKey" | "placeHold" | "holds" | "releaseHold">;

/** The part of the framework that answers for what was done, and that is told what must not be done. */
export function createAccountability(host: Host): Accountability {
  return {
    evidence: async (requestId) => {
      const evidence = await host.evidence.read(requestId);
      return { head: { request: requestId, count: evidence.records.length, hash: evidence.records.at(-1)?.hash ?? "" }, ...evidence };
    },
    evidenceList: (filter = {}) => populationOf(host, filter),
    exportEvidence: async (requestId) => evidenceFile(host, requestId, await host.evidence.read(requestId)),
    evidenceKey: async () => (await host.signer()).key(),
    placeHold: (hold) => placeHold(host, hold),
    holds: () => listHolds(host),
    releaseHold: (id) => releaseHold(host, id),
  };
}

/** As results show it. */
export async function evidenceHead(host: Host, requestId: string): Promise<string> {
  const { seq, hash } = await host.evidence.last(requestId);
  return headText({ request: requestId, count: seq, hash });
}
