import { expect } from "chai";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ADA, CANARY, startBigPerson, type BigPerson } from "./support/big-person.js";
import { measuredProgram, type MeasuredProgram, type Ran } from "./support/measured-program.js";

const CONVERSATIONS = Number(process.env["CONVERSATIONS"] ?? 10_000);
const PARTS = 200;
const MOST_MIB = 256;

describe(`P9: a person with ${CONVERSATIONS} conversations of ${PARTS} parts`, function () {
  this.timeout(3_600_000);
  let person: BigPerson;
  let program: MeasuredProgram;
  const access = (reference: string, killWhen?: () => boolean): Promise<Ran> => program.run(["access", "-", "--connection", "big", "--ref", reference], { input: ADA, ...(killWhen === undefined ? {} : { killWhen }) });

  before(async () => {
    person = await startBigPerson({ conversations: CONVERSATIONS, parts: PARTS });
    program = measuredProgram("built");
    await program.connect(person.vendor.url, person.vendor.sandbox.token);
  });
  after(async () => {
    await person.vendor.close();
    program.end();
  });

  const expectWhole = ({ exit, json, err, memory }: Ran, what: string): void => {
    console.log(`      ${what}: at most ${Math.ceil(memory.resident)} MiB resident`);
    expect([exit, json?.outcome, json?.gaps], err).to.deep.equal([0, "complete", []]);
    expect(json.counts).to.include({ conversations: CONVERSATIONS, conversation_parts: CONVERSATIONS * PARTS });
    expect(statSync(join(json.package.path, "conversations.json")).size, "bytes of conversations in the package").to.be.greaterThan(CONVERSATIONS * PARTS * CANARY.length * 4);
    expect(program.stagedPages(), "pages that were left").to.deep.equal([]);
    expect(memory.resident, what).to.be.at.most(MOST_MIB);
  };

  it(`P9: is read and packaged in at most ${MOST_MIB} MiB resident, in one process`, async () => {
    expectWhole(await access("whole"), "from the first page to the package");
    expect(person.conversationsRead()).to.equal(CONVERSATIONS);
  });

  it("P9: is staged sealed, goes on at the last page after a kill in the middle, and reads none of it again", async () => {
    const before = person.conversationsRead();
    const killed = await access("killed", () => program.stagedPages().length > CONVERSATIONS / 2);
    expect([killed.exit, killed.json]).to.deep.equal([null, undefined]);
    expect(killed.memory.resident, "until it was killed").to.be.at.most(MOST_MIB);
    const pages = program.stagedPages();
    expect(pages.length).to.be.greaterThan(CONVERSATIONS / 2);
    for (const page of pages) for (const secret of [CANARY, ADA, "Lovelace"]) expect(readFileSync(page).includes(secret), page).to.equal(false);

    expectWhole(await access("killed"), "from the kill to the package");
    // One call more for what was on its way, and one for the page that was not written yet.
    expect(person.conversationsRead() - before, "conversations that were read, by both processes").to.be.within(CONVERSATIONS, CONVERSATIONS + 2);
  });
});
