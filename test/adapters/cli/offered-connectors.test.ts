import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CliIo } from "../../../adapters/cli/cli-io.js";
import { createCli } from "../../../adapters/cli/cli.js";
import { runInProcess } from "./support/world.js";

const MEMORY = new URL("../../../connectors/memory/connector.ts", import.meta.url).href;

describe("connectors of others", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dsr-offered-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const list = (words: readonly string[] = [], env: Record<string, string> = {}) => runInProcess(["connectors", "--json", ...words], { env: { DSR_HOME: folder, ...env } });
  const ids = async (...of: Parameters<typeof list>): Promise<string[]> => (await list(...of)).json.connectors.map(({ id }: any) => id);
  const exporting = (name: string, text = "export const connector = createMemoryConnector();"): string => file(name, `import { createMemoryConnector } from ${JSON.stringify(MEMORY)};\n${text}\n`);
  const wrong = async (module: string): Promise<string> => {
    const { exit, error } = await list(["--connector", module]);
    expect([exit, error.code]).to.deep.equal([2, "CONFIG_INVALID"]);
    return error.message + error.hint;
  };

  it("are offered where a flag names their module, beside this program's own", async () => {
    expect(await ids()).to.deep.equal(["intercom"]);
    expect(await ids(["--connector", exporting("memory.mjs")])).to.deep.equal(["intercom", "memory"]);
    expect((await runInProcess(["connectors", "show", "memory", "--connector", join(folder, "memory.mjs")], { env: { DSR_HOME: folder } })).out).to.contain("Memory CRM");
  });

  it("tell which rules of the contract they are exempt from, until when and why", async () => {
    const module = exporting("exempt.mjs", 'const own = createMemoryConnector();\nexport const connector = { ...own, manifest: { ...own.manifest, exemptions: [{ rule: "DOUBT-1", reason: "The vendor says so.", until: "2999-12-31" }] } };');
    const run = async (...words: string[]): Promise<string> => (await runInProcess([...words, "--connector", module], { env: { DSR_HOME: folder } })).out;
    expect((await list(["--connector", module])).json.connectors.map(({ exemptions }: any) => exemptions)).to.deep.equal([[], [{ rule: "DOUBT-1", reason: "The vendor says so.", until: "2999-12-31" }]]);
    expect(await run("connectors")).to.match(/^memory .*exempt from DOUBT-1$/m).and.not.to.match(/^intercom .*exempt/m);
    for (const format of ["text", "markdown", "json"]) expect(await run("connectors", "show", "memory", "--format", format), format).to.contain("Rule DOUBT-1, until 2999-12-31").and.to.contain("The vendor says so.");
    expect(await run("connectors", "show", "intercom")).to.not.contain("xempt");
  });

  it("are found by a package's name from the settings' folder, and by a path relative to it", async () => {
    const inside = join(folder, "node_modules", "dsr-connector-memory");
    mkdirSync(inside, { recursive: true });
    writeFileSync(join(inside, "package.json"), JSON.stringify({ name: "dsr-connector-memory", type: "module", exports: { import: "./index.mjs" } }));
    exporting("node_modules/dsr-connector-memory/index.mjs");
    file("config.json", JSON.stringify({ connectorModules: ["dsr-connector-memory"] }));
    expect(await ids()).to.deep.equal(["intercom", "memory"]);
    exporting("own.mjs", "export const memory = createMemoryConnector();");
    file("config.json", JSON.stringify({ connectorModules: ["./own.mjs"] }));
    expect(await ids()).to.deep.equal(["intercom", "memory"]);
  });

  it("are never found by lying about: a module that nobody named is not looked at", async () => {
    exporting("connector.mjs", "throw new Error('loaded');");
    expect(await ids()).to.deep.equal(["intercom"]);
  });

  it("are refused with the reason where the module is none, exports none, or exports several", async () => {
    expect(await wrong("./nothing-here.mjs")).to.contain("ERR_MODULE_NOT_FOUND");
    expect(await wrong("no-such-package-anywhere")).to.contain("there is no such package");
    expect(await wrong(file("broken.mjs", "export const = CANARY"))).to.contain("SyntaxError").and.not.contain("CANARY");
    expect(await wrong(file("throws.mjs", "throw new TypeError('CANARY')"))).to.contain("TypeError").and.not.contain("CANARY");
    expect(await wrong(file("none.mjs", "export const connector = { manifest: {} };"))).to.contain("exports no connector");
    expect(await wrong(exporting("two.mjs", "export const a = createMemoryConnector(), b = createMemoryConnector('asynchronous');"))).to.contain("several");
    expect(await wrong(exporting("wrong.mjs", "export const connector = { ...createMemoryConnector(), manifest: { id: 'Not An Id' } };"))).to.contain("manifest");
    expect(await wrong(exporting("twin.mjs", "const one = createMemoryConnector(); export const connector = { ...one, manifest: { ...one.manifest, id: 'intercom' } };"))).to.contain("registered already");
  });

  it("are named again in the command that goes on", () => {
    const io = { env: {}, stdout: { write: () => true }, stderr: { write: () => true } } as unknown as CliIo;
    expect(createCli(io, { color: true, home: "/h", connector: ["acme", "./it's here.mjs"] }).subject.again).to.equal(` --home /h --connector acme --connector './it'\\''s here.mjs'`);
    expect(createCli(io, { color: true }).subject).not.to.have.property("again");
  });

  it("are told which sandboxes there are, and how their own are served, where `dsr sandbox` has none of theirs", async () => {
    const sandbox = (id: string) => runInProcess(["sandbox", id, "--connector", exporting("memory.mjs"), "--json"], { env: { DSR_HOME: folder } });
    const { exit, error } = await sandbox("memory");
    expect([exit, error.code]).to.deep.equal([2, "USAGE"]);
    expect(error.message).to.contain("only of: intercom").and.to.contain("serveSandbox of dsr-connect/contracts");
    expect((await sandbox("nobody")).error.code).to.equal("CONNECTOR_UNKNOWN");
  });

  it("whose package comes without the description that it names are told so, and no mistake of this program", async () => {
    const module = exporting("undescribed.mjs", 'export const connector = { ...createMemoryConnector(), description: { file: new URL("nothing.yaml", import.meta.url), deviations: [], unread: {} } };');
    const { exit, error } = await runInProcess(["drift", "memory", file("theirs.yaml", "openapi: 3.1.0\npaths: {}"), "--connector", module, "--json"]);
    expect([exit, error.code]).to.deep.equal([2, "CONFIG_INVALID"]);
    expect(JSON.stringify(error)).to.contain("the connector's package comes without it");
  });
});
