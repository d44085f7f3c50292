import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";

const unindented = (code: string): string => code.replace(/^ +/gm, "");
const read = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

describe("The page for authors of connectors", () => {
  const page = read("connectors/README.md");

  it("names every part of a vendor's sandbox in its table", () => {
    const [, sandbox = ""] = /interface VendorSandbox \{\n(.*?)\n\}/s.exec(read("contracts/vendor-sandbox.ts")) ?? [];
    const parts = [...sandbox.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
    const [, table = ""] = /\| it has \| for \|\n(.*?)\n\n/s.exec(page) ?? [];
    const named = table.split("\n").flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect(parts).to.include("denyDeletion");
    expect(named).to.have.members(parts);
  });

  it("shows no code but that of the example, which is packed, installed and judged by the contract elsewhere", () => {
    const files = ["src/connector.ts", "src/manifest.ts", "src/sandbox.ts", "test/contract.test.ts", "test/serve.ts"].map((file) => unindented(read(`test/examples/quill/${file}`)));
    const shown = [...page.matchAll(/```ts\n(.*?)```/gs)].flatMap(([, code = ""]) => unindented(code).split("// …\n"));
    expect(shown.length).to.be.greaterThan(12);
    for (const piece of shown) expect(files.some((file) => file.includes(piece)), piece).to.equal(true);
  });

  it("says of every file of the reference connector what it is", () => {
    const named = new Set([...page.matchAll(/\]\(memory\/([\w.]+)\)/g)].map(([, file]) => file));
    expect([...named]).to.have.members(readdirSync(new URL("../../connectors/memory", import.meta.url)).filter((file) => file.endsWith(".ts")));
  });
});
