import { verifyEvidence } from "../../../adapters/evidence/verify-evidence.js";
import type { Crew } from "../crew.js";

/** At the end: what was recorded of each request verifies, tells of every entry of its journal, and of nobody. */
export async function judgeEvidence(crew: Crew): Promise<void> {
  const { judge, log, watchers, state } = crew.world;
  const key = (await crew.ask("the key", (dsr) => dsr.evidenceKey())).told?.fingerprint ?? "";
  for (const id of state.requests.keys()) {
    const { told: file } = await crew.ask(`evidence of ${id}`, (dsr) => dsr.exportEvidence(id));
    if (file === undefined) return judge.fail("EVIDENCE", `there is none of ${id}`);
    const verdict = verifyEvidence(file.text, { key });
    judge.expect(verdict.outcome === "verified", "EVIDENCE", () => `that of ${id} is ${verdict.outcome}: ${verdict.fault?.reason ?? ""}`);
    const kinds = ["opened", ...log.of(id).map(({ entry }) => entry.kind)].join();
    judge.expect(verdict.records?.map(({ fact }) => fact.kind).join() === kinds, "EVIDENCE", () => `that of ${id} does not tell what the journal holds`);
    watchers.onShown(file.text, "evidence");
  }
}
