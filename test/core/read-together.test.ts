import { expect } from "chai";
import { DsrError, type ErrorCode } from "../../core/errors.js";
import { createReadTogether, type ReadTogether } from "../../core/read-together.js";
import { rejectionOf } from "./thrown.js";

describe("a list that can only be read as a whole", () => {
  let readTogether: ReadTogether;
  /** Whom each reading was for; it ends when it is told to. */
  let readings: { readonly by: string; readonly ids: readonly string[]; readonly end: (code?: ErrorCode) => void }[];
  beforeEach(() => {
    readTogether = createReadTogether();
    readings = [];
  });

  const ask = (id: string, list = "list"): Promise<string> =>
    readTogether(list, id, async (ids) => {
      const [number, all] = [readings.length + 1, [...ids]];
      await new Promise<void>((resolve, reject) => readings.push({ by: id, ids: all, end: (code) => (code === undefined ? resolve() : reject(new DsrError(code))) }));
      return (of) => `${of} in reading ${number}`;
    });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const begun = async (...ids: readonly string[]): Promise<readonly Promise<string>[]> => {
    const asked = ids.map((id) => ask(id));
    await turn();
    return asked;
  };
  const end = async (code?: ErrorCode): Promise<void> => {
    readings.at(-1)?.end(code);
    await turn();
  };
  const made = () => readings.map(({ by, ids }) => `${by}: ${ids.join()}`);

  it("is read once for all who ask at the same time", async () => {
    const asked = await begun("a", "b", "c");
    await end();
    expect([made(), await Promise.all(asked)]).to.deep.equal([["a: a,b,c"], ["a in reading 1", "b in reading 1", "c in reading 1"]]);
  });

  it("answers nobody by a reading that had begun before they asked: they share the next, and whoever comes then the one after", async () => {
    const [first] = await begun("a");
    const second = await begun("b", "c");
    expect(made(), "while the first is under way").to.deep.equal(["a: a"]);
    await end();
    const third = await begun("d", "b");
    await end();
    await end();
    expect(made()).to.deep.equal(["a: a", "b: b,c", "d: d,b"]);
    expect(await Promise.all([first, ...second, ...third])).to.deep.equal(["a in reading 1", "b in reading 2", "c in reading 2", "d in reading 3", "b in reading 3"]);
  });

  it("is read anew for whoever asks once it was read", async () => {
    for (const number of [1, 2]) {
      const [asked] = await begun("a");
      await end();
      expect(await asked).to.equal(`a in reading ${number}`);
    }
  });

  it("is read apart from another list, and from the same one at another connection", async () => {
    const other = createReadTogether();
    const asked = [ask("a"), ask("b", "other list"), other("list", "c", async (ids) => (id) => `${id} of ${[...ids].join()}`)];
    await turn();
    for (const reading of readings) reading.end();
    expect(await Promise.all(asked)).to.deep.equal(["a in reading 1", "b in reading 2", "c of c"]);
  });

  it("is read by each for itself where it could not be read for all: whom that fails is told so alone", async () => {
    const [a, b, c] = await begun("a", "b", "c");
    const failed = rejectionOf(a!);
    await end("VENDOR_UNAVAILABLE");
    expect(await failed).to.have.property("code", "VENDOR_UNAVAILABLE");
    expect(made()).to.deep.equal(["a: a,b,c", "b: b", "c: c"]);
    const alone = rejectionOf(c!);
    readings[1]!.end();
    readings[2]!.end("RATE_LIMITED");
    expect([await b, ((await alone) as DsrError).code]).to.deep.equal(["b in reading 2", "RATE_LIMITED"]);
  });

  it("is read by the others together where who read it was interrupted", async () => {
    const [a, b, c] = await begun("a", "b", "c");
    const interrupted = rejectionOf(a!);
    await end("INTERRUPTED");
    await end();
    expect(await interrupted).to.have.property("code", "INTERRUPTED");
    expect([made(), await b, await c]).to.deep.equal([["a: a,b,c", "b: b,c"], "b in reading 2", "c in reading 2"]);
  });

  it("is read by those who wait where the reading before theirs failed", async () => {
    const [first] = await begun("a");
    const failed = rejectionOf(first!);
    const asked = await begun("b", "c");
    await end("VENDOR_UNAVAILABLE");
    await failed;
    await end();
    expect([made(), await Promise.all(asked)]).to.deep.equal([["a: a", "b: b,c"], ["b in reading 2", "c in reading 2"]]);
  });
});
