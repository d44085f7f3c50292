import { expect } from "chai";
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { homeFolder } from "../../../adapters/cli/home-folder.js";
import { runInProcess, startWorld } from "./support/world.js";

const INTERCOM = new URL("../../../connectors/intercom/connector.ts", import.meta.url).href;

describe("doctor", () => {
  it("finds a fresh machine well and makes no home on it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dsr-doctor-"));
    try {
      const home = join(folder, "not", "yet");
      const { exit, json } = await runInProcess(["doctor", "--home", home, "--json"]);
      expect([exit, json.ok]).to.deep.equal([0, true]);
      expect(json.checks.map((c: any) => c.name)).to.deep.equal(["node", "home", "settings", "sealing key", "store"]);
      expect(existsSync(home)).to.equal(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("makes no home of a folder that is none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dsr-doctor-"));
    try {
      writeFileSync(join(folder, "notes.txt"), "mine");
      const { exit, json } = await runInProcess(["doctor", "--home", folder, "--json"]);
      expect([exit, json.ok]).to.deep.equal([0, true]);
      expect(readdirSync(folder)).to.deep.equal(["notes.txt"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("tells of wrong settings, an open key file, a malformed key, a broken connection and what falls due, without a call", async () => {
    const world = await startWorld();
    const of = async (name: string, env: Record<string, string> = {}): Promise<any> => (await world.dsr(["doctor", "--json"], { env })).json.checks.find((c: any) => c.name === name);
    try {
      await world.connect();
      await world.dsr(["plan", "ada@example.test", "--due", new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)]);
      world.sandbox.revokeToken(world.sandbox.token);
      await world.dsr(["access", "grace@example.test"]);
      world.sandbox.calls.clear();
      expect((await of("connection acme")).status).to.equal("fail");
      expect(await of("requests")).to.deep.equal({ name: "requests", status: "warn", detail: "2 wait: 0 for `dsr resume --all`, 2 for a decision; 1 due within 7 days, 0 overdue" });
      expect((await of("clock")).status).to.equal("ok");
      expect((await of("sealing key", { DSR_KEY: "short" })).status).to.equal("fail");
      writeFileSync(join(world.home, "config.json"), '{"parkMinutes":0}');
      expect((await of("settings")).detail).to.contain("config.json /parkMinutes: it is a whole number of minutes");
      writeFileSync(join(world.home, "config.json"), "{}");
      chmodSync(join(world.home, "key"), 0o644);
      expect((await of("sealing key")).status).to.equal("fail");
      const { exit, out } = await world.dsr(["doctor"]);
      expect(exit).to.equal(1);
      expect(out).to.match(/^wrong {2}sealing key {2}.*chmod 600$/m);
      expect(world.sandbox.calls.records).to.have.length(0);
    } finally {
      await world.end();
    }
  });

  it("tells of a connection whose connector is not registered, and counts its requests apart", async () => {
    const world = await startWorld();
    const module = join(world.home, "twin.mjs");
    const of = async (name: string, ...words: string[]): Promise<any> => (await world.dsr(["doctor", "--json", ...words])).json.checks.find((c: any) => c.name === name);
    try {
      writeFileSync(module, `import { intercom } from ${JSON.stringify(INTERCOM)};\nexport const twin = { ...intercom, manifest: { ...intercom.manifest, id: "twin" } };\n`);
      await world.dsr(["connect", "twin", "--connector", module, "--name", "two", "--capabilities", "access,deletion", "--api-url", world.url, "--token-stdin"], { input: world.sandbox.token });
      await world.dsr(["plan", "ada@example.test", "--connection", "two", "--connector", module]);
      expect((await of("connection two", "--connector", module)).status).to.equal("ok");
      expect((await of("requests", "--connector", module)).detail).to.contain("1 waits: 0 for").and.to.contain(", 1 for a decision;").and.not.to.contain("registered");
      expect(await of("connection two")).to.deep.equal({ name: "connection two", status: "fail", detail: "its connector twin is not registered: name its module with --connector, or under connectorModules in the settings" });
      expect((await of("requests")).detail).to.contain("1 waits: 0 for").and.to.contain(", 0 for a decision, 1 for a connector that is not registered;");
    } finally {
      await world.end();
    }
  });
});

describe("the home folder", () => {
  const folder = (env: Record<string, string>, platform: NodeJS.Platform, home?: string): string =>
    homeFolder({ flags: { color: true, ...(home === undefined ? {} : { home }) }, io: { env } as unknown as Parameters<typeof homeFolder>[0]["io"] }, platform);

  it("is the named one, else the platform's folder for data", () => {
    expect(folder({ DSR_HOME: "/env", HOME: "/u" }, "linux", "/flag")).to.equal("/flag");
    expect(folder({ DSR_HOME: "/env", HOME: "/u" }, "linux")).to.equal("/env");
    expect(folder({ DSR_HOME: "", HOME: "/u" }, "linux")).to.equal("/u/.local/share/dsr-connect");
    expect(folder({ HOME: "/u", XDG_DATA_HOME: "/x" }, "linux")).to.equal("/x/dsr-connect");
    expect(folder({ HOME: "/u", XDG_DATA_HOME: "relative" }, "linux")).to.equal("/u/.local/share/dsr-connect");
    expect(folder({ HOME: "/u" }, "darwin")).to.equal("/u/Library/Application Support/dsr-connect");
    expect(folder({ HOME: "/u", LOCALAPPDATA: "/local" }, "win32")).to.equal("/local/dsr-connect");
  });
});
