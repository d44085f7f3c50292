import { expect } from "chai";
import type { Bench, Person } from "../bench.js";
import { CONNECTION, type Standing } from "../hosted-connector.js";
import { atEveryBoundary } from "../crashes.js";
import { asIf, atMost, disturbing, GOING_ROUND, repeatingFirstPage } from "../faults.js";
import type { AccessResult } from "../../core/results.js";
import { declares, rule, type Rule } from "../rule.js";
import { leadsTo, operationOf, type WireAnswer, type WireCall } from "../wire.js";
import { household } from "./deletion.js";
import { recordsIn, sharedCategories } from "./others.js";
import { expectFullPagesWhole, expectLongListsWhole, expectPaged } from "./pages.js";
import { entriesOf, expectHeld, expectPlanted, expectWhole, fromNowOn, hiddenPerson, isTime, tellsOf } from "../steps.js";

const access = declares("access");

/** Records of one person. */
const SEVERAL = 6;

export const ACCESS_RULES: readonly Rule[] = [
  rule("ACCESS-1", "puts what the vendor holds in every covered category into the package, once", access, async (bench) => {
    const person = await bench.addSubject();
    expectPlanted(bench, person);
    const standing = await bench.hosted.access(person.identifier);
    expect(standing.result.outcome).to.equal("complete");
    expectWhole(bench, standing, person);
    // Everything was planted and may be read: there is nothing that could not be.
    expect(standing.result.notCovered.map(({ category }) => category), "covered categories that were not read").not.to.include.oneOf(["nothing", ...(await coveredBy(bench))]);
    const bare = await bench.addSubject({ volume: "bare" });
    for (const each of [standing, await bench.hosted.access(bare.identifier)]) expectCounted(bench, each);
    await expectAlike(bench);
  }),

  rule("ACCESS-2", "reads every list to its last page, and every page to its last record", access, async (bench) => {
    for (const volume of ["paged", "full"] as const) {
      const { person, people } = await household(bench, volume);
      const standing = await bench.hosted.access(person.identifier);
      expect(standing.result.outcome, `outcome with ${volume} lists`).to.equal("complete");
      for (const each of people) expectWhole(bench, standing, each, "a page of the list was not read, or not to its end");
    }
    await expectPaged(bench);
    await expectLongListsWhole(bench);
    await expectFullPagesWhole(bench);
  }),

  rule("ACCESS-3", "reads every match, and nobody else", access, async (bench) => {
    const person = await bench.addSubject();
    const more: Person[] = [];
    while (more.length < SEVERAL) more.push(await bench.addSubject({ like: person }));
    const stranger = await bench.addSubject();
    const standing = await bench.hosted.access(person.identifier);
    expect(standing.result.outcome).to.equal("complete");
    for (const each of [person, ...more]) expectWhole(bench, standing, each);
    expect(tellsOf(JSON.stringify(standing.records), stranger), "whether a stranger stands in the package").to.equal(false);
  }),

  rule("ACCESS-4", "reads without a mutating call", access, async (bench) => {
    const person = await bench.addSubject();
    const since = fromNowOn(bench);
    await bench.hosted.access(person.identifier);
    const extents = (bench.manifest.lookupExtents ?? []).map(({ id }) => id);
    for (const extent of extents) await bench.hosted.access((await hiddenPerson(bench, extent)).identifier, extents);
    expect(since.mutations(), "calls of mutating operations").to.deep.equal([]);
    expect(since.effects(), "calls that changed something").to.deep.equal([]);
    await expectHeld(bench, [person], true);
  }),

  rule("ACCESS-5", "tells where each record comes from, without values", access, async (bench) => {
    const person = await bench.addSubject();
    const { clock } = bench.hosted.host;
    const { operations, requestIdHeader } = bench.connector.protocol;
    const sent: { readonly endpoint: string | undefined; readonly askedAt: number; readonly answeredAt: number; readonly requestId: string | undefined; readonly answer: WireAnswer }[] = [];
    bench.wire.disturb(async (request, send) => {
      const askedAt = clock.now();
      const answer = await send(request);
      await clock.advance(1_000);
      const operation = operationOf(bench.connector.protocol, request);
      sent.push({ endpoint: operation && `${operation.method} ${operation.path}`, askedAt, answeredAt: clock.now(), requestId: requestIdHeader === undefined ? undefined : answer.headers[requestIdHeader], answer });
      return answer;
    });
    const { records } = await bench.hosted.access(person.identifier);
    const all = Object.values(records).flat();
    expect(all.length, "records").to.be.at.least(1);
    for (const { id, provenance } of all) {
      expect(operations.map(({ method, path }) => `${method} ${path}`), "declared operations").to.include(provenance.endpoint);
      expect(provenance.apiVersion).to.equal(bench.manifest.api.version);
      const from = sent.filter(({ endpoint }) => endpoint === provenance.endpoint);
      const calls = provenance.vendorRequestId === undefined ? from : from.filter(({ requestId }) => requestId === provenance.vendorRequestId);
      expect(isTime(provenance.at), "whether it is said in ISO 8601, in UTC, when a record was read").to.equal(true);
      const at = Date.parse(provenance.at);
      expect(calls.some(({ askedAt, answeredAt }) => askedAt <= at && at <= answeredAt), `whether a record of ${provenance.endpoint} was read when a call was made that it may be from`).to.equal(true);
      const shows = ({ answer }: Pick<WireCall, "answer">) => recordsIn(answer, id).length > 0;
      if (sent.some(shows)) expect(calls.some(shows), `whether a record of ${provenance.endpoint} stands in an answer that it is said to be from`).to.equal(true);
      if (from.some(({ requestId }) => requestId !== undefined)) expect(provenance.vendorRequestId, "the vendor's id of the call").to.be.a("string");
    }
  }),

  rule("ACCESS-6", "makes the same package after a crash at any moment, and reads at most a page again", access, async (bench) => {
    const person = await bench.addSubject({ volume: "paged" });
    await bench.addSubject({ like: person });
    const clean = fromNowOn(bench);
    const expected = contentOf(await bench.hosted.access(person.identifier));
    const calls = clean.calls().length;
    const pages = entriesOf(await bench.hosted.access(person.identifier), "page").length;
    let since = fromNowOn(bench);
    await atEveryBoundary(
      bench.hosted,
      async (alive) => {
        since = fromNowOn(bench);
        return alive.ask("access", person.identifier);
      },
      (dying, requestId) => dying.resumeAccess(requestId),
      async (next, requestId, boundary) => {
        const standing = await next.resumeAccess(requestId);
        expect(standing.result.outcome, `outcome after a crash ${boundary}`).to.equal("complete");
        expect(contentOf(standing), `package after a crash ${boundary}`).to.deep.equal(expected);
        expect(since.calls().length, `calls in all, with a crash ${boundary}`).to.be.at.most(calls + Math.ceil(calls / pages) + 1);
      },
    );
  }),

  rule("ACCESS-7", "backs \"nothing found\" with where it searched for what", access, async (bench) => {
    const { clock } = bench.hosted.host;
    // What was searched before, or for somebody else, backs nothing now.
    for (const extents of [[], (bench.manifest.lookupExtents ?? []).map(({ id }) => id)]) {
      await clock.advance(1_000);
      const since = fromNowOn(bench);
      const startedAt = clock.now();
      const { result } = await bench.hosted.access(bench.nobody(), extents);
      expect(result.outcome).to.equal("nothing_found");
      expect(since.calls().length, "calls").to.be.at.least(1);
      expect(result.searched.map((each) => each.identifier)).to.include(bench.manifest.identifierCategories[0]);
      for (const { where, at } of result.searched) {
        expect(where, "place").to.match(/^[a-z][a-z0-9_/{}. -]{1,99}$/i);
        expect(isTime(at), "whether it is said in ISO 8601, in UTC, when it was searched").to.equal(true);
        expect(Date.parse(at), "when it was searched").to.be.within(startedAt, clock.now());
      }
    }
  }),

  rule("ACCESS-8", "collects no record, and shows no gap, of a category that it does not declare", access, async (bench) => {
    const person = await bench.addSubject();
    const declared = bench.manifest.dataCategories.map((category) => category.id);
    const { records } = await bench.hosted.access(person.identifier);
    expect(declared, "declared data categories").to.include.members(Object.keys(records));
    const { result } = await accessWhileVanishing(bench, person);
    expect([bench.manifest.subjectCategory, ...declared], "declared categories").to.include.members(result.gaps.map((gap) => gap.category));
  }),

  rule("ACCESS-9", "shows a record that vanished between search and reading as a gap", access, async (bench) => {
    const there = await bench.addSubject();
    const clean = fromNowOn(bench);
    await bench.hosted.access(there.identifier);
    const calls = clean.calls().length;
    for (let number = 0; number < calls; number++) {
      const going = await bench.addSubject();
      let left = number;
      bench.wire.disturb(async (request, send) => {
        if (left-- === 0) await bench.sandbox.remove(going.id);
        return send(request);
      });
      const standing = await bench.hosted.access(going.identifier);
      bench.wire.mend();
      if (standing.result.outcome === "complete") expectWhole(bench, standing, going);
      else expect(standing.result.outcome, `outcome where it vanished before call ${number + 1}`).to.equal("complete_with_gaps");
    }
    const staying = await bench.addSubject();
    const person = await bench.addSubject({ like: staying });
    const { result } = await accessWhileVanishing(bench, person);
    expect(result.outcome).to.equal("complete_with_gaps");
    expect(result.gaps.map((gap) => gap.id), "records of which gaps tell").to.include(person.id).and.not.include(staying.id);
  }),

  rule("ACCESS-10", "never takes another record for the one that it asked for by id", access, async (bench) => {
    const [person, stranger] = [await bench.addSubject(), await bench.addSubject()];
    bench.wire.disturb(disturbing((request) => leadsTo(request, person.id), asIf(person.id, () => stranger.id)));
    const { result, records } = await bench.hosted.access(person.identifier);
    expect(tellsOf(JSON.stringify(records), stranger), "whether a stranger stands in the package").to.equal(false);
    if (result.outcome === "complete") expectWhole(bench, { id: "", entries: [], result, records, files: [] }, person);
  }),

  rule("ACCESS-11", "stops at a list that goes round in circles, and does not call it complete", access, async (bench) => {
    const person = await bench.addSubject({ volume: "paged" });
    const since = fromNowOn(bench);
    bench.wire.disturb(atMost(GOING_ROUND, repeatingFirstPage()));
    const standing = await bench.hosted.access(person.identifier);
    expect(since.calls().length, "calls").to.be.below(GOING_ROUND);
    if (standing.result.outcome === "complete") expectWhole(bench, standing, person, "a page of the list was not read, or not to its end: the vendor showed the first page again in place of each further one, where the access has to stop and show a gap, also where pages are asked for by their number");
    else expect(standing.result.outcome).to.be.oneOf(["complete_with_gaps", "needs_attention"]);
  }),
];

/** What the connection covers. */
async function coveredBy({ hosted: { host } }: Bench): Promise<readonly string[]> {
  return (await host.connections.get(CONNECTION))?.categories ?? [];
}

/** The result counts what is in the package, of each category. */
function expectCounted({ manifest }: Bench, { result, records }: Standing<AccessResult>): void {
  for (const { id } of manifest.dataCategories) expect(result.counts[id] ?? 0, `records of ${id} that are counted`).to.equal(records[id]?.length ?? 0);
}

/** Somebody else deletes the record as soon as it was found. */
async function accessWhileVanishing({ hosted, sandbox, wire }: Bench, person: Person): Promise<Standing<AccessResult>> {
  let found = false;
  const watched = hosted.restart({ after: (operation) => void (found ||= operation === "journal.append") });
  wire.disturb(async (request, send) => {
    if (found) await sandbox.remove(person.id);
    return send(request);
  });
  return watched.access(person.identifier);
}

/** What a package says, without when and by which call it was read. */
function contentOf({ records }: Standing<AccessResult>): unknown {
  return Object.fromEntries(Object.entries(records).map(([category, each]) => [category, each.map(({ id, data }) => ({ id, data }))]));
}

/** Two records in which the same was written are two, though nothing else is held of the person. */
async function expectAlike(bench: Bench): Promise<void> {
  for (const category of sharedCategories(bench)) {
    const person = await bench.addSubject({ volume: "bare" });
    const planted: string[] = [];
    for (let n = 0; n < 2; n++) planted.push(...[await bench.sandbox.related?.add(category, [person.id], "Canary that was said twice.")].flatMap((id) => id ?? []));
    if (planted.length === 0) continue;
    const { result, records } = await bench.hosted.access(person.identifier);
    if (result.notCovered.some((each) => each.category === category)) continue;
    const ids = (records[category] ?? []).map(({ id }) => id);
    expect(planted.filter((id) => ids.some((each) => id === each || id.endsWith(`:${each}`))), `records of ${category} of the same text in the package of somebody of whom nothing else is held`).to.have.members(planted);
  }
}
