import { expect } from "chai";
import type { LookupResult } from "../../core/ports.js";
import type { Searched } from "../../core/outcome.js";
import type { Bench, Person } from "../bench.js";
import { everyone, rule, type Rule } from "../rule.js";
import { fromNowOn, hiddenPerson, type Since } from "../steps.js";
import { patternOf } from "../wire.js";
import { relates } from "./related-records.js";

export const SEARCH_RULES: readonly Rule[] = [
  rule("LOOKUP-12", "says where it looked for somebody, and claims no search that it did not make", everyone, async (bench) => {
    const person = await bench.addSubject();
    const { lookup } = await bench.hosted.open();
    const extents = bench.manifest.lookupExtents ?? [];
    for (const { identifier } of [{ identifier: bench.nobody() }, person]) {
      // What one call found is told of none that was not made.
      for (const round of ["once", "again"]) {
        await expectBacked(bench, `the search, ${round}`, () => lookup.find([identifier]));
        for (const { id, category } of extents) await expectBacked(bench, `${id}, ${round}`, async () => lookup.findIn?.(id, [identifier]) ?? [], category);
      }
    }
    for (const each of [person, ...(await hiddenOnes(bench))]) await expectRunsBacked(bench, each, extents.map(({ id }) => id));
  }),
];

/** Either it says where it looked, and was there, or that what is there is not covered. */
async function expectBacked(bench: Bench, what: string, look: () => Promise<readonly LookupResult[]>, extent?: string): Promise<void> {
  const since = fromNowOn(bench);
  for (const { searched, notCovered } of await look()) {
    if (!notCovered.some(({ category }) => category === extent)) expect(searched.length, `places that ${what} names`).to.be.at.least(1);
    expectCalled(bench, since, searched, what);
  }
}

async function expectRunsBacked(bench: Bench, { identifier }: Person, all: readonly string[]): Promise<void> {
  const { hosted, manifest, connector } = bench;
  for (const extents of [[], all]) {
    const runs = [
      ...(manifest.requestTypes.includes("access") ? [() => hosted.access(identifier, extents)] : []),
      ...(manifest.requestTypes.includes("deletion") ? [() => hosted.plan(identifier, { extents })] : []),
      ...(relates(connector) ? [() => hosted.plan(identifier, { extents, erase: "related" })] : []),
    ];
    for (const run of runs) {
      const since = fromNowOn(bench);
      const { result } = await run();
      expectCalled(bench, since, result.searched, `a request (${result.request.type})`);
    }
  }
}

/** A place is called as in a call that was made there: in its path, as it stands or in the protocol, in what it asks for, or in its body. */
function expectCalled({ connector }: Bench, since: Since, searched: readonly Searched[], what: string): void {
  const calls = since.calls().map(({ method, url, body }) => {
    const { pathname, search } = new URL(url);
    const templates = connector.protocol.operations.filter((each) => each.method === method && patternOf(each.path).test(pathname)).map(({ path }) => path);
    return [...templates, `${pathname}${search}`, body].join("\n").toLowerCase();
  });
  for (const { where } of searched) expect(calls.some((call) => call.includes(where.toLowerCase())), `whether ${what} called where it says that it searched: ${where}`).to.equal(true);
}

async function hiddenOnes(bench: Bench): Promise<readonly Person[]> {
  return Promise.all((bench.manifest.lookupExtents ?? []).map(({ id }) => hiddenPerson(bench, id)));
}
