import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { csvCell } from "../../../adapters/packages/csv-cell.js";
import { createPackageFolderSink } from "../../../adapters/packages/package-folder.js";
import type { CollectedRecord } from "../../../core/ports.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { HARD_VALUES, noFiles, sampleHeader, samplePage, sampleRecord, stream } from "./samples.js";

/** Cells that one spreadsheet or another takes for a formula. */
const FORMULAS: readonly string[] = [
  "=1+1", "+1+1", "-1+1", "@SUM(1,1)", "=cmd|' /C calc'!A0", '=HYPERLINK("https://x.example.test","x")', "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
  "@SUM(1+9)*cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", "\n=1+1", "\tplain", "\rplain", "\nplain", " =1+1", "   +1", "\u00a0=1", "\u3000=1", '"=1+1', "'=1+1", '" =1', "\"'=1", "“=1”",
  "‘=1", "`=1", "＝1+1", "＋1", "－1", "＠SUM(1)", "﹢1", "﹣1", "−1", " ＝1", '"＝1', "a;=1+1", "a\t=1+1", "a\n=1+1", "a\r\n=1+1", "a; \"=1", "=", "-", "a;b;@x", "\r\n=1",
];

const SIGN = /^[=+\-@＝＋－＠﹢﹣−]/;

describe("the tables", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(() => home.remove());

  async function table(...records: readonly CollectedRecord[]): Promise<{ readonly text: string; readonly rows: string[][] }> {
    const { path } = await createPackageFolderSink({ directory: home.directory, clock: home.clock }).write(sampleHeader(), stream(samplePage(records)), noFiles);
    const text = readFileSync(join(path, "contacts.csv"), "utf8");
    return { text, rows: parse(text, { bom: true }) };
  }

  it("have a column for each field of the first level, and JSON text for what is nested", async () => {
    const { rows } = await table(sampleRecord("contacts", "1", { id: "1", name: 'Ann "A", B', tags: [{ a: 1 }], n: 0, no: null }), sampleRecord("contacts", "2", { id: "2", ok: false, more: { x: "y" } }));
    expect(rows).to.deep.equal([
      ["record.id", "record.read_at", "id", "name", "tags", "n", "no", "ok", "more"],
      ["1", "2026-01-15T09:00:00.000Z", "1", 'Ann "A", B', '[{"a":1}]', "0", "", "", ""],
      ["2", "2026-01-15T09:00:00.000Z", "2", "", "", "", "", "false", '{"x":"y"}'],
    ]);
  });

  it("end each row as RFC 4180 has it, and quote what needs it", async () => {
    const { text } = await table(sampleRecord("contacts", "1", { a: "x,y", b: 'q"q', c: "l1\nl2", d: "plain" }));
    expect(text).to.equal('\ufeffrecord.id,record.read_at,a,b,c,d\r\n1,2026-01-15T09:00:00.000Z,"x,y","q""q","l1\nl2",plain\r\n');
  });

  it("S2: hold no formula in any cell, header or id, wherever a spreadsheet sees a cell begin", async () => {
    expect(FORMULAS).to.have.length.of.at.least(40);
    const records = FORMULAS.map((formula, index) => sampleRecord("contacts", formula.concat(String(index)), { text: formula, nested: { [formula]: [formula] }, [formula]: formula }));
    const { text, rows } = await table(...records);
    for (const cell of rows.flat()) {
      expect(cell, JSON.stringify(cell)).not.to.match(/^[\t\r\n]/);
      expect(cell.replace(/^[\s"`´‘’“”]+/, ""), JSON.stringify(cell)).not.to.match(SIGN);
    }
    for (const piece of text.split(/[;\t\r\n]/)) expect(piece.replace(/^[\s"]+/, ""), JSON.stringify(piece)).not.to.match(SIGN);
    const column = rows[0]?.indexOf("text") ?? -1;
    for (const [index, formula] of FORMULAS.entries()) {
      const cell = rows[index + 1]?.[column] ?? "";
      if (!formula.startsWith("a")) expect(cell.startsWith("'"), JSON.stringify(formula)).to.equal(true);
    }
  });

  it("leave alone what is no formula", () => {
    for (const value of ["a=b", "1-2", "x@example.test", "2026-01-15", "'tis", '{"a":-1}', "C++"]) expect(parse(csvCell(value))).to.deep.equal([[value]]);
  });

  it("D13, D14: take every value, show what is hidden, and have as many cells in each row", async () => {
    const { text, rows } = await table(...HARD_VALUES.map((value, index) => sampleRecord("contacts", String(index), value)));
    expect(rows).to.have.length(HARD_VALUES.length + 1);
    expect(new Set(rows.map((row) => row.length)).size).to.equal(1);
    expect(rows[0]).to.include("__proto__").and.to.include("record.value");
    expect(text.slice(1)).not.to.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]/);
  });

  it("put further fields into one column when a vendor sends hundreds", async () => {
    const many = Object.fromEntries(Array.from({ length: 450 }, (_, n) => [`f${n}`, n]));
    const { rows } = await table(sampleRecord("contacts", "1", many));
    expect(rows[0]).to.have.length(203);
    expect(JSON.parse(rows[1]?.at(-1) ?? "")).to.deep.equal(Object.fromEntries(Object.entries(many).slice(200)));
  });

  it("do not take long for hostile sizes", () => {
    const started = process.cpuUsage();
    for (const value of ["\n".repeat(1_000_000), ";".repeat(1_000_000), " \t".repeat(500_000), "=".repeat(1_000_000), "\r\n=".repeat(300_000)]) csvCell(value);
    // Of the processor, since other programs may want it as well.
    expect(process.cpuUsage(started).user / 1000).to.be.lessThan(5_000);
  }).timeout(20_000);
});
