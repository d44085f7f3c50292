import { expect } from "chai";
import type { LookupExtent } from "../../core/manifest.js";
import type { AccessResult } from "../../core/results.js";
import type { Bench, Person } from "../bench.js";
import { answering, disturbing, everyRead, lostBefore, MALFORMED, NO_ANSWERS, proxyJson, proxyPage, spoiling } from "../faults.js";
import type { Standing } from "../hosted-connector.js";
import { reachedDuring } from "../reaching.js";
import { declares, everyone, rule, type Rule } from "../rule.js";
import { deleteWhole, expectHeld, expectWhole, fromNowOn, hiddenPerson } from "../steps.js";
import { keyOf } from "../wire.js";
import { oauthOf, offersOAuth } from "./auth.js";
import { expectGivenIdsKept, expectListedIdsKept } from "./ids.js";
import { relates } from "./related-records.js";

const access = declares("access");

export const FAULT_RULES: readonly Rule[] = [
  rule("FAULT-1", "gets the same result where reads fail and are repeated", access, async (bench) => {
    const person = await bench.addSubject();
    for (const fault of [lostBefore, answering(500, "{}"), answering(502, proxyPage), answering(503, proxyPage, { "retry-after": "1" })]) {
      for (const key of await callsOfAccess(bench, person)) {
        bench.wire.disturb(disturbing((request) => keyOf(request) === key, fault, 1));
        const standing = await bench.hosted.access(person.identifier);
        bench.wire.mend();
        expect(standing.result.outcome).to.equal("complete");
        expectWhole(bench, standing, person);
      }
    }
  }),

  rule("FAULT-2", "never takes an answer that makes no sense for there being nothing", access, async (bench) => {
    const person = await bench.addSubject({ volume: "paged" });
    for (const key of await callsOfAccess(bench, person)) {
      for (const [name, spoil] of Object.entries(MALFORMED)) {
        bench.wire.disturb(disturbing((request) => keyOf(request) === key, spoiling(spoil)));
        const standing = await bench.hosted.access(person.identifier);
        bench.wire.mend();
        expectNoPretence(bench, standing, person, ["parked", "needs_attention", "complete_with_gaps"], name);
      }
    }
    for (const extent of bench.manifest.lookupExtents ?? []) await expectHiddenNotDenied(bench, extent);
  }),

  rule("FAULT-3", "takes nothing that a proxy says for absence, for an empty list, or for a missing scope", access, async (bench) => {
    const person = await bench.addSubject();
    for (const key of await callsOfAccess(bench, person)) {
      for (const status of [403, 404, 410]) {
        for (const body of [proxyPage, proxyJson, ""]) {
          bench.wire.disturb(disturbing((request) => keyOf(request) === key, answering(status, body)));
          const standing = await bench.hosted.access(person.identifier);
          bench.wire.mend();
          expectNoPretence(bench, standing, person, ["parked", "needs_attention"], `a proxy's ${status}`);
          expect(standing.result.attention?.code, `code with ${status}`).not.to.be.oneOf(["SCOPE_MISSING", "AUTH_REJECTED"]);
        }
      }
    }
  }),

  rule("FAULT-4", "waits when the vendor says 429, and parks the request when it never stops", access, async (bench) => {
    const person = await bench.addSubject();
    const { clock } = bench.hosted.host;
    for (const key of await callsOfAccess(bench, person)) {
      const startedAtMs = clock.monotonicMs();
      bench.wire.disturb(disturbing((request) => keyOf(request) === key, answering(429, "{}", { "retry-after": "7" }), 1));
      const standing = await bench.hosted.access(person.identifier);
      expect(standing.result.outcome).to.equal("complete");
      expectWhole(bench, standing, person);
      expect(clock.monotonicMs() - startedAtMs, "waited milliseconds").to.be.at.least(7_000);

      bench.wire.disturb(disturbing((request) => keyOf(request) === key, answering(429, "{}", { "retry-after": "60" })));
      const endless = await bench.hosted.access(person.identifier);
      bench.wire.mend();
      expectNoPretence(bench, endless, person, ["parked"], "an endless 429");
      if (endless.result.outcome === "parked") expect(endless.result.attention?.code).to.equal("RATE_LIMITED");
    }
  }),

  rule("FAULT-5", "parks a request while the vendor cannot be reached, and finds neither nothing nor all", everyone, async (bench) => {
    const person = await bench.addSubject();
    for (const fault of [lostBefore, answering(500, "{}"), answering(503, proxyPage)]) {
      bench.wire.disturb(fault);
      const results = [
        ...(bench.manifest.requestTypes.includes("access") ? [(await bench.hosted.access(person.identifier)).result] : []),
        ...(bench.manifest.requestTypes.includes("deletion") ? [(await bench.hosted.plan(person.identifier)).result] : []),
      ];
      bench.wire.mend();
      for (const { outcome, attention } of results) expect([outcome, attention?.code]).to.deep.equal(["parked", "VENDOR_UNAVAILABLE"]);
    }
    await expectHeld(bench, [person], true);
  }),

  rule("FAULT-6", "declares every operation that changes something as a mutation", everyone, async (bench) => {
    const { hosted, sandbox, wire, manifest } = bench;
    const reads: string[] = [];
    wire.disturb(async (request, send) => {
      const arrived = sandbox.calls().length;
      const { pathname } = new URL(request.url);
      const answer = await send(request);
      const changed = sandbox.calls().slice(arrived).some(({ effect, method, path }) => effect && method === request.method && path === pathname);
      if (changed && !request.mutates) reads.push(`${request.method} ${pathname.replace(/[^/]*\d[^/]*/g, "…")}`);
      return answer;
    });
    const person = await bench.addSubject();
    if (manifest.requestTypes.includes("access")) await hosted.access(person.identifier);
    if (manifest.requestTypes.includes("deletion")) await deleteWhole(bench, person, relates(bench.connector) ? { erase: "related" } : {}).catch(() => undefined);
    const { auth } = await hosted.open();
    if (offersOAuth(bench.connector)) {
      const { clientId, clientSecret, authorise } = oauthOf(bench);
      const { code } = await authorise(auth.authoriseUrl({ clientId, state: "state-1" }));
      await auth.exchangeCode({ clientId, clientSecret, code });
    }
    await auth.revoke?.().catch(() => undefined);
    expect(reads, "operations that are declared reads and changed something").to.deep.equal([]);
  }),

  rule("FAULT-7", "reaches its vendor through the context's fetch and through nothing else", everyone, async (bench) => {
    const own = globalThis.fetch;
    let besides = 0;
    globalThis.fetch = () => {
      besides += 1;
      return Promise.reject(new TypeError("fetch failed"));
    };
    const extents = (bench.manifest.lookupExtents ?? []).map(({ id }) => id);
    const ways = await reachedDuring(async () => {
      const person = await bench.addSubject();
      await bench.hosted.check();
      if (bench.manifest.requestTypes.includes("access")) await bench.hosted.access(person.identifier, extents);
      if (bench.manifest.requestTypes.includes("deletion")) await deleteWhole(bench, person, { extents, ...(relates(bench.connector) && { erase: "related" }) });
    }).finally(() => void (globalThis.fetch = own));
    expect(besides, "calls of the global fetch").to.equal(0);
    expect(ways, "ways out of the process besides").to.deep.equal([]);
  }),

  rule("FAULT-8", "lets nothing that only looks like an id reach another place than that id's", everyone, async (bench) => {
    const person = await bench.addSubject();
    await expectGivenIdsKept(bench, person);
    if (access(bench.connector)) await expectListedIdsKept(bench, person);
    await expectHeld(bench, [person], true);
  }),
];

/** A connector that finds another way to the same data is welcome to it. */
export function expectNoPretence(bench: Bench, standing: Standing<AccessResult>, person: Person, inconclusive: readonly string[], fault: string): void {
  if (standing.result.outcome === "complete") expectWhole(bench, standing, person);
  else expect(inconclusive, `outcomes with ${fault}`).to.include(standing.result.outcome);
}

/** Somebody whom only the extent shows is not there for nothing: whatever cannot be read, either it is not denied that they are there, or it is said that nobody looked. */
async function expectHiddenNotDenied(bench: Bench, { id, category }: LookupExtent): Promise<void> {
  const { identifier } = await hiddenPerson(bench, id);
  const since = fromNowOn(bench);
  await bench.hosted.access(identifier, [id]);
  for (const key of new Set(since.calls().filter(everyRead).map(keyOf))) {
    for (const [name, fault] of NO_ANSWERS) {
      bench.wire.disturb(disturbing((request) => keyOf(request) === key, fault));
      const { result } = await bench.hosted.access(identifier, [id]);
      bench.wire.mend();
      if (!result.notCovered.some((each) => each.category === category)) expect(result.outcome, `outcome for somebody whom only ${id} shows, with ${name}`).not.to.equal("nothing_found");
    }
  }
}

/** The distinct calls of an undisturbed access request, in order. */
async function callsOfAccess(bench: Bench, person: Person): Promise<readonly string[]> {
  const since = fromNowOn(bench);
  const standing = await bench.hosted.access(person.identifier);
  expect(standing.result.outcome, "undisturbed").to.equal("complete");
  return [...new Set(since.calls().filter(everyRead).map(keyOf))];
}
