import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { serveSandbox, type VendorSandbox } from "../contracts/index.js";
import { ended, installedPackage, npmInstall, ROOT, run, type InstalledPackage } from "./support/installed-package.js";

const PERSON = "ada@example.test";

/** The path of somebody who writes a connector outside of this tree, in a host's folder that holds nothing but the installed package. */
describe("a connector in a package of its own", function () {
  this.timeout(300_000);
  const installed = installedPackage();
  let host: InstalledPackage;
  let acme: string;
  const ids = async (words: readonly string[], home?: string) => {
    const { exit, out, err } = await host.dsr([...words, "connectors", "--json"], home === undefined ? {} : { home });
    expect([exit, err]).to.deep.equal([0, ""]);
    return (JSON.parse(out).connectors as readonly { readonly id: string }[]).map(({ id }) => id);
  };
  const npmTest = () => ended("npm", ["test", "--silent"], { cwd: acme, env: { ...process.env, NODE_OPTIONS: "", FORCE_COLOR: "0" } });

  before(async () => {
    host = await installed();
    acme = join(host.folder, "acme");
    const { exit, out } = await host.dsr(["new-connector", "acme"]);
    expect([exit, out]).to.deep.equal([0, out]);
    expect(out).not.to.contain("Build dsr-connect first");
    await npmInstall(acme);
  });

  it("passes the contract as it is written", async () => {
    const { exit, out } = await npmTest();
    expect(out.slice(-2000)).to.match(/^# fail 0$/m);
    expect(exit).to.equal(0);
    expect(Number(/^# pass (\d+)$/m.exec(out)?.[1])).to.be.greaterThan(80);
  });

  it("is shown by its folder, beside this program's own, and nowhere by lying about", async () => {
    expect(await ids(["--connector", "./acme"])).to.deep.equal(["intercom", "acme"]);
    expect(await ids([])).to.deep.equal(["intercom"]);
  });

  it("is packed, installed and named by the settings, and then shown by its name", async () => {
    await run("npm", ["pack", "--silent", "--pack-destination", host.folder], { cwd: acme });
    await npmInstall(host.folder, join(host.folder, "dsr-connector-acme-0.1.0.tgz"));
    expect(await ids([])).to.deep.equal(["intercom"]);
    expect(await ids(["--connector", "dsr-connector-acme"])).to.deep.equal(["intercom", "acme"]);
    const home = join(host.folder, "home-of-acme");
    mkdirSync(home);
    writeFileSync(join(home, "config.json"), JSON.stringify({ connectorModules: ["dsr-connector-acme"] }));
    expect(await ids([], home)).to.deep.equal(["intercom", "acme"]);
    const { out } = await host.dsr(["connectors", "show", "acme"], { home });
    expect(out).to.contain("Acme CRM").and.contain("Delete people");
  });

  it("carries out access and deletion for people, against its vendor on a socket", async () => {
    const { createAcmeSandbox } = (await import(pathToFileURL(join(acme, "dist/src/index.js")).href)) as { createAcmeSandbox: () => VendorSandbox };
    const sandbox = createAcmeSandbox();
    const { id } = await sandbox.addSubject({ identifier: { category: "email", value: PERSON }, text: "Ada", volume: "paged" });
    const token = await sandbox.issueToken({ scopes: ["read_people", "read_orders", "read_messages", "read_team", "delete_people", "delete_messages"] });
    const vendor = await serveSandbox(sandbox);
    const home = join(host.folder, "home-of-requests");
    const dsr = (words: readonly string[], input?: string) => host.dsr(["--connector", "./acme", ...words, "--json"], { home, ...(input === undefined ? {} : { input }) });
    try {
      const connected = await dsr(["connect", "acme", "--name", "acme", "--capabilities", "access,deletion", "--api-url", vendor.url, "--token-stdin"], token);
      expect([connected.exit, connected.err]).to.deep.equal([0, ""]);
      const access = await dsr(["access", "-", "--connection", "acme"], PERSON);
      expect(JSON.parse(access.out)).to.deep.include({ outcome: "complete", counts: { person: 1, order: 5, message: 5 } });
      const planned = JSON.parse((await dsr(["plan", "-", "--connection", "acme"], PERSON)).out);
      const deleted = JSON.parse((await dsr(["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm])).out);
      expect([deleted.outcome, deleted.targets.map((target: { id: string }) => target.id)]).to.deep.equal(["verified", [id]]);
      expect(await sandbox.isHeld(id)).to.equal(false);
    } finally {
      await vendor.close();
    }
  });

  it("may be of another kind of API: the example's numbers, tombstones and queued deletions pass, too, and it stands beside the first", async () => {
    const quill = join(host.folder, "quill");
    cpSync(join(ROOT, "test/examples/quill"), quill, { recursive: true });
    await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "--typeRoots", join(ROOT, "node_modules/@types")], { cwd: quill });
    const { exit, out } = await ended(process.execPath, ["--test", "dist/test/contract.test.js"], { cwd: quill, env: { ...process.env, NODE_OPTIONS: "" } });
    expect([exit, /^# fail (\d+)$/m.exec(out)?.[1]]).to.deep.equal([0, "0"]);
    await canBeTriedByHand(quill);
    await run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", host.folder], { cwd: quill });
    await npmInstall(host.folder, join(host.folder, "dsr-connector-quill-0.1.0.tgz"));
    const home = join(host.folder, "home-of-both");
    mkdirSync(home);
    writeFileSync(join(home, "config.json"), JSON.stringify({ connectorModules: ["dsr-connector-acme", "dsr-connector-quill"] }));
    expect(await ids([], home)).to.deep.equal(["intercom", "acme", "quill"]);
  });

  /** The example's script, which serves its vendor and says where and with which token. */
  async function canBeTriedByHand(quill: string): Promise<void> {
    const vendor = spawn(process.execPath, ["dist/test/serve.js", "0"], { cwd: quill, env: { ...process.env, NODE_OPTIONS: "" }, stdio: ["ignore", "pipe", "inherit"] });
    try {
      const [line] = (await once(vendor.stdout.setEncoding("utf8"), "data")) as [string];
      const [url = "", token = ""] = line.trim().split(" ");
      const home = join(host.folder, "home-of-quill");
      const dsr = (words: readonly string[], input: string) => host.dsr(["--connector", "./quill", ...words, "--json"], { home, input });
      const connected = await dsr(["connect", "quill", "--name", "try", "--capabilities", "access,deletion", "--api-url", url, "--token-stdin"], token);
      expect([connected.exit, connected.err]).to.deep.equal([0, ""]);
      const { out } = await dsr(["access", "-", "--connection", "try"], PERSON);
      expect(JSON.parse(out)).to.deep.include({ outcome: "complete", counts: { subscriber: 1, letter: 1, visit: 1 } });
    } finally {
      vendor.kill();
    }
  }

  it("fails by the rule's name once it believes its own deletion", async () => {
    const file = join(acme, "src/connector.ts");
    const source = readFileSync(file, "utf8");
    const echo = source.replace('"deleted") === true ? "deleted" : "not_deleted"', '"id") === target.id ? "deleted" : "not_deleted"');
    expect(echo).not.to.equal(source);
    writeFileSync(file, echo);
    try {
      await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc")], { cwd: acme });
      const { exit, out } = await ended(process.execPath, ["--test", "--test-name-pattern", "DOUBT-2 ", "dist/test/contract.test.js"], { cwd: acme, env: { ...process.env, NODE_OPTIONS: "" } });
      expect(exit).not.to.equal(0);
      expect([...out.matchAll(/^ *not ok \d+ - ([A-Z]+-\d+)/gm)].map(([, rule]) => rule)).to.include("DOUBT-2");
    } finally {
      writeFileSync(file, source);
    }
  });
});
