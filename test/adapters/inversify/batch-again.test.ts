import { expect } from "chai";
import type { BatchOptions } from "../../../adapters/inversify/dsr.js";
import { parseLine } from "../../../adapters/intake/batch-intake.js";
import type { BatchChoices } from "../../../core/batch.js";
import { openMemoryWorld, type MemoryWorld } from "../../core/memory-world.js";
import { rejectionOf } from "../../core/thrown.js";

const KEY = "age1ours";

describe("an access batch that is given again", () => {
  let world: MemoryWorld;
  beforeEach(async () => {
    world = await openMemoryWorld();
    for (const name of ["ada", "bob"]) world.vendor.addSubject({ identifier: { value: `${name}@example.test` }, text: "words", volume: "one" });
  });

  const lines = async function* () {
    for (const [index, name] of ["ada", "bob"].entries()) yield parseLine(index + 1, { email: `${name}@example.test`, ref: `T-${index + 1}` }, world.host.clock.now());
  };
  const batch = (options: BatchOptions = {}, choices: BatchChoices = {}, file = "a") => world.dsr.batch("acme", { type: "access", lines: lines(), choices, inputHash: file.repeat(64) }, options);
  /** Begun, and interrupted before anybody was looked up. */
  const interrupted = async (options: BatchOptions = {}, choices: BatchChoices = {}): Promise<string> => {
    const stopping = new AbortController();
    let id = "";
    const onOpened = (batchId: string): void => {
      id = batchId;
      stopping.abort();
    };
    expect(await rejectionOf(batch({ ...options, signal: stopping.signal, onOpened }, choices))).to.include({ code: "INTERRUPTED" });
    return id;
  };
  const recipients = () => world.written.map(({ recipient }) => recipient);

  for (const [what, options, choices] of [
    ["recipient", { recipient: KEY }, {}],
    ["recipient", { defaults: { recipient: KEY } }, {}],
    ["directory", { directory: "/elsewhere" }, {}],
    ["extents", {}, { extents: ["archived"] }],
  ] as const) {
    it(`after it was interrupted, with another ${what} (${JSON.stringify([options, choices])}), is refused before anything is done; as it was, it is gone on with`, async () => {
      const id = await interrupted({ directory: "/here" });
      const refused = await rejectionOf(batch(options, choices));
      expect(refused).to.include({ code: "IDEMPOTENCY_CONFLICT" }).and.nested.include({ "facts.at": what });
      expect([(await world.dsr.batches()).length, world.written.length]).to.deep.equal([1, 0]);
      const done = await batch();
      expect([done.batch.id, done.outcome, recipients(), world.written.map(({ directory }) => directory)]).to.deep.equal([id, "finished", [undefined, undefined], ["/here", "/here"]]);
      expect(world.prepared.at(-1)).to.deep.equal(["/here", undefined]);
    });
  }

  it("with what it was begun with is gone on with, whether that is said again or not", async () => {
    const begun = [{ recipient: KEY, directory: "/here" }, { extents: ["archived"] }] as const;
    const id = await interrupted(...begun);
    world.between = async () => new Response("{}", { status: 503 });
    expect((await batch({ ...begun[0], patienceMs: 1 }, begun[1])).batch.id).to.equal(id);
    world.between = (request, send) => send(request);
    const done = await batch();
    expect([done.batch.id, done.outcome, recipients()]).to.deep.equal([id, "finished", [KEY, KEY]]);
  });

  it("by its id for another key is refused, too", async () => {
    const id = await interrupted();
    expect(await rejectionOf(world.dsr.resumeBatch(id, { recipient: KEY }))).to.include({ code: "IDEMPOTENCY_CONFLICT" });
    expect((await world.dsr.resumeBatch(id, { defaults: { recipient: KEY } })).outcome).to.equal("finished");
    expect(recipients(), "the settings hold where it was begun without").to.deep.equal([KEY, KEY]);
  });

  for (const [what, options, choices] of [
    ["recipient", { recipient: KEY }, {}],
    ["recipient", { defaults: { recipient: KEY } }, {}],
    ["extents", {}, { extents: ["archived"] }],
  ] as const) {
    it(`after its end, with another ${what} (${JSON.stringify([options, choices])}), has no line answered by what was made otherwise`, async () => {
      expect((await batch()).outcome).to.equal("finished");
      const again = await batch(options, choices);
      expect(again.rows.map(({ verdict, code, at, package: written }) => [verdict, code, at, written])).to.deep.equal(Array.from({ length: 2 }, () => ["invalid", "IDEMPOTENCY_CONFLICT", what, null]));
      expect((await batch()).rows.map(({ verdict }) => verdict)).to.deep.equal(["done", "done"]);
    });
  }
});
