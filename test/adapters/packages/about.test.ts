import { expect } from "chai";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAbout, readAbout } from "../../../adapters/packages/about.js";
import { refusal } from "../journal/refusal.js";
import { temporaryHome } from "../journal/temporary-home.js";

const CATEGORIES = ["contacts", "notes"];

describe("what the controller tells in about.json", () => {
  it("is read as it stands, in one language or several", async () => {
    const about = { company: "Acme", purposes: { en: "Support", "de-AT": "Betreuung" }, contact: "privacy@example.test", categoryPurposes: { contacts: "To answer", notes: { de: "Wozu" } } };
    expect(await parseAbout(`\ufeff${JSON.stringify(about)}`, CATEGORIES)).to.deep.equal(about);
    expect(await parseAbout("{}", CATEGORIES)).to.deep.equal({});
  });

  const wrong: readonly (readonly [string, string])[] = [
    ["{", "about.json line 1"],
    ["{\n,}", "about.json line 2"],
    ['{"rights":"a",\n"rights":"SECRET"}', "about.json line 2"],
    ['{"rights":{"en":"a",\n"en":"SECRET"}}', "about.json line 2"],
    ["[]", "about.json"],
    ["null", "about.json"],
    ['{"purpose":"x"}', "about.json /purpose"],
    ['{"__proto__":"x"}', "about.json /__proto__"],
    ['{"a b":"SECRET"}', "about.json /(a key that is no name)"],
    ['{"rights":""}', "about.json /rights"],
    ['{"rights":"  "}', "about.json /rights"],
    ['{"rights":1}', "about.json /rights"],
    ['{"rights":null}', "about.json /rights"],
    ['{"rights":["SECRET"]}', "about.json /rights"],
    ['{"rights":{}}', "about.json /rights"],
    ['{"rights":{"english":"SECRET"}}', "about.json /rights"],
    ['{"rights":{"en":{}}}', "about.json /rights"],
    [`{"rights":"${"x".repeat(20_001)}"}`, "about.json /rights"],
    ['{"categoryPurposes":"x"}', "about.json /categoryPurposes"],
    ['{"categoryPurposes":{"notes":2}}', "about.json /categoryPurposes/notes"],
    ['{"categoryPurposes":{"contact":"SECRET"}}', "about.json /categoryPurposes/contact"],
    ['{"categoryPurposes":{"a b":"SECRET"}}', "about.json /categoryPurposes/(a key that is no name)"],
  ];
  for (const [text, at] of wrong) {
    it(`is refused with its place, and without its text: ${text.slice(0, 40)}`, async () => {
      const facts = await refusal("CONFIG_INVALID", () => parseAbout(text, CATEGORIES));
      expect(facts.at).to.equal(at);
      expect(JSON.stringify(facts)).not.to.contain("SECRET");
    });
  }

  it("is refused where it is no UTF-8, so that no letter of it is lost", async () => {
    const home = temporaryHome();
    try {
      writeFileSync(join(home.directory, "about.json"), Buffer.from('{"purposes":"Erfüllung des Vertrags"}', "latin1"));
      expect(await refusal("CONFIG_INVALID", () => readAbout(join(home.directory, "about.json"), CATEGORIES))).to.include({ at: "about.json", reason: "it is not UTF-8 text" });
    } finally {
      await home.remove();
    }
  });

  it("may be missing, but not unreadable", async () => {
    const home = temporaryHome();
    try {
      expect(await readAbout(join(home.directory, "about.json"), CATEGORIES)).to.deep.equal({});
      writeFileSync(join(home.directory, "about.json"), '{"source":"Yourself"}');
      expect(await readAbout(join(home.directory, "about.json"), CATEGORIES)).to.deep.equal({ source: "Yourself" });
      mkdirSync(join(home.directory, "folder"));
      expect((await refusal("CONFIG_INVALID", () => readAbout(join(home.directory, "folder"), CATEGORIES))).at).to.equal("folder");
    } finally {
      await home.remove();
    }
  });
});
