import type { RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import type { FaultCase } from "./case.js";
import type { Ending, Side } from "./sides.js";

const SEARCH = /^\/contacts\/search$/;
const PEOPLE = 60;

/** Many people at once: what a queue of requests does to the limit. */
async function everybody(side: Side, { sandbox }: RunningSandbox): Promise<Ending> {
  const addresses = Array.from({ length: PEOPLE }, (_, n) => `crowd${n}@example.test`);
  for (const email of addresses) sandbox.build.addContact({ email });
  const endings = await Promise.all(addresses.map((address) => side.run("read", address)));
  const undone = endings.filter(({ claims }) => claims !== "done");
  return undone[0] === undefined ? { claims: "done", words: `${PEOPLE} read` } : { claims: "not done", words: `${undone.length} of ${PEOPLE} ${undone[0].words}` };
}

const noRefusals = ({ refusals }: { readonly refusals: number }): string | undefined => (refusals > 0 ? `${refusals} requests were refused` : undefined);

/** R cases that can be watched in seconds. The others need hours or another clock, and are tested on a clock that is turned by hand. */
export const RATE_CASES: readonly FaultCase[] = [
  { id: "R1", what: "429 that names its reset", right: "waits until then, then done", job: "read", expect: "done", plant: ({ sandbox }) => sandbox.inject({ path: SEARCH, fault: { kind: "status", status: 429, headers: { "x-ratelimit-limit": "166", "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 2) } } }) },
  { id: "R2", what: "429 without any header", right: "waits for a window, then done", job: "read", expect: "done", plant: ({ sandbox }) => sandbox.inject({ path: SEARCH, fault: { kind: "status", status: 429, rateHeaders: false } }) },
  { id: "R5", what: `another app leaves 40 calls of a window; ${PEOPLE} people are asked for`, right: "follows what remains; no refusal", job: "read", expect: "done", sandbox: { rateLimit: 166 }, plant: ({ sandbox }) => sandbox.rate.spend(126, Date.now()), act: everybody, also: noRefusals },
  { id: "R6", what: `the limit drops to 50; ${PEOPLE} people are asked for`, right: "adapts within a window", job: "read", expect: "done", sandbox: { rateLimit: 166 }, plant: ({ sandbox }) => { sandbox.rate.limit = 50; }, act: everybody, also: ({ refusals }) => (refusals > 40 ? `${refusals} requests were refused` : undefined) },
];
