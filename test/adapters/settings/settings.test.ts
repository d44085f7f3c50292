import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSettings } from "../../../adapters/settings/parse-settings.js";
import { readSettings, type JudgeSettings, type SettingsPlace } from "../../../adapters/settings/read-settings.js";
import { isDsrError } from "../../../core/errors.js";

/** Nobody's: its secret half was never kept. */
const RECIPIENT = "age1erp3rsa92jxxfes997r7wh7wpgnjsnjqt4rrvhg2w528uzar05ususgl4c";

const refusal = (text: string): string => {
  try {
    parseSettings(text, "config.json");
  } catch (error) {
    if (isDsrError(error, "CONFIG_INVALID")) return `${error.facts.at}: ${error.facts.reason}`;
    throw error;
  }
  return "accepted";
};

const settingsOf = async (place: SettingsPlace, policies?: Parameters<JudgeSettings>[0]) => (await readSettings(place))(policies);

describe("settings", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "dsr-settings-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("are optional, all of them", async () => {
    expect(await settingsOf({ home })).to.deep.equal({ timings: {} });
    writeFileSync(join(home, "config.json"), "\ufeff{}");
    expect(await settingsOf({ home })).to.deep.equal({ timings: {} });
  });

  it("are translated into the framework's units", async () => {
    const all = { packageRetentionDays: 3, packagesDirectory: "out", packageRecipient: RECIPIENT, planValidHours: 2, requestsPerTenSeconds: 10, looksSeconds: [0, 0.5, 60], laterLooksHours: [0.5, 24], identifiersKeptDays: 2, parkMinutes: 5, attachmentMaxMiB: 3, otherPeople: "include", notes: "withhold", connectors: { intercom: { customObjectTypes: ["Order"] } } };
    writeFileSync(join(home, "config.json"), JSON.stringify(all));
    expect(await settingsOf({ home })).to.deep.equal({
      packageRetentionMs: 259_200_000,
      packagesDirectory: join(home, "out"),
      packageRecipient: RECIPIENT,
      rate: 10,
      attachmentMaxBytes: 3_145_728,
      content: { otherPeople: "include", notes: "withhold", connectors: { intercom: { customObjectTypes: ["Order"] } } },
      timings: { planTtlMs: 7_200_000, looksMs: [0, 500, 60_000], laterLooksMs: [1_800_000, 86_400_000], keyKeptMs: 172_800_000, parkMs: 300_000 },
    });
    mkdirSync(join(home, "elsewhere"));
    const file = join(home, "elsewhere", "mine.json");
    writeFileSync(file, JSON.stringify({ packagesDirectory: "/absolute" }));
    expect((await settingsOf({ home, file })).packagesDirectory).to.equal("/absolute");
  });

  it("take the connectors' erasure policies for settings of their own", async () => {
    const policies = [{ id: "groupConversations", label: "Groups", values: ["keep", "detach"].map((id) => ({ id, text: "Something.", scopes: [] })) }];
    writeFileSync(join(home, "config.json"), JSON.stringify({ groupConversations: "detach", notes: "include" }));
    expect(await settingsOf({ home }, policies)).to.deep.equal({ timings: {}, content: { notes: "include", erasure: { groupConversations: "detach" } } });
    for (const wrong of ["SECRET", "", 1, true, [], {}, "Keep"]) {
      writeFileSync(join(home, "config.json"), JSON.stringify({ groupConversations: wrong }));
      const error = await settingsOf({ home }, policies).then(() => undefined, (thrown: unknown) => thrown);
      expect(error).to.include({ code: "CONFIG_INVALID" }).and.to.have.property("facts").that.deep.equals({ at: "config.json /groupConversations", reason: "it is one of keep, detach" });
    }
    expect(refusal('{"groupConversations":"keep"}'), "without a connector that declares it").to.equal("config.json /groupConversations: there is no such setting");
  });

  it("refuse a wrong value with its place and reason, never the value", () => {
    const wrong: readonly (readonly [string, readonly unknown[]])[] = [
      ["laterLooksHours", [[], [24, 1], [-1], [2161], ["SECRET"], "SECRET", 24]],
      ["identifiersKeptDays", [-1, 366, 1.5, "SECRET", true, [], {}]],
      ["packageRetentionDays", [0, 366, 1.5, "SECRET", true, [], {}]],
      ["connectorModules", ["x", [5], [""], {}]],
      ["packageRecipient", ["", 5, "age1", "AGE-SECRET-KEY-1SECRET", `${RECIPIENT}\n`]],
      ["packagesDirectory", ["", 5, "SECRET\u0000", ["SECRET"]]],
      ["planValidHours", [0, 721, -1, "SECRET"]],
      ["requestsPerTenSeconds", [0, 151, 1e9, "SECRET"]],
      ["looksSeconds", [[], [5, 0], [1, 1], [-1], [86_401], ["SECRET"], "SECRET", 5, [null], Array.from({ length: 11 }, (_, n) => n)]],
      ["parkMinutes", [0, 1441, "SECRET"]],
      ["attachmentMaxMiB", [0, 10_241, 1.5, "SECRET"]],
      ["otherPeople", ["", "SECRET", true, 1, []]],
      ["notes", ["none", "SECRET", false]],
      ["connectors", ["SECRET", 5, ["SECRET"], true]],
    ];
    for (const [key, values] of wrong) {
      for (const value of values) {
        const said = refusal(JSON.stringify({ [key]: value }));
        expect(said, JSON.stringify(value)).to.match(new RegExp(`^config\\.json /${key}: it is (an?|the) `));
        expect(said).not.to.contain("SECRET");
      }
    }
  });

  it("refuse a key that is none, also one that every object has", () => {
    for (const key of ["packageRetention", "PlanValidHours", "__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(refusal(`{"${key}":1}`)).to.equal(`config.json /${key}: there is no such setting`);
    }
    expect(refusal('{"ada@example.test":1}')).to.equal("config.json /(a key that is no name): there is no such setting");
  });

  it("refuse what is no JSON object, with the line where the parser tells it", () => {
    expect(refusal('{\n  "parkMinutes": 5,\n}')).to.equal("config.json line 3: it is not JSON");
    expect(refusal("SECRET")).to.match(/^config\.json( line 1)?: it is not JSON$/);
    for (const text of ["[]", "null", "5", '"SECRET"']) expect(refusal(text)).to.equal("config.json: it is not a JSON object");
  });

  it("refuse a member that stands there twice, with its line", () => {
    for (const text of ['{"notes":"include",\n"notes":"withhold"}', '{"notes":"include",\n"n\\u006ftes":"SECRET"}', '{"connectors":{"intercom":{"customObjectTypes":[],\n\t"customObjectTypes":["SECRET"]}}}']) {
      expect(refusal(text)).to.equal("config.json line 2: a member of the same name stands before this one");
    }
    expect(refusal('{"notes":5,"connectors":{"notes":{},"a":{"notes":[]}}}'), "in different objects").to.match(/^config\.json \/notes: /);
    for (const [open, close] of [["[", "]"], ['{"a":', "}"]] as const) expect(refusal(`{"connectors":${open.repeat(10_000)}1${close.repeat(10_000)}}`)).to.equal("config.json: it is nested more than 100 deep");
  });

  it("refuse a named file that is missing, unreadable or no UTF-8, and a config.json that is a folder", async () => {
    const reason = (place: Parameters<typeof settingsOf>[0]): Promise<string> => settingsOf(place).then(() => "accepted", (error: unknown) => (isDsrError(error, "CONFIG_INVALID") ? `${error.facts.at}: ${error.facts.reason}` : String(error)));
    expect(await reason({ home, file: join(home, "mine.json") })).to.equal("settings file mine.json: there is no such file");
    writeFileSync(join(home, "windows.json"), Buffer.from('{"packagesDirectory":"Auskünfte"}', "latin1"));
    expect(await reason({ home, file: join(home, "windows.json") })).to.equal("settings file windows.json: it is not UTF-8 text");
    writeFileSync(join(home, "a-file"), "");
    expect(await settingsOf({ home: join(home, "a-file") }), "a home that is a file is refused where it is opened").to.deep.equal({ timings: {} });
    mkdirSync(join(home, "config.json"));
    expect(await reason({ home })).to.equal("settings file config.json: it cannot be read");
    if (process.getuid?.() !== 0) {
      writeFileSync(join(home, "closed.json"), "{}");
      chmodSync(join(home, "closed.json"), 0);
      expect(await reason({ home, file: join(home, "closed.json") })).to.equal("settings file closed.json: it cannot be read");
    }
  });

  it("are read once, so that a pipe may hold them", async () => {
    const pipe = join(home, "pipe");
    execFileSync("mkfifo", [pipe]);
    const writing = writeFile(pipe, '{"parkMinutes":5,"connectorModules":["./a.js"]}');
    const judge = await readSettings({ home, file: pipe });
    await writing;
    for (const policies of ["unjudged", []] as const) expect(await judge(policies)).to.deep.include({ timings: { parkMs: 300_000 } });
  });

  it("name no program that is run where everybody may write them", async () => {
    const file = join(home, "config.json");
    for (const [text, mode, said] of [
      ['{"connectorModules":["./a.js"]}', 0o666, "config.json /connectorModules: everybody on this machine may write this file, and would say what is run: chmod o-w"],
      ['{"connectorModules":["./a.js"]}', 0o664, "accepted"],
      ['{"parkMinutes":5}', 0o666, "accepted"],
    ] as const) {
      writeFileSync(file, text);
      chmodSync(file, mode);
      const judged = await settingsOf({ home }).then(() => "accepted", (error: unknown) => (isDsrError(error, "CONFIG_INVALID") ? `${error.facts.at}: ${error.facts.reason}` : String(error)));
      expect(judged, `${text} ${mode.toString(8)}`).to.equal(said);
    }
  });
});
