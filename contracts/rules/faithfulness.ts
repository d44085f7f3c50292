import { expect } from "chai";
import type { AccessResult } from "../../core/results.js";
import type { Bench, Person } from "../bench.js";
import { disturbing, everyRead, retelling, tellingMore } from "../faults.js";
import type { Standing } from "../hosted-connector.js";
import { declares, rule, type Rule } from "../rule.js";
import { fromNowOn } from "../steps.js";
import { isFile } from "./files.js";

/** What an access owes to the record as it was received, and to the vendor that is asked. */
export const FAITHFULNESS_RULES: readonly Rule[] = [
  rule("ACCESS-15", "keeps what it has never heard of: a record is packaged as it was received", declares("access"), async (bench) => {
    const person = await bench.addSubject();
    const texts = Object.values(person.texts).flat();
    bench.wire.disturb(disturbing((call) => everyRead(call) && !isFile(bench, call), tellingMore((text) => texts.some((each) => text.includes(each)), UNKNOWN)));
    const standing = await bench.hosted.access(person.identifier);
    expect(standing.result.outcome).to.equal("complete");
    for (const [category, records] of Object.entries(standing.records)) {
      for (const { data } of records.filter((record) => texts.some((text) => JSON.stringify(record.data).includes(text)))) {
        expect(JSON.stringify(data).includes(JSON.stringify(UNKNOWN)), `whether a record of ${category} holds what the vendor told beside`).to.equal(true);
      }
    }
    bench.wire.mend();
    const usual = countsOf(await bench.hosted.access(person.identifier));
    for (const text of SHORT) expect((await countsWith(bench, texts, person, text)) ?? usual, `records in the package where "${text}" is all that was written`).to.deep.equal(usual);
  }),

  rule("ACCESS-16", "asks a vendor that answers for nothing a second time", ({ manifest }) => manifest.access?.type === "synchronous", async (bench) => {
    const person = await bench.addSubject({ volume: "paged" });
    const since = fromNowOn(bench);
    expect((await bench.hosted.access(person.identifier)).result.outcome).to.equal("complete");
    const asked = since.calls().map(({ method, url, body }) => `${method} ${url} ${body}`);
    expect(asked.filter((each, n) => asked.indexOf(each) !== n).length, "calls that were made before").to.equal(0);
  }),
];

/** What a vendor may tell beside what a connector was written for: values of every kind, and names and texts that invite to be tidied. */
const UNKNOWN = {
  number: 7, fraction: -0.25, digits: "9007199254740993", nothing: null, no: false, zero: 0, empty: "", none: [],
  text: "Canary of what nobody has heard of", spaced: "  e\u0301 <b>&amp;</b>\n", signs: "\u{1F469}\u200d\u{1F467}\u200b", long: "a long text ".repeat(500),
  two_words: 1, otherWords: 2, at: "2026-01-15T09:00:00+02:00", seconds: 1768467600,
  many: Array.from({ length: 60 }, (_, n) => n), alike: [1, 1, null], deep: { a: { b: { c: { d: { e: { f: ["g"] } } } } } },
};

/** What hardly is a text is one all the same. */
const SHORT = ["", " ", ".", "ok", "0"];

/** A record is packaged however little stands in it; undefined where the access says that something is missing. */
async function countsWith(bench: Bench, texts: readonly string[], person: Person, text: string): Promise<Readonly<Record<string, number>> | undefined> {
  bench.wire.disturb(disturbing((call) => everyRead(call) && !isFile(bench, call), retelling((each) => (texts.some((one) => each.includes(one)) ? text : each))));
  const standing = await bench.hosted.access(person.identifier);
  bench.wire.mend();
  return standing.result.outcome === "complete" ? countsOf(standing) : undefined;
}

function countsOf({ records }: Standing<AccessResult>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(records).map(([category, each]) => [category, each.length]));
}
