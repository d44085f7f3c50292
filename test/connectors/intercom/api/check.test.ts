import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { check } from "../../../../connectors/intercom/api/check.js";
import { DEVIATIONS } from "../../../../connectors/intercom/api/deviations.js";

const OURS = new URL("../../../../connectors/intercom/api/openapi.yaml", import.meta.url);

describe("api:check", () => {
  let folder: string;
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const run = (path?: string) => {
    const lines: string[] = [];
    return { code: check(path, (line) => lines.push(line)), lines };
  };

  before(() => { folder = mkdtempSync(join(tmpdir(), "api-check-")); });
  after(() => { rmSync(folder, { recursive: true }); });

  it("ends with 2 and says why when there is no file, no YAML or no description", () => {
    expect(run()).to.deep.include({ code: 2 }).and.have.nested.property("lines[0]").match(/^usage/);
    expect(run(join(folder, "nothing.yaml"))).to.deep.equal({ code: 2, lines: [`${join(folder, "nothing.yaml")} cannot be read`] });
    expect(run(file("broken.yaml", "a: [")).lines[0]).to.match(/is neither YAML nor JSON$/);
    expect(run(file("other.yaml", "a: 1")).lines[0]).to.match(/it has no paths$/);
  });

  it("ends with 1 and prints a line for each finding", () => {
    const { code, lines } = run(file("empty.yaml", "paths: {}"));
    expect(code).to.equal(1);
    expect(lines).to.include("GET /contacts/{contact_id} the path is not described there");
    expect(lines).to.not.include("POST /auth/uninstall the path is not described there");
  });

  it("finds no discrepancy with itself, only deviations that are none", () => {
    const { lines } = run(file("ours.yaml", readFileSync(OURS, "utf8")));
    expect(lines).to.have.lengthOf(DEVIATIONS.length);
    expect(lines.every((line) => line.endsWith("is listed as a deviation and is none"))).to.equal(true);
  });

  it("is a command whose exit code a pipeline can use", () => {
    const script = new URL("../../../../connectors/intercom/api/check.ts", import.meta.url).pathname;
    const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", script, join(folder, "nothing.yaml")], { encoding: "utf8" });
    expect(status).to.equal(2);
    expect(stdout).to.contain("cannot be read");
  });

  it("has a reason for each deviation", () => {
    for (const { operation, pointer, reason } of DEVIATIONS) expect(reason.length, `${operation} ${pointer}`).to.be.greaterThan(20);
    expect(new Set(DEVIATIONS.map(({ operation, pointer }) => `${operation} ${pointer}`)).size).to.equal(DEVIATIONS.length);
  });
});
