import { expect } from "chai";
import { gapSentence } from "../../../adapters/packages/gap-lines.js";
import { chooseTexts, inLanguage } from "../../../adapters/packages/texts/choose-texts.js";
import { de } from "../../../adapters/packages/texts/de.js";
import { en } from "../../../adapters/packages/texts/en.js";

/** Every key with what it says; functions are asked with numbers and names that would show. */
function sayings(value: unknown, at = ""): [string, string][] {
  if (typeof value === "string") return [[at, value]];
  if (typeof value === "function") return [1, 2, 1234567].map((n) => [`${at}(${n})`, String((value as (...args: unknown[]) => unknown)(n, n + 1, n))] as [string, string]);
  return Object.entries(value as object).flatMap(([key, member]) => sayings(member, `${at}/${key}`));
}

describe("the catalogue of texts", () => {
  it("has the same keys in every language", () => {
    expect(sayings(de).map(([key]) => key).sort()).to.deep.equal(sayings(en).map(([key]) => key).sort());
  });

  it("says something under every key, and nothing that is no text", () => {
    for (const [key, text] of [...sayings(en), ...sayings(de)]) {
      expect(text.trim(), key).not.to.equal("");
      expect(text, key).not.to.match(/undefined|null|NaN|\[object|TODO|=>/);
    }
  });

  it("is translated", () => {
    const german = new Map(sayings(de));
    const same = sayings(en).filter(([key, text]) => german.get(key) === text && /\p{L}{3}/u.test(text)).map(([key]) => key);
    // Words that the two languages share.
    expect(same.filter((key) => !/facts\/(?:system|region)$|names\/(?:tags|tickets)$|foundLine/.test(key))).to.deep.equal([]);
  });

  it("fills in the numbers of every plural", () => {
    for (const texts of [en, de]) {
      for (const n of [0, 1, 2, 1000]) for (const text of [texts.records(n), texts.parts(n), texts.statement.matches(n), texts.statement.records(n), texts.bytes(n), texts.conversations.intro(n)]) expect(text).to.contain(texts.number(n));
    }
    expect([en.records(1), en.records(2000), de.records(1), de.records(2000)]).to.deep.equal(["1 record", "2,000 records", "1 Datensatz", "2.000 Datensätze"]);
  });

  it("says of one that is missing that it is, and of none that none is known to be", () => {
    expect([[3, 4], [2, 4], [5, 5]].map(([have, of]) => en.incomplete.haveOf(have!, of!))).to.deep.equal(["3 of 4 are included, 1 is missing.", "2 of 4 are included, 2 are missing.", "5 of 5 are included, none is known to be missing."]);
    expect([[3, 4], [2, 4], [5, 5]].map(([have, of]) => de.incomplete.haveOf(have!, of!))).to.deep.equal(["3 von 4 sind enthalten, 1 fehlt.", "2 von 4 sind enthalten, 2 fehlen.", "5 von 5 sind enthalten, von weiteren ist nichts bekannt."]);
  });

  it("says of what was left out by right how many are included, and not that they are missing", () => {
    const gap = (code: string) => [en, de].map((texts) => gapSentence({ category: "events", code, have: 0, of: 1 }, texts));
    expect(gap("NOT_THE_PERSONS")).to.deep.equal(["The system named a record that is not the person's. It was left out. 0 of 1 are included.", "Das System hat einen Datensatz genannt, der nicht der Person gehört. Er wurde ausgelassen. 0 von 1 sind enthalten."]);
    expect(gap("BEGUN_AS_TEAMMATE").join()).to.contain("0 of 1 are included.").and.not.to.match(/missing|fehl/);
    expect(gap("COUNT_MISMATCH").join()).to.contain("1 is missing.").and.to.contain("1 fehlt.");
  });

  it("says nothing of gaps in general that is not true of each", () => {
    for (const texts of [en, de]) for (const text of [texts.completeWithGaps, texts.statement.states.complete_with_gaps, texts.incomplete.inCategory]) expect(text).to.match(/doubtful|zweifelhaft/);
    expect(gapSentence({ category: "conversations", code: "PAGING", have: 1, of: 1 }, en)).to.equal("The system's list did not come to an end, so that the rest of it may be missing. 1 of 1 are included, none is known to be missing.");
  });

  it("claims no reading of what a second deletion alone may have told to be gone", () => {
    for (const texts of [en, de]) expect(`${texts.statement.outcomes.deleted} ${texts.statement.seenGone("then")}`).not.to.match(/read|look|lesen|angesehen/i);
  });

  it("calls nothing a conversation that may be a ticket", () => {
    for (const texts of [en, de]) expect(texts.incomplete.codes.PARTS_CAPPED).not.to.match(/conversation|Unterhaltung/);
  });

  it("never says that something was destroyed for good, or that everything is here", () => {
    for (const [key, text] of [...sayings(en), ...sayings(de)]) expect(text, key).not.to.match(/permanent|destroyed|forever|for good|endgültig|vernichtet|unwiderruflich|all your data|alle Ihre Daten/i);
  });

  it("is chosen by the request's language, English where there is none", () => {
    const chosen = (language: string) => chooseTexts(language).language;
    expect(["de", "de-AT", "DE-de", "de_CH", "en-GB", "fr", "", "x-klingon", "den"].map(chosen)).to.deep.equal(["de", "de", "de", "de", "en", "en", "en", "en", "en"]);
    expect(["de-AT", "de-CH", "en", "fr"].map((language) => inLanguage({ en: "E", de: "D", "de-CH": "CH" }, language))).to.deep.equal(["D", "CH", "E", "E"]);
    expect(inLanguage({ en: "E", "de-DE": "D" }, "de")).to.equal("D");
    expect(inLanguage({ pl: "P" }, "de")).to.equal("P");
    expect(inLanguage("plain", "de")).to.equal("plain");
  });
});
