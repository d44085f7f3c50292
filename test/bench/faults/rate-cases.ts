import type { RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import type { FaultCase } from "./case.js";
import type { Ending, Side } from "./sides.js";

const SEARCH = /^\/contacts\/search$/;
const PEOPLE = 60;
/** At three calls each, 1,020 of ours. */
const MANY = 340;

/** So many people at once: what a queue of requests does to the limit. */
const everybody = (people: number) => async (side: Side, { sandbox }: RunningSandbox): Promise<Ending> => {
  const addresses = Array.from({ length: people }, (_, n) => `crowd${n}@example.test`);
  for (const email of addresses) sandbox.build.addContact({ email });
  const endings = await Promise.all(addresses.map((address) => side.run("read", address)));
  const undone = endings.filter(({ claims }) => claims !== "done");
  return undone[0] === undefined ? { claims: "done", words: `${people} read` } : { claims: "not done", words: `${undone.length} of ${people} ${undone[0].words}` };
};

/** A refusal that ends in two seconds, by the clock of a vendor that is an hour ahead. */
function refuseAhead({ sandbox }: RunningSandbox): void {
  const atMs = Date.now() + 3_600_000;
  sandbox.inject({ path: SEARCH, fault: { kind: "status", status: 429, headers: { date: new Date(atMs).toUTCString(), "x-ratelimit-limit": "166", "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.floor(atMs / 1000) + 2) } } });
}

const noRefusals = ({ refusals }: { readonly refusals: number }): string | undefined => (refusals > 0 ? `${refusals} requests were refused` : undefined);

/** R cases that can be watched in seconds or a minute. The others need longer or many processes; they are tests of their own. */
export const RATE_CASES: readonly FaultCase[] = [
  { id: "R1", what: "429 that names its reset", right: "waits until then, then done", job: "read", expect: "done", plant: ({ sandbox }) => sandbox.inject({ path: SEARCH, fault: { kind: "status", status: 429, headers: { "x-ratelimit-limit": "166", "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 2) } } }) },
  { id: "R2", what: "429 without any header", right: "waits for a window, then done", job: "read", expect: "done", plant: ({ sandbox }) => sandbox.inject({ path: SEARCH, fault: { kind: "status", status: 429, rateHeaders: false } }) },
  { id: "R4", what: "429 that names its reset, by a clock that is an hour ahead", right: "waits two seconds, then done", job: "read", expect: "done", plant: refuseAhead, also: ({ ms }) => (ms > 10_000 ? "waited longer than that" : undefined) },
  { id: "R5", what: `another app leaves 40 calls of a window; ${PEOPLE} people are asked for`, right: "follows what remains; no refusal", job: "read", expect: "done", sandbox: { rateLimit: 166 }, plant: ({ sandbox }) => sandbox.rate.spend(126, Date.now()), act: everybody(PEOPLE), also: noRefusals },
  { id: "R6", what: `the limit drops to 50; ${PEOPLE} people are asked for`, right: "adapts within a window", job: "read", expect: "done", sandbox: { rateLimit: 166 }, plant: ({ sandbox }) => { sandbox.rate.limit = 50; }, act: everybody(PEOPLE), also: ({ refusals }) => (refusals > 40 ? `${refusals} requests were refused` : undefined) },
  { id: "R10", what: `${MANY} people are asked for, more than 1,000 calls`, right: "at most 90 s; no refusal", job: "read", expect: "done", sandbox: { rateLimit: 166 }, plant: () => undefined, act: everybody(MANY), also: (measured) => noRefusals(measured) ?? (measured.ms > 90_000 ? "took longer than that" : undefined) },
];
