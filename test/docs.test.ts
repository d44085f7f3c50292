import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ERROR_TABLE } from "../core/error-table.js";

const ROOT = resolve(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");

describe("the documents", () => {
  it("show every error code in the README as the table in the code has it", () => {
    const shown = read("README.md").split("\n").filter((line) => /^\| `[A-Z_]+` \|/.test(line));
    const rows = Object.entries(ERROR_TABLE).map(([code, row]) => `| \`${code}\` | ${row.meaning} | ${row.remedy} | ${row.exit} |`);
    expect(shown).to.deep.equal(rows);
  });

  it("link only to files that exist", () => {
    for (const page of ["README.md", "connectors/README.md", "contracts/RULES.md", "core/DECISIONS.md"]) {
      for (const [, target] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        expect(existsSync(resolve(ROOT, page, "..", target!)), `${page} links to ${target}`).to.equal(true);
      }
    }
  });

  it("link, where they are installed with the package, to files that are so, too", () => {
    const installed = (JSON.parse(read("package.json")) as { files: readonly string[] }).files;
    for (const page of ["connectors/README.md", "contracts/RULES.md", "core/DECISIONS.md"]) {
      for (const [, target] of read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        const path = join(page, "..", target!);
        expect(installed.some((file) => path === file || path.startsWith(`${file}/`)), `${page} links to ${target}`).to.equal(true);
      }
    }
  });

  it("name only npm scripts that exist", () => {
    const scripts = JSON.parse(read("package.json")).scripts as Record<string, string>;
    const named = [...read("README.md").matchAll(/npm (?:run (?:-s )?)([a-z:]+)/g)].map((match) => match[1]!);
    expect(named).not.to.be.empty;
    expect(named.filter((name) => scripts[name] === undefined)).to.deep.equal([]);
  });

  it("keep each decision short", () => {
    for (const decision of read("core/DECISIONS.md").split(/^## /m).slice(1)) {
      expect(decision.trim().split("\n").length, decision.split("\n")[0]).to.be.at.most(15);
    }
  });
});
