import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesBelow, runInProcess } from "./support/world.js";

describe("a new connector", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dsr-new-connector-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const make = (...words: readonly string[]) => runInProcess(["new-connector", ...words], { env: { DSR_HOME: join(folder, "home") } });

  it("is written as a whole package, and nothing of the reference connector's name is left in it", async () => {
    const { exit, json } = await make("acme-crm", "--dir", join(folder, "one"), "--json");
    expect([exit, json.connector, json.package, json.folder]).to.deep.equal([0, "acme-crm", "dsr-connector-acme-crm", join(folder, "one")]);
    const files = filesBelow(join(folder, "one"));
    expect(files.map(({ path }) => path.slice(join(folder, "one").length + 1)).sort()).to.deep.equal([...json.files].sort());
    expect(json.files).to.include.members(["package.json", "tsconfig.json", "README.md", "src/manifest.ts", "src/connector.ts", "src/sandbox.ts", "src/index.ts", "test/contract.test.ts"]);
    for (const { path, bytes } of files) expect(bytes.toString(), path).not.to.match(/memory|reference connector|\.\.\/core/i);
    const described = JSON.parse(readFileSync(join(folder, "one", "package.json"), "utf8"));
    expect([described.name, described.peerDependencies["dsr-connect"]]).to.deep.equal(["dsr-connector-acme-crm", "^0.1.0"]);
  });

  it("tells people where it is and what comes next", async () => {
    const { out, err } = await make("acme", "--dir", join(folder, "two words"));
    expect(out).to.contain("dsr-connector-acme is written to").and.contain(`cd '${join(folder, "two words")}' && npm install && npm test`);
    expect(err).to.equal("");
  });

  it("may go into an empty folder, and into no other one", async () => {
    mkdirSync(join(folder, "empty"));
    expect((await make("acme", "--dir", join(folder, "empty"))).exit).to.equal(0);
    mkdirSync(join(folder, "full"));
    writeFileSync(join(folder, "full", "mine.txt"), "mine");
    const { exit, out, error } = await make("acme", "--dir", join(folder, "full"), "--json");
    expect([exit, out, error.code]).to.deep.equal([2, "", "USAGE"]);
    expect(error.message).to.contain("is not empty");
    expect(readdirSync(join(folder, "full"))).to.deep.equal(["mine.txt"]);
  });

  it("is refused below a file, and where the folder is a file", async () => {
    writeFileSync(join(folder, "file"), "mine");
    for (const dir of ["file", "file/below"]) {
      const { exit, error } = await make("acme", "--dir", join(folder, dir), "--json");
      expect([exit, error.code], dir).to.deep.equal([2, "USAGE"]);
    }
    expect(readFileSync(join(folder, "file"), "utf8")).to.equal("mine");
  });

  it("is refused under a name that is none, or that is taken", async () => {
    for (const name of ["Acme", "acme_crm", "acme--crm", "-acme", "acme-", "1acme", "../acme", "acme/crm", "@acme/crm", "", "a".repeat(41), "ada@example.test"]) {
      const { exit, error, err } = await make("--dir", join(folder, "x"), "--json", "--", name);
      expect([exit, error.code], name).to.deep.equal([2, "USAGE"]);
      expect(err).not.to.contain("ada@");
    }
    const { exit, error } = await make("intercom", "--dir", join(folder, "x"), "--json");
    expect([exit, error.message]).to.deep.equal([2, error.message]);
    expect(error.message).to.contain("already");
    expect(existsSync(join(folder, "x"))).to.equal(false);
  });
});
