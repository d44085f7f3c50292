import { expect } from "chai";
import { checkBatchInput, parseLine } from "../../../adapters/intake/batch-intake.js";
import type { InputLine } from "../../../core/batch-intake.js";
import { Identifier } from "../../../core/identifier.js";
import { rejectionOf } from "../../core/thrown.js";

const NOW = Date.parse("2026-06-01T00:00:00Z");
const EMAIL = "ada@example.test";
const input = { identifier: Identifier.parse("email", EMAIL) };

async function judged(...given: readonly unknown[]): Promise<readonly InputLine[]> {
  const lines: InputLine[] = [];
  const raw = (async function* () {
    yield* given.map((each, n) => ({ ...(each as object), line: n + 1 }));
  })();
  for await (const line of checkBatchInput({ type: "access", lines: raw }, NOW).lines) lines.push(line);
  return lines;
}

describe("a line of a batch", () => {
  it("keeps no reference that a request would be refused for, whatever else is wrong with it", () => {
    for (const ref of ["ada at example dot test", "ada%40example.test", EMAIL, "ada (at) example.test", " ", "x".repeat(201)]) {
      const line = parseLine(2, { email: EMAIL, ref, received: "soon" }, NOW);
      expect(line, ref).not.to.have.property("reference");
      expect(line.asked, ref).to.have.property("problem");
    }
    expect(parseLine(2, { email: "nobody", ref: "with, comma & sign" }, NOW).reference).to.equal("with, comma & sign");
  });

  it("of a host's own has a number of its own, so that none takes another's place", async () => {
    for (const numbers of [[0], [-1], [1.5], [1, 1], [2, 1], ["1"], [undefined]]) {
      const raw = (async function* () {
        for (const line of numbers) yield { line, asked: { input } };
      })();
      const all = async (): Promise<void> => {
        for await (const _ of checkBatchInput({ type: "access", lines: raw }, NOW).lines);
      };
      expect(await rejectionOf(all()), JSON.stringify(numbers)).to.deep.include({ code: "REQUEST_INVALID", facts: { at: "line", reason: "lines are numbered from 1, in their order" } });
    }
  });

  it("of a host's own is judged like one of a file: its reference is one, or it is a problem", async () => {
    const [good, wrong] = await judged({ reference: "T-1", asked: { input } }, { reference: EMAIL, asked: { input } });
    expect(good).to.deep.include({ line: 1, reference: "T-1" });
    expect(wrong).to.deep.equal({ line: 2, asked: { problem: { code: "REQUEST_INVALID", at: "ref", reason: "it looks like an address; a reference is the ticket's number" } } });
  });

  it("of a host's own tells what is wrong with it by a code of a line, and in words without an address", async () => {
    const problem = { code: "IDENTIFIER_INVALID", at: "email", reason: "it has no domain" };
    const [kept, code, words, nothing] = await judged(
      { asked: { problem } },
      { asked: { problem: { code: "NO_SUCH", at: "email" } } },
      { asked: { problem: { code: "REQUEST_INVALID", at: EMAIL, reason: `asked by ${EMAIL}` } } },
      { asked: { problem: 5 } },
    );
    expect(kept).to.deep.equal({ line: 1, asked: { problem } });
    expect([code, words, nothing].map((line) => line?.asked)).to.deep.equal([{ problem: { code: "REQUEST_INVALID", at: "email" } }, { problem: { code: "REQUEST_INVALID" } }, { problem: { code: "REQUEST_INVALID" } }]);
  });

  it("keeps what a file's line was found to be wrong by", async () => {
    const parsed = [{ email: "nobody" }, { email: EMAIL, verified: "passport" }, { email: "+49 170 1234567" }, { email: EMAIL, ref: EMAIL }].map((fields) => parseLine(1, fields, NOW));
    expect((await judged(...parsed)).map(({ asked }) => asked)).to.deep.equal(parsed.map(({ asked }) => asked));
  });
});
