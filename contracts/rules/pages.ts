import { expect } from "chai";
import type { Bench } from "../bench.js";
import { disturbing, everyRead } from "../faults.js";
import { missing } from "../needed.js";
import { fromNowOn } from "../steps.js";
import { relatedCategories } from "./related-records.js";
import { listedManyTimes, listedRecords } from "./same-ids.js";

/** More than anybody would take for all that a list may hold, in pages of a few. */
const MANY = 25;

/** What the sandbox plants as `paged` takes more calls than one record of each category; else nothing is proven of pages. */
export async function expectPaged(bench: Bench): Promise<void> {
  if (bench.manifest.dataCategories.every(({ deletion }) => deletion.how === "direct")) return;
  const callsFor = async (volume: "one" | "paged") => {
    const { identifier } = await bench.addSubject({ volume });
    const since = fromNowOn(bench);
    await bench.hosted.access(identifier);
    return since.calls().length;
  };
  if ((await callsFor("paged")) <= (await callsFor("one"))) missing("list of several pages where `addSubject` plants `paged`", "a list that is read in more than one call");
}

/** Lists of more than a few pages, of what the sandbox can add to one by one. */
export async function expectLongListsWhole(bench: Bench): Promise<void> {
  const person = await bench.addSubject({ volume: "bare" });
  const added: { readonly category: string; readonly text: string }[] = [];
  for (const category of relatedCategories(bench)) {
    for (let n = 0; n < MANY; n++) {
      const text = `Canary of many ${category}, ${String(n).padStart(2, "0")}.`;
      if ((await bench.sandbox.related?.add(category, [person.id], text)) !== undefined) added.push({ category, text });
    }
  }
  if (added.length === 0) return;
  const { result, records } = await bench.hosted.access(person.identifier);
  expect(result.outcome, "outcome with long lists").to.equal("complete");
  const told = (category: string, text: string) => (records[category] ?? []).filter(({ data }) => JSON.stringify(data).includes(text));
  const covered = added.filter(({ category }) => !result.notCovered.some((each) => each.category === category));
  const unlike = covered.filter(({ category, text }) => told(category, text).length !== 1);
  expect([...new Set(unlike.map(({ category }) => category))], "categories of long lists that are not packaged as they are").to.deep.equal([]);
}

/** More than a page of any size that is common. */
const ON_ONE_PAGE = 120;

/** Pages that hold more than the sandbox's do. It proves something of records that are listed, and never asked for by their own ids. */
export async function expectFullPagesWhole(bench: Bench): Promise<void> {
  const person = await bench.addSubject();
  const listed = await listedRecords(bench, person);
  bench.wire.disturb(disturbing(everyRead, listedManyTimes(listed, ON_ONE_PAGE)));
  const { result, records } = await bench.hosted.access(person.identifier);
  bench.wire.mend();
  // Where the vendor says how many there are, or its ids have a form of their own, such an answer may be refused.
  if (result.outcome !== "complete") return;
  for (const [category, all] of Object.entries(records)) {
    const each = listed.filter(({ text }) => all.some(({ data }) => JSON.stringify(data).includes(text)));
    if (each.length > 0) expect(all.length, `records of ${category} where one page lists ${ON_ONE_PAGE}`).to.be.at.least(ON_ONE_PAGE * each.length);
  }
}
