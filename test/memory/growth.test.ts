import { expect } from "chai";
import { ADA, startBigPerson } from "./support/big-person.js";
import { measuredProgram } from "./support/measured-program.js";

const PARTS = 200;

/** What was alive at most in the process that read and packaged so many conversations, in MiB. */
async function mostAlive(conversations: number): Promise<number> {
  const { vendor } = await startBigPerson({ conversations, parts: PARTS });
  const program = measuredProgram("compiled");
  try {
    await program.connect(vendor.url, vendor.sandbox.token);
    const { json, err, memory } = await program.run(["access", "-", "--connection", "big"], { input: ADA });
    expect([json?.outcome, json?.counts.conversation_parts], err).to.deep.equal(["complete", conversations * PARTS]);
    return memory.alive;
  } finally {
    program.end();
    await vendor.close();
  }
}

describe("the memory that an access request takes", () => {
  it("P9: does not grow with the person, from the first page to the package: six times the conversations take as much", async () => {
    const few = await mostAlive(10);
    const many = await mostAlive(60);
    expect(few, "it was measured").to.be.greaterThan(10);
    // What came more is three times as large.
    expect(many - few, `${few} and ${many} MiB`).to.be.below(2);
  }).timeout(240_000);
});
