import { expect } from "chai";
import { checkHostSettings, DEFAULT_SETTINGS, settingsFor, settingsOf, type HostSettings, type Manifest } from "../../core/index.js";
import { MANIFEST } from "./sample-manifest.js";
import { thrownBy } from "./thrown.js";

const sample: Manifest = { ...MANIFEST, settings: [{ id: "types", text: "Types." }, { id: "lists", text: "Lists." }], erasurePolicies: [{ id: "tickets", label: "Tickets", values: [{ id: "keep", text: "They stay.", scopes: [] }] }] };
const plain: Manifest = { ...MANIFEST, id: "plain" };

describe("what a host decides about requests", () => {
  it("is the careful way where it says nothing, also for requests that are older than settings", () => {
    expect(DEFAULT_SETTINGS).to.deep.equal({ otherPeople: "withhold", notes: "include", connector: {} });
    expect([settingsOf({}), settingsFor({}, "sample")]).to.deep.equal([DEFAULT_SETTINGS, DEFAULT_SETTINGS]);
    const own = { ...DEFAULT_SETTINGS, notes: "withhold" } as const;
    expect(settingsOf({ settings: own })).to.equal(own);
  });

  it("is what it says, each by itself, and for each connector its own", () => {
    const connectors = { sample: { types: ["a"] }, plain: {} };
    expect(settingsFor({ otherPeople: "include", connectors }, "sample")).to.deep.equal({ otherPeople: "include", notes: "include", connector: { types: ["a"] } });
    expect(settingsFor({ notes: "withhold", connectors }, "other")).to.deep.equal({ otherPeople: "withhold", notes: "withhold", connector: {} });
    expect(settingsFor({ connectors }, "constructor").connector, "a name that every object has").to.deep.equal({});
  });

  it("is taken where it fits what the connectors declare", () => {
    const words = ["a", "A-1_b", "x".repeat(128), ...Array.from({ length: 97 }, (_, n) => `w${n}`)];
    const fine: readonly HostSettings[] = [{}, { otherPeople: "include", notes: "withhold" }, { connectors: {} }, { connectors: { sample: { types: words, lists: [] }, plain: {} } }, { erasure: { tickets: "keep" } }];
    for (const settings of fine) expect(() => checkHostSettings(settings, [plain, sample])).not.to.throw();
  });

  const TWO = 'it is "withhold" or "include"';
  const WORDS = "it is a list of at most 100 words of letters, digits, - and _";
  const wrong: readonly (readonly [settings: unknown, at: string, reason: string])[] = [
    [[], "settings", "it is an object"],
    [null, "settings", "it is an object"],
    ["SECRET", "settings", "it is an object"],
    [{ other_people: "withhold" }, "other_people", "there is no such setting"],
    [{ "ada@example.test": 1 }, "(a key that is no name)", "there is no such setting"],
    [{ ["x".repeat(65)]: 1 }, "(a key that is no name)", "there is no such setting"],
    [{ constructor: 1 }, "constructor", "there is no such setting"],
    [{ otherPeople: "SECRET" }, "otherPeople", TWO],
    [{ notes: null }, "notes", TWO],
    [{ erasure: { other: "keep" } }, "other", "no connector has such a policy"],
    [{ connectors: "SECRET" }, "connectors", "it is an object"],
    [{ connectors: ["SECRET"] }, "connectors", "it is an object"],
    [{ connectors: { other: {} } }, "connectors/other", "no connector of that id is registered"],
    [{ connectors: { "a b": {} } }, "connectors/(a key that is no name)", "no connector of that id is registered"],
    [{ connectors: { sample: ["SECRET"] } }, "connectors/sample", "it is an object"],
    [{ connectors: { sample: null } }, "connectors/sample", "it is an object"],
    [{ connectors: { sample: { others: [] } } }, "connectors/sample/others", "the connector has no such setting"],
    [{ connectors: { sample: { "a b": [] } } }, "connectors/sample/(a key that is no name)", "the connector has no such setting"],
    [{ connectors: { plain: { types: [] } } }, "connectors/plain/types", "the connector has no such setting"],
    ...["SECRET", [""], ["two words"], ["x".repeat(129)], [5], ["a", "b@c"], ["a\n"], Array.from({ length: 101 }, (_, n) => `w${n}`)].map((words) => [{ connectors: { sample: { types: words } } }, "connectors/sample/types", WORDS] as const),
  ];
  for (const [settings, at, reason] of wrong) {
    it(`is refused at ${at} in ${JSON.stringify(settings)?.slice(0, 60)}, and no value is told`, () => {
      const error = thrownBy(() => checkHostSettings(settings as HostSettings, [plain, sample]));
      expect(error).to.deep.include({ code: "CONFIG_INVALID", facts: { at, reason } });
    });
  }
});
