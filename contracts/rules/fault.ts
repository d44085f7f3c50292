import { expect } from "chai";
import { isDsrError } from "../../core/errors.js";
import type { LookupExtent } from "../../core/manifest.js";
import { policiesFor, valuesOf } from "../../core/erasure.js";
import type { CollectedPage, Connector, IdentifierLookupPort, RequestExecutorPort } from "../../core/ports.js";
import type { AccessResult } from "../../core/results.js";
import type { Bench, Person } from "../bench.js";
import { answering, disturbing, everyRead, lostBefore, MALFORMED, NO_ANSWERS, proxyJson, proxyPage, spoiling } from "../faults.js";
import type { Standing } from "../hosted-connector.js";
import { reachedDuring } from "../reaching.js";
import { declares, everyone, rule, type Rule } from "../rule.js";
import { deleteWhole, expectHeld, expectWhole, fromNowOn, hiddenPerson } from "../steps.js";
import { leadsTo, type WireRequest } from "../wire.js";
import { relates } from "./related.js";
import { DEFAULT_SETTINGS } from "../../core/request-settings.js";

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
    if (sandbox.oauth !== undefined) {
      const { clientId, clientSecret, authorise } = sandbox.oauth;
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
    const { lookup, executor } = await bench.hosted.open();
    const asking = portsOf(bench.connector, lookup, executor, person);
    for (const [port, call] of Object.entries(asking)) {
      // Whatever it asks for an id that leads nowhere has nothing to do with the id.
      const usual = fromNowOn(bench);
      await call("leads-nowhere").catch(() => undefined);
      const harmless = usual.calls().filter((each) => !isAbout(each, "leads-nowhere")).map(keyOf);
      for (const id of misleadingIds(bench, person)) {
        const since = fromNowOn(bench);
        const outcome = await call(id).catch((error: unknown) => error);
        const astray = since.calls().filter((each) => !isAbout(each, id) && !harmless.includes(keyOf(each)));
        expect(astray.map(({ method, url }) => `${method} ${url}`), `calls of ${port} for ${id}`).to.deep.equal([]);
        expect(since.effects(), `changes by ${port} for ${id}`).to.deep.equal([]);
        if (outcome instanceof Error) expect(isDsrError(outcome), `whether ${port} refuses ${id} with a DsrError`).to.equal(true);
        else if (since.calls().length === 0) expect(outcome, `what ${port} says of ${id}, having asked nobody`).to.equal(undefined);
      }
    }
    if (access(bench.connector)) await expectListedIdsKept(bench, person);
    await expectHeld(bench, [person], true);
  }),
];

/** What stands in the place of an id in a list, by which the connector goes on. */
const MISLEADING_IN_LISTS: readonly ((id: string) => string)[] = [(id) => `${id}?x=y`, (id) => `../self?x=${id}`];

/** An id that a list names leads nowhere else than one that a human gives. */
async function expectListedIdsKept(bench: Bench, person: Person): Promise<void> {
  const clean = fromNowOn(bench);
  await bench.hosted.access(person.identifier);
  const usual = clean.calls();
  const harmless = usual.map(keyOf);
  for (const [number, call] of usual.entries()) {
    const [id] = idsIn(call.answer?.body ?? "").filter((each) => !leadsTo(call, each) && usual.slice(number + 1).some((later) => leadsTo(later, each)));
    for (const misleading of id === undefined ? [] : MISLEADING_IN_LISTS.map((mislead) => mislead(id))) {
      const since = fromNowOn(bench);
      bench.wire.disturb(disturbing((request) => keyOf(request) === keyOf(call), spoiling(({ body }) => body.replaceAll(JSON.stringify(id), JSON.stringify(misleading)))));
      await bench.hosted.access(person.identifier);
      bench.wire.mend();
      const astray = since.calls().filter((each) => !isAbout(each, misleading) && !harmless.includes(keyOf(each)));
      expect(astray.map(({ method, url }) => `${method} ${url}`), `calls where a list names ${misleading}`).to.deep.equal([]);
    }
  }
}

/** Every text in an answer that may be an id. */
function idsIn(body: string): readonly string[] {
  return [...new Set([...body.matchAll(/"([\w-]+)"/g)].map(([, text = ""]) => text))];
}

/** Each way to hand a connector an id: what it tells of it, undefined where that is nothing. */
function portsOf({ manifest, protocol }: Connector, lookup: IdentifierLookupPort, executor: RequestExecutorPort, person: Person): Readonly<Record<string, (id: string) => Promise<unknown>>> {
  const { identifier } = person;
  const ports: Record<string, (id: string) => Promise<unknown>> = { findById: (id) => lookup.findById(id) };
  for (const { id: extent } of manifest.lookupExtents ?? []) ports[`findById in ${extent}`] = (id) => lookup.findById(id, [identifier], extent);
  const categories = manifest.dataCategories.map((each) => each.id);
  if (manifest.requestTypes.includes("access")) {
    ports["collect"] = (id) => firstRecords(executor.collect({ matches: [{ id, kind: "unknown" }], identifiers: [identifier], categories, settings: DEFAULT_SETTINGS, checkpoint: undefined }));
    for (const category of (protocol.fileHosts ?? []).length === 0 ? [] : categories) ports[`renewFiles of ${category}`] = async (recordId) => (await executor.renewFiles?.({ category, recordId }))?.[0];
  }
  if (!manifest.requestTypes.includes("deletion")) return ports;
  const related = manifest.dataCategories.flatMap((each) => each.deletion.related?.target ?? []);
  for (const category of [manifest.subjectCategory, ...related]) {
    ports[`look at ${category}`] = (id) => executor.look({ category, id });
    ports[`erase of ${category}`] = (id) => executor.erase({ category, id });
    ports[`prove of ${category}`] = async (id) => (await executor.prove?.([{ category, id }]))?.[0];
  }
  for (const category of related) ports[`confirm of ${category}`] = async (id) => executor.confirm?.({ category, id }, { ids: [person.id], identifiers: [identifier] });
  for (const erase of related.length === 0 ? (["subject"] as const) : (["subject", "related"] as const)) {
    const wish = { erase, policies: valuesOf(policiesFor(manifest)), spare: [], identifiers: [identifier], settings: {} };
    ports[`planDeletion of ${erase}`] = async (id) => void (await executor.planDeletion([{ id, kind: "unknown", matchedBy: "chosen", primary: true, holds: {} }], [], wish));
  }
  return ports;
}

/** Written into a path as they stand, these lead to the vendor's other endpoints, or to a record that was not meant. */
function misleadingIds({ connector }: Bench, { id }: Person): readonly string[] {
  const fixed = [...new Set(connector.protocol.operations.map(({ path }) => path).filter((path) => !path.includes("{")))];
  const below = connector.protocol.operations.flatMap(({ path }) => /\{[^{}]+\}(\/[^{}]+)$/.exec(path)?.[1] ?? []);
  return ["", ".", "..", "/", `${id}/`, `./${id}`, `x/../${id}`, `${id}?x=y`, `${id}#x`, `%2e%2e/${id}`, ...fixed.flatMap((path) => [`..${path}`, `../..${path}`]), ...[...new Set(below)].map((path) => `${id}${path}`)];
}

/** Whether a call names the id as one whole: as a part of the path, a parameter, or a text in its body. */
function isAbout({ url, body }: WireRequest, id: string): boolean {
  return id !== "" && (leadsTo({ url }, id) || [...new URL(url).searchParams.values()].includes(id) || body.includes(JSON.stringify(id)));
}

/** What the first pages hold; no more of them than it takes to come past each kind of call. */
async function firstRecords(pages: AsyncIterable<CollectedPage>): Promise<unknown> {
  const records: unknown[] = [];
  let count = 0;
  for await (const page of pages) {
    records.push(...page.records);
    if ((count += 1) >= 20) break;
  }
  return records.length === 0 ? undefined : records;
}

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

function keyOf({ method, url, body }: WireRequest): string {
  return `${method} ${url} ${body}`;
}
