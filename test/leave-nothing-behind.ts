import { expect } from "chai";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Gives every run of the tests a temporary folder of its own, and fails a run whose tests leave something in it. Processes that a test
 * starts with this environment are held to the same.
 */
const before = process.env["TMPDIR"];
let folder = "";

export const mochaHooks = {
  beforeAll: (): void => {
    folder = mkdtempSync(join(tmpdir(), "dsr-tests-"));
    process.env["TMPDIR"] = folder;
  },
  afterAll: (): void => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    // What tsx keeps of compiled files is its own.
    const left = readdirSync(folder).filter((name) => !name.startsWith("tsx-"));
    rmSync(folder, { recursive: true, force: true });
    expect(left, "left in the temporary folder").to.deep.equal([]);
  },
};
