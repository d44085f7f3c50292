import { expect } from "chai";
import { readBatch, type Source } from "../../../adapters/intake/batch-file.js";
import type { InputLine } from "../../../core/batch-intake.js";
import { isDsrError } from "../../../core/errors.js";
import { rejectionOf } from "../../core/thrown.js";

const NOW = Date.parse("2026-06-01T00:00:00Z");

/** The bytes in pieces that break characters and lines apart. */
const source = (text: string | Uint8Array, size = 3): Source => async function* () {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  for (let n = 0; n < bytes.length; n += size) yield bytes.subarray(n, n + size);
};

async function read(text: string | Uint8Array, size?: number): Promise<readonly InputLine[]> {
  const lines: InputLine[] = [];
  for await (const line of (await readBatch(source(text, size), NOW)).lines) lines.push(line);
  return lines;
}

const addressOf = ({ asked }: InputLine): string | undefined => ("input" in asked ? asked.input.identifier.reveal() : undefined);
const problemOf = ({ asked }: InputLine): string | undefined => ("problem" in asked ? asked.problem.code : undefined);

describe("a batch's file", () => {
  it("is read by its headers, in any order, with everything that may be said of a request", async () => {
    const [line] = await read("ref,EMAIL , received,law,due,verified,operator,lang\nT-1,ada@example.test,2026-05-01,ccpa,2026-06-15,passport@2026-05-02,Olga,de\n");
    expect(addressOf(line!)).to.equal("ada@example.test");
    expect(line).to.include({ line: 2, reference: "T-1" });
    const { identifier: _, ...input } = (line!.asked as { input: object & { identifier: unknown } }).input;
    expect(input).to.deep.equal({ reference: "T-1", receivedAt: "2026-05-01T00:00:00.000Z", law: "ccpa", dueAt: "2026-06-15T00:00:00.000Z", verified: { method: "passport", at: "2026-05-02T00:00:00.000Z" }, operator: "Olga", language: "de" });
  });

  it("may have a byte order mark, Windows line breaks, quoted values, empty lines and letters of any script", async () => {
    const lines = await read('\ufeffemail,ref\r\n"a@example.test","with, comma"\r\n\r\nü@exämple.test,"two ""quotes"""\r\n');
    expect(lines.map((line) => [line.line, addressOf(line), line.reference])).to.deep.equal([[2, "a@example.test", "with, comma"], [4, "ü@exämple.test", 'two "quotes"']]);
  });

  it("keeps the reference of a line with too many columns where it can be told which one that is, and of one with too few none", async () => {
    for (const [headers, row, reference] of [
      ["email,ref", "a@example.test,T-1,more", "T-1"],
      ["email,ref,operator", "a@example.test,T-1,Doe, Jane,", "T-1"],
      ["ref,email", "T-1,a@example.test,", "T-1"],
      ["email,received,ref", "a@example.test,2026-05-01,T-1,more", "T-1"],
      ["email,received,ref", "a@example.test,more,2026-05-01,T-1", undefined],
      ["email,ref", "Ada,a@example.test,T-1", undefined],
      ["email,ref", "a@example.test,b@example.test,T-1", undefined],
      ["email,operator,ref", "a@example.test,Doe,Jane,T-1", undefined],
      ["email,received,ref", "a@example.test,T-1", undefined],
      ["email,lang", "a@example.test,de,T-1", undefined],
      ["email,ref,operator", "a@example.test,Jane", undefined],
    ] as const) {
      const [line] = await read(`${headers}\n${row}\n`);
      expect([problemOf(line!), line!.reference], `${headers}: ${row}`).to.deep.equal(["REQUEST_INVALID", reference]);
      expect(JSON.stringify(line)).to.contain("columns").and.not.contain("example");
    }
  });

  it("may mix line breaks, as where rows were added with another program", async () => {
    for (const text of ["email,ref\r\na@example.test,A\nb@example.test,B\r\n", "email,ref\na@example.test,A\r\nb@example.test,B\n", "email,ref\ra@example.test,A\rb@example.test,B\r"]) {
      for (const size of [1, 3, 1_000]) expect((await read(text, size)).map((line) => [line.line, addressOf(line), line.reference]), JSON.stringify(text)).to.deep.equal([[2, "a@example.test", "A"], [3, "b@example.test", "B"]]);
    }
  });

  it("is refused where it is another one by the time that its lines are handed out", async () => {
    let opened = 0;
    const replaced: Source = () => source(opened++ === 0 ? "email\na@example.test\n" : "email\nb@example.test\n")();
    const { lines } = await readBatch(replaced, NOW);
    const error = await rejectionOf((async () => {
      for await (const line of lines) expect(line.line).to.equal(2);
    })());
    expect((error as { facts: object }).facts).to.deep.equal({ at: "batch file", reason: "it was changed while it was read" });
  });

  it("tells each line by the number on which it begins, whatever line breaks stand within quotation marks", async () => {
    for (const end of ["\n", "\r\n"]) {
      const text = ["email,ref", '"a@example.test","two', "", 'lines"', "", "b@example.test,T", '"c', '@example.test","x', 'y"', "d@example.test,T-4", ""].join(end);
      expect((await read(text)).map(({ line }) => line)).to.deep.equal([2, 6, 7, 10]);
    }
  });

  it("loses no line that is wrong: each is told by its number, and none of it is repeated", async () => {
    const lines = await read("email,ref\nno address,T-1\n,T-2\n+49 170 1234567,T-3\na@example.test,x@example.test\na@example.test\na@example.test,T-6,more\nb@example.test,T-7\n");
    expect(lines.map((line) => [line.line, problemOf(line)])).to.deep.equal([
      [2, "IDENTIFIER_INVALID"],
      [3, "IDENTIFIER_INVALID"],
      [4, "UNSUPPORTED_REQUEST"],
      [5, "REQUEST_INVALID"],
      [6, "REQUEST_INVALID"],
      [7, "REQUEST_INVALID"],
      [8, undefined],
    ]);
    expect(lines.map(({ reference }) => reference)).to.deep.equal(["T-1", "T-2", "T-3", undefined, undefined, "T-6", "T-7"]);
    expect(JSON.stringify(lines)).not.to.contain("@").and.not.to.contain("170");
  });

  for (const [what, text, reason] of [
    ["empty", "", /it is empty/],
    ["without headers", "ada@example.test,T-1\n", /column 1 is none of email, ref/],
    ["with a header that nobody knows", "email,phone\na@example.test,1\n", /column 2/],
    ["without addresses", "ref\nT-1\n", /no column email/],
    ["with a header twice", "email,email\na,b\n", /twice/],
    ["separated by semicolons", "email;ref\na@example.test;T-1\n", /separated by commas/],
    ["with a quotation mark that is never closed", 'email,ref\na@example.test,"T-1\nb@example.test,T-2\n', /never closed, in what begins on line 2$/],
    ["with something behind a quotation mark", 'email,ref\n"a@example.test"x,T-1\n', /follows a closing quotation mark, in what begins on line 2$/],
  ] as const) {
    it(`is refused as a whole where it is ${what}, before any line is handed out, and quotes nothing of it`, async () => {
      const error = await rejectionOf(readBatch(source(text), NOW));
      expect(isDsrError(error, "REQUEST_INVALID")).to.equal(true);
      const { reason: said = "" } = (error as { facts: { reason?: string } }).facts;
      expect(said).to.match(reason).and.not.to.contain("@example");
    });
  }

  it("is told of a quotation mark the line that it stands on, not the one to which it has swallowed everything", async () => {
    const more = (n: number): string[] => Array.from({ length: n }, (_, at) => `p${at}@example.test,P-${at}`);
    for (const end of ["\n", "\r\n"]) {
      for (const [failing, reason] of [
        [['"b@example.test,T', ...more(20)], "a quotation mark is opened and never closed"],
        [['"b@example.test,T', ...more(20), '"c@example.test",T'], "something follows a closing quotation mark"],
        [['"b@example.test,T', ...more(3_000)], "a line is longer than 65,536 characters, or a quotation mark is not closed"],
        [['b@example.test,T"', ...more(2)], "a quotation mark stands in the middle of a value"],
      ] as const) {
        const text = ["email,ref", ...more(200), "", '"a@example.test","two', 'lines"', "", "", ...failing, ""].join(end);
        const error = await rejectionOf(readBatch(source(text, 65_536), NOW));
        expect((error as { facts: object }).facts).to.deep.equal({ at: "batch file", reason: `${reason}, in what begins on line 207` });
      }
    }
  });

  for (const [ends, end] of [["LF", "\n"], ["CRLF", "\r\n"], ["CR", "\r"]] as const) {
    for (const size of [1, 7, 65_536]) {
      it(`is refused where it is not UTF-8, with the line that cannot be read: ${ends}, ${size} bytes at a time`, async () => {
        const whole = Buffer.from(["email,ref", "bj\u00f6rn@example.test,1", "", '"a@example.test","two', 'lines"'].join(end));
        for (const [bytes, line] of [[[0xe4, 0x40], 5], [[0xe4], 5], [[...Buffer.from(end), 0x61, 0xff, 0x2c], 6]] as const) {
          const error = await rejectionOf(readBatch(source(Buffer.concat([whole, Buffer.from(bytes), Buffer.from(`${end}b@example.test,2${end}`)]), size), NOW));
          expect((error as { facts: object }).facts).to.deep.equal({ at: "batch file", reason: `it is not UTF-8 text, on line ${line}` });
        }
      });
    }
  }

  it("is refused where it ends in the middle of a letter", async () => {
    const error = await rejectionOf(readBatch(source(Buffer.from([...Buffer.from("email\nbj"), 0xc3])), NOW));
    expect((error as { facts: object }).facts).to.deep.equal({ at: "batch file", reason: "it is not UTF-8 text, on line 2" });
  });

  it("is known again by its bytes", async () => {
    const hash = async (text: string, size: number) => (await readBatch(source(text, size), NOW)).inputHash;
    expect(await hash("email\na@example.test\n", 1)).to.equal(await hash("email\na@example.test\n", 1000)).and.not.equal(await hash("email\nb@example.test\n", 1000));
  });

  it("is streamed: ten thousand lines are handed out while the file is read", async () => {
    let given = 0;
    const big: Source = async function* () {
      yield Buffer.from("email\n");
      for (; given < 10_000; given += 1) yield Buffer.from(`p${given}@example.test\n`);
    };
    const { lines } = await readBatch(big, NOW);
    given = 0;
    const read: number[] = [];
    for await (const { line } of lines) {
      if (line === 2) expect(given).to.be.below(5_000);
      read.push(line);
    }
    expect([read.length, read[0], read.at(-1)]).to.deep.equal([10_000, 2, 10_001]);
  });
});
