import { expect } from "chai";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeKeyFile, parseSealingKey, readKeyFile } from "../../../adapters/vault/sealing-key.js";
import { openVault } from "../../../adapters/vault/vault.js";
import { killChildren, startChild } from "../journal/child-process.js";
import { refusal } from "../journal/refusal.js";
import { CANARY_TOKEN, sampleConnection } from "../journal/samples.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));
const OTHER_KEY = Buffer.alloc(32, 1).toString("hex");

describe("a sealing key as text", () => {
  it("is 32 bytes as hex or as base64 of either alphabet", () => {
    const forms = [KEY.toString("hex"), KEY.toString("hex").toUpperCase(), KEY.toString("base64"), KEY.toString("base64url"), KEY.toString("base64").replace("=", "")];
    for (const form of forms) expect(parseSealingKey(form, "DSR_KEY"), form).to.deep.equal(KEY);
  });

  const wrong: Record<string, string> = {
    "it is empty": "",
    "it is neither base64 nor hex": "correct horse battery staple",
    "it is not 32 bytes long": Buffer.alloc(16).toString("hex"),
    "it is not well-formed base64": `${KEY.toString("base64").slice(0, 42)}B=`,
  };
  for (const [reason, text] of Object.entries(wrong)) {
    it(`is refused because ${reason}, without being shown`, async () => {
      expect(await refusal("SEALING_KEY_INVALID", () => parseSealingKey(text, "DSR_KEY"))).to.deep.equal({ at: "DSR_KEY", reason });
    });
  }

  it("is refused one character short or long, and with blanks", async () => {
    const hex = KEY.toString("hex");
    const base64 = KEY.toString("base64");
    for (const text of [hex.slice(1), `${hex}0`, `${hex}00`, base64.slice(2), `A${base64}`, ` ${hex}`, `${hex}\n`, `${base64}\n`, `0x${hex.slice(2)}`]) await refusal("SEALING_KEY_INVALID", () => parseSealingKey(text, "DSR_KEY"));
  });
});

describe("a home's key", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(async () => {
    await killChildren();
    await home.remove();
  });
  const keyPath = () => join(home.directory, "key");
  const closeAfter = async (options = {}) => (await home.open(options)).close();

  it("is made on first use, for its owner alone, and used from then on", async () => {
    const first = await home.open();
    expect(statSync(keyPath()).mode & 0o777).to.equal(0o600);
    const text = readFileSync(keyPath(), "utf8");
    expect(parseSealingKey(text.trim(), "key")).to.have.length(32);
    await first.connections.put(sampleConnection(), CANARY_TOKEN);
    await first.close();
    const second = await home.open();
    expect(await second.connections.credential("acme")).to.equal(CANARY_TOKEN);
    expect(readFileSync(keyPath(), "utf8")).to.equal(text);
    expect(readdirSync(home.directory).filter((name) => name.startsWith("key"))).to.deep.equal(["key"]);
  });

  it("is not made again by a process that believed there was none", () => {
    const first = makeKeyFile(home.directory);
    expect(makeKeyFile(home.directory)).to.deep.equal(first);
    expect(readKeyFile(home.directory)).to.deep.equal(first);
    expect(readdirSync(home.directory)).to.deep.equal(["key"]);
  });

  it("is another process's when that one made it between two looks of this one", async () => {
    for (const moment of ["before the first look", "after it"]) {
      const directory = mkdtempSync(join(home.directory, "race-"));
      let standing: string | undefined;
      const remember = async (fingerprint: string) => (standing ??= fingerprint);
      const other = () => openVault({ directory, fingerprints: { read: async () => standing, remember } });
      let looked = false;
      const read = async () => {
        const before = standing;
        if (!looked) await other();
        looked = true;
        return moment === "after it" ? before : standing;
      };
      expect((await openVault({ directory, fingerprints: { read, remember } })).fingerprint, moment).to.equal(standing);
      expect(looked).to.equal(true);
    }
  });

  it("differs from home to home", async () => {
    const other = temporaryHome();
    try {
      expect((await other.open()).vault.fingerprint).not.to.equal((await home.open()).vault.fingerprint);
    } finally {
      await other.remove();
    }
  });

  it("is the same for processes that meet at first use", async () => {
    const children = await Promise.all(Array.from({ length: 4 }, () => startChild()));
    const fingerprints = await Promise.all(children.map((child) => child.run("open", home.directory)));
    expect(new Set(fingerprints).size).to.equal(1);
    expect(readdirSync(home.directory).filter((name) => name.startsWith("key"))).to.deep.equal(["key"]);
    await Promise.all(children.map((child, index) => child.run("putConnection", `c${index}`, `token ${index}`)));
    const { connections } = await home.open();
    for (let index = 0; index < children.length; index++) expect(await connections.credential(`c${index}`)).to.equal(`token ${index}`);
  });

  it("comes from the environment when it is given there, and no file is made", async () => {
    await closeAfter({ key: KEY.toString("hex") });
    await closeAfter({ key: KEY.toString("base64") });
    expect(readdirSync(home.directory)).not.to.include("key");
  });

  it("is refused at opening when it is not the one that the home was made with", async () => {
    await closeAfter({ key: KEY.toString("hex") });
    await refusal("SEALING_KEY_INVALID", () => home.open({ key: OTHER_KEY }));
    await refusal("SEALING_KEY_INVALID", () => home.open());
    expect(readdirSync(home.directory), "no key file is made in the place of a lost key").not.to.include("key");
    await closeAfter({ key: KEY.toString("hex") });
  });

  it("is refused when the key file was exchanged or lost", async () => {
    await closeAfter();
    writeFileSync(keyPath(), OTHER_KEY);
    await refusal("SEALING_KEY_INVALID", () => home.open());
    rmSync(keyPath());
    await refusal("SEALING_KEY_INVALID", () => home.open());
    expect(readdirSync(home.directory)).not.to.include("key");
  });

  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o610]) {
    it(`is refused when the key file's mode is ${mode.toString(8)}`, async () => {
      await closeAfter();
      chmodSync(keyPath(), mode);
      expect((await refusal("SEALING_KEY_INVALID", () => home.open())).reason).to.contain("0600");
      chmodSync(keyPath(), 0o600);
      await closeAfter();
    });
  }

  it("is refused when the key file is a link, a folder, empty, too short or too long", async () => {
    await closeAfter();
    const text = readFileSync(keyPath(), "utf8");
    for (const content of ["", text.slice(4), `${text.trim()}AAAA`, text.repeat(100)]) {
      writeFileSync(keyPath(), content);
      await refusal("SEALING_KEY_INVALID", () => home.open());
    }
    rmSync(keyPath());
    writeFileSync(join(home.directory, "elsewhere"), text, { mode: 0o600 });
    symlinkSync("elsewhere", keyPath());
    await refusal("SEALING_KEY_INVALID", () => home.open());
    rmSync(keyPath());
    symlinkSync(".", keyPath());
    await refusal("SEALING_KEY_INVALID", () => home.open());
  });
});
