import { expect } from "chai";
import { FAULT_NAMES } from "./fault-menu.js";
import { findBugAgain } from "./find-bug.js";
import { PLANTED_BUGS } from "./planted-bugs/index.js";
import { inWords, playSeeds } from "./play-seeds.js";
import { RULES } from "./rules.js";
import { NOTHING_PLAYED, type Tally } from "./tally.js";
import { startWorkers, type Workers } from "./workers.js";

const SEEDS = 2_000;

/** What else goes wrong or on in worlds, beside the faults of single calls. */
const EVENTS = ["crash", "disk", "interrupted", "together", "clock jump", "foreign traffic", "429 with headers", "index lag", "stale read", "related deletion", "scope", "revoked", "hold", "arrive", "merge", "archive", "block", "delete", "move"];

describe("the simulation", function () {
  this.timeout(900_000);
  let workers: Workers;
  let tally: Tally = NOTHING_PLAYED;
  const foundBy = new Set<string>();

  before(async () => {
    workers = await startWorkers();
  });
  after(() => workers.stop());

  it(`breaks no rule in ${SEEDS} worlds`, async () => {
    const broken: string[] = [];
    ({ tally } = await playSeeds(workers, { from: 1, seeds: SEEDS }, { failed: (verdict) => broken.push(inWords(verdict)) }));
    expect(broken.join("\n")).to.equal("");
    expect(tally.seeds).to.equal(SEEDS);
  });

  it("lets every fault and every event happen in them, and every kind of end come", () => {
    const missing = [...FAULT_NAMES, ...EVENTS].filter((name) => tally.happened[name] === undefined);
    expect(missing, "never happened").to.deep.equal([]);
    const ends = ["access complete", "access complete_with_gaps", "access nothing_found", "access cancelled", "deletion verified", "deletion planned", "deletion nothing_found", "deletion refused", "deletion needs_attention", "deletion cancelled"];
    expect(ends.filter((end) => tally.endings[end] === undefined), "never came").to.deep.equal([]);
  });

  it("is the same again for the same seed, byte for byte, whatever was played before it and in whichever process", async () => {
    const forwards = await workers.ask({ from: 1, seeds: 40, hash: true });
    const [late, early] = await Promise.all([workers.ask({ from: 21, seeds: 20, hash: true }), workers.ask({ from: 1, seeds: 20, hash: true })]);
    expect([...early.hashes, ...late.hashes]).to.deep.equal(forwards.hashes);
    expect(new Set(forwards.hashes).size, "different seeds").to.equal(40);
  });

  describe("finds a planted bug:", () => {
    for (const bug of Object.keys(PLANTED_BUGS)) {
      it(bug, async () => {
        const finding = await findBugAgain(workers, bug);
        expect(finding.found === undefined ? finding.why : undefined).to.equal(undefined);
        foundBy.add(finding.found?.rule ?? "");
      });
    }

    it("and each of its rules with at least one of them", () => {
      expect(Object.keys(RULES).filter((rule) => !foundBy.has(rule))).to.deep.equal([]);
    });
  });

  it("tells of a broken rule with the one line that plays it again", async () => {
    const bug = "a near match is included";
    const finding = await findBugAgain(workers, bug);
    const { seed = 0 } = finding.found ?? {};
    const [verdict] = (await workers.ask({ from: seed, seeds: 1, bug })).failures;
    const [what, replay] = inWords(verdict!, bug).split("\n");
    expect(what).to.match(new RegExp(`^seed ${seed} breaks TRUE_FINDING \\(.+\\): .+`));
    expect(replay).to.equal(`  npm run simulate -- --from ${seed} --seeds 1 --trace --bug "${bug}"`);
  });
});
