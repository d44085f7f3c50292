import { expect } from "chai";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startIntercomSandbox } from "../connectors/intercom/sandbox/server.js";
// In one process with this: both build the package in the same place, and install it once.
import "./new-connector.package.js";
import { installedPackage, ROOT, run } from "./support/installed-package.js";

/** The package as somebody else gets it: packed, installed in an empty folder, compiled against, run. */
describe("the package", function () {
  this.timeout(240_000);
  const installed = installedPackage();
  let folder: string;
  let tarball: string;

  before(async () => {
    ({ folder, tarball } = await installed());
  });

  it("has clean exports and types", async () => {
    await run("npx", ["--no-install", "publint", "--strict", tarball], { cwd: ROOT });
    // Every entry. The reference connector's sources lie where resolution of old looks; the package.json beside them leads on to what is built.
    await run("npx", ["--no-install", "attw", tarball, "--profile", "esm-only"], { cwd: ROOT });
  });

  it("holds no tests, no tools, and no sources but the reference connector's and the example's", () => {
    const inside = join(folder, "node_modules/dsr-connect");
    expect([readdirSync(join(inside, "test")), readdirSync(join(inside, "test/examples"))]).to.deep.equal([["examples"], ["quill"]]);
    for (const absent of ["core/access.ts", ".ci", "dist/test", "dist/connectors/intercom/api/check.js"]) expect(existsSync(join(inside, absent)), absent).to.equal(false);
    for (const present of ["dist/contracts/manifest.schema.json", "connectors/memory/connector.ts", "test/examples/quill/src/connector.ts"]) expect(existsSync(join(inside, present)), present).to.equal(true);
  });

  it("can be imported at each of its entries", async () => {
    const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { exports: Record<string, unknown> };
    const entries = Object.keys(exports).filter((entry) => !entry.endsWith(".json")).map((entry) => `dsr-connect${entry.slice(1)}`);
    expect(entries).to.include("dsr-connect/contracts");
    const script = `for (const entry of ${JSON.stringify(entries)}) if (Object.keys(await import(entry)).length === 0) throw new Error(entry);`;
    await run(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder });
  });

  it("runs its command line", async () => {
    const { stdout } = await run("npx", ["--no-install", "dsr", "connectors", "--json"], { cwd: folder, env: { ...process.env, DSR_HOME: join(folder, "home") } });
    expect(stdout).to.contain("intercom");
  });

  it("compiles and runs the README's example against a local Intercom", async () => {
    const example = /```ts\n(import \{ Identifier[\s\S]*?)```/.exec(readFileSync(join(ROOT, "README.md"), "utf8"))?.[1];
    expect(example, "the README's first example").to.be.a("string");
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "src/host.ts"), example!);
    const types = join(ROOT, "node_modules/@types");
    await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "--strict", "--target", "es2022", "--module", "nodenext", "--typeRoots", types, "--types", "node", "--outDir", "out", "src/host.ts"], { cwd: folder });
    const sandbox = await startIntercomSandbox();
    try {
      const { stdout } = await run(process.execPath, ["out/host.js"], { cwd: folder, env: { ...process.env, API_URL: sandbox.url, INTERCOM_TOKEN: sandbox.firstLine.token } });
      expect(stdout).to.contain("[ 'access', 'deletion' ]").and.to.contain("complete").and.to.contain("verified").and.to.contain("RECOVERY_WINDOW");
      expect(stdout).not.to.contain("ada@example.test");
    } finally {
      await sandbox.close();
    }
  });
});
