import { expect } from "chai";
import { SEAM_LIMITS } from "../../adapters/http/seam-limits.js";
import type { Bench } from "../bench.js";
import { answering, disturbing, everyRead, proxyPage } from "../faults.js";
import { everyone, rule, type Rule } from "../rule.js";
import { confirmedPlan } from "../steps.js";
import { type Fault, keyOf } from "../wire.js";
import { relates } from "./related-records.js";

/** More calls than it takes to come past each kind of call of one request. */
const MANY = 60;

/** Answers after which the seam gives up once it has called so often: to wait for longer than it does, and that the vendor is not available. */
const GIVEN_UP: readonly (readonly [name: string, fault: Fault, attempts: number])[] = [
  ["a 429", answering(429, "{}", { "retry-after": String(2 * (SEAM_LIMITS.parkAfterMs / 1000)) }), 1],
  // A deletion is sent again after one once the record was read.
  ["a 503", disturbing(everyRead, answering(503, proxyPage)), SEAM_LIMITS.attempts],
];

export const REPETITION_RULES: readonly Rule[] = [
  rule("FAULT-13", "repeats by itself no call that the vendor put off, and leaves that to the seam", everyone, async (bench) => {
    for (const [what, begin] of Object.entries(runsOf(bench))) {
      for (const [name, fault, attempts] of GIVEN_UP) {
        let made = 1;
        for (let number = 0; made > 0 && number < MANY; number += 1) {
          made = await putOff(bench, number, fault, await begin());
          expect(made, `how often call ${number + 1} of ${what} was made that is answered with ${name}`).to.be.at.most(attempts);
        }
      }
    }
  }),
];

/** All that a connection does, each begun anew. */
function runsOf(bench: Bench): Readonly<Record<string, () => Promise<() => Promise<unknown>>>> {
  const { hosted, manifest, connector } = bench;
  const choices = { extents: (manifest.lookupExtents ?? []).map(({ id }) => id), ...(relates(connector) ? { erase: "related" as const } : {}) };
  return {
    check: async () => () => hosted.check(),
    ...(manifest.requestTypes.includes("access") && {
      access: async () => {
        const { identifier } = await bench.addSubject();
        return () => hosted.access(identifier, choices.extents);
      },
    }),
    ...(manifest.requestTypes.includes("deletion") && {
      planning: async () => {
        const { identifier } = await bench.addSubject();
        return () => hosted.plan(identifier, choices);
      },
      deletion: async () => {
        const { id } = await confirmedPlan(bench, await bench.addSubject(), choices);
        return () => hosted.execute(id);
      },
    }),
  };
}

/** From the numbered call on, calls that are the same as that one come to nothing; the first is number 0. Returns how many there were. */
async function putOff(bench: Bench, number: number, fault: Fault, run: () => Promise<unknown>): Promise<number> {
  let calls = 0;
  let key: string | undefined;
  let same = 0;
  bench.wire.disturb((request, send) => {
    if (calls++ === number) key = keyOf(request);
    if (keyOf(request) !== key) return send(request);
    same += 1;
    return fault(request, send);
  });
  await run().catch(() => undefined);
  bench.wire.mend();
  return same;
}
