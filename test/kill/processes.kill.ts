import { expect } from "chai";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyEvidence } from "../../adapters/evidence/verify-evidence.js";
import { createSeededRandom } from "../../adapters/in-memory/seeded-random.js";
import { openLocalDsr, type LocalDsr } from "../../adapters/inversify/local-dsr.js";
import { ALL_SCOPES } from "../../connectors/intercom/sandbox/scopes.js";
import { startIntercomSandbox, type RunningSandbox } from "../../connectors/intercom/sandbox/server.js";
import type { ContactRecord } from "../../connectors/intercom/sandbox/records.js";
import type { AccessResult, DeletionResult } from "../../core/results.js";
import { textsInFiles } from "./support/files.js";
import { command, someMoment, type Ended } from "./support/command.js";
import { contentsOf } from "./support/packages.js";
import { startWire, type Wire } from "./support/wire.js";

const KILLS = Number(process.env["KILLS"] ?? 200);
const SEED = Number(process.env["KILL_SEED"] ?? Math.floor(Math.random() * 1e9));
const LANES = 2;

/** Calls that each step makes here without a kill, so that moments are spread over all of what is left of it. */
const CALLS = { access: 20, plan: 1, deletion: 7, later: 1 } as const;

/** One after the other on a connection of its own; the lanes share the home. */
interface Lane {
  readonly name: string;
  readonly wire: Wire;
}

type Step = keyof typeof CALLS;

/** Kills that a story has still to come, and the calls that its steps have made. */
interface Budget {
  readonly most: number;
  left: number;
  readonly made: Partial<Record<Step, number>>;
}

function budgetOf(most: number): Budget {
  return { most, left: most, made: {} };
}

describe(`P1, P2, P3: processes that are killed (KILL_SEED=${SEED} KILLS=${KILLS})`, function () {
  this.timeout(3_600_000);
  const random = createSeededRandom(SEED);
  let running: RunningSandbox;
  let home: string;
  let out: string;
  let lanes: readonly Lane[];
  let dsr: LocalDsr;
  let kills = 0;
  let stories = 0;

  before(async () => {
    // What goes with a contact goes at once: what is still readable then is looked for again a quarter of an hour later.
    running = await startIntercomSandbox({ cascadeDelayMs: 0, fixture: "empty", rateLimit: "off", indexLagMs: { create: 0, update: 0, delete: 0 }, app: { scopes: ALL_SCOPES } });
    home = mkdtempSync(join(tmpdir(), "dsr-kill-"));
    out = mkdtempSync(join(tmpdir(), "dsr-kill-out-"));
    writeFileSync(join(home, "config.json"), JSON.stringify({ looksSeconds: [0, 0.05, 0.1], laterLooksHours: [0] }));
    lanes = await Promise.all(Array.from({ length: LANES }, async (_, n) => ({ name: `lane${n}`, wire: await startWire(running.url) })));
    for (const { name, wire } of lanes) {
      const connected = await command(["connect", "intercom", "--name", name, "--capabilities", "access,deletion", "--api-url", wire.url, "--token-stdin"], { home, wire, input: running.sandbox.token, moment: undefined });
      if (connected.killed || connected.exit !== 0) throw new Error(connected.killed ? "killed" : connected.err);
    }
    dsr = await openLocalDsr({ home, timings: { laterLooksMs: [0] } });
  });
  after(async () => {
    await dsr.close();
    await Promise.all(lanes.map(({ wire }) => wire.close()));
    await running.close();
    for (const folder of [home, out]) rmSync(folder, { recursive: true, force: true });
  });

  /** A person with enough of everything for several pages. */
  const addPerson = (email: string): readonly ContactRecord[] => {
    const { build } = running.sandbox;
    const user = build.addContact({ email, name: `Name of ${email}` });
    for (let n = 0; n < 55; n++) build.addNote(user, `Note ${n}`);
    for (let n = 0; n < 3; n++) build.addConversation({ contacts: [user], parts: [{ body: `Part ${n}` }, { body: "Answer", from: "teammate" }] });
    return [user, build.addContact({ email, role: "lead" }), build.addContact({ email, role: "lead" })];
  };
  const alive = (contacts: readonly ContactRecord[]): number => contacts.filter(({ id }) => running.sandbox.state.contacts.get(id)?.goneAt === null).length;
  /** Runs a command, to be killed while the story still has kills to come; undefined where it was. */
  const run = async ({ wire }: Lane, words: readonly string[], step: Step, budget: Budget, input?: string): Promise<Extract<Ended, { killed: false }> | undefined> => {
    const made = budget.made[step] ?? 0;
    const moment = budget.left > 0 ? someMoment(random, Math.max(1, CALLS[step] - made)) : undefined;
    const ended = await command(words, { home, wire, moment, ...(input === undefined ? {} : { input }) });
    budget.made[step] = made + wire.calls;
    if (!ended.killed) return ended;
    kills += 1;
    budget.left -= 1;
    return undefined;
  };
  const requestOf = async (reference: string): Promise<string | undefined> => (await dsr.requests({ reference }))[0]?.id;
  const expectVerified = async (id: string): Promise<void> => {
    const { text } = await dsr.exportEvidence(id);
    expect(verifyEvidence(text, { key: (await dsr.evidenceKey()).fingerprint }).outcome).to.equal("verified");
  };

  const accessStory = async (lane: Lane, number: number, where: string): Promise<void> => {
    const [email, reference] = [`access${number}@example.test`, `A-${number}`];
    const contacts = addPerson(email);
    const budget = budgetOf(2 + Math.floor(random.fraction() * 4));
    const anew = ["access", "-", "--connection", lane.name, "--ref", reference, "--out", out];
    let ended: Extract<Ended, { killed: false }> | undefined;
    while (ended === undefined) {
      const id = await requestOf(reference);
      ended = await run(lane, id === undefined || random.fraction() < 0.5 ? anew : ["resume", id, "--out", out], "access", budget, email);
    }
    expect([ended.exit, ended.json?.outcome], `${where}: ${ended.err}`).to.deep.equal([0, "complete"]);
    const result = (await dsr.result((await requestOf(reference)) ?? "")) as AccessResult;
    const untouched = await command(["access", "-", "--connection", lane.name, "--out", out], { home, wire: lane.wire, input: email, moment: undefined });
    if (untouched.killed) return expect.fail("nobody was to be killed");
    expect(contentsOf(result.package?.path ?? ""), `${where}: the same package as without a kill`).to.deep.equal(contentsOf(untouched.json.package.path));
    expect(result.counts, where).to.deep.equal(untouched.json.counts);
    expect(result.counts, where).to.include({ contacts: 3, notes: 55, conversations: 3 });
    expect(existsSync(join(home, "staging", result.request.id)), `${where}: pages that were left`).to.equal(false);
    expect(alive(contacts), where).to.equal(3);
    await expectVerified(result.request.id);
  };

  const deletionStory = async (lane: Lane, number: number, where: string): Promise<void> => {
    const [email, reference] = [`deletion${number}@example.test`, `D-${number}`];
    const contacts = addPerson(email);
    const [stranger] = addPerson(`stranger-of-${email}`);
    const budget = budgetOf(3 + Math.floor(random.fraction() * 4));
    let planned: Extract<Ended, { killed: false }> | undefined;
    while (planned === undefined) planned = await run(lane, ["plan", "-", "--connection", lane.name, "--ref", reference], "plan", budget, email);
    expect(planned.json?.plan?.targets, `${where}: ${planned.err}`).to.have.length(3);
    const { id, confirm } = planned.json.plan;
    const request = planned.json.request.id as string;
    let done: Extract<Ended, { killed: false }> | undefined;
    while (done === undefined) {
      // A resume comes to nothing before the plan was confirmed.
      const begun = (await dsr.requests({ reference }))[0]?.state !== "planned";
      done = await run(lane, begun && random.fraction() < 0.5 ? ["resume", request] : ["delete", "--plan", id, "--confirm", confirm], "deletion", budget);
    }
    expect([done.exit, done.json?.outcome], `${where}: ${done.err}`).to.deep.equal([0, "verified"]);
    expect(done.json.targets.map(({ outcome }: { outcome: string }) => outcome), where).to.deep.equal(["deleted", "deleted", "deleted"]);
    const ids = contacts.map((contact) => contact.id);
    const sent = running.sandbox.calls.records.filter(({ method, path }) => method === "DELETE" && ids.some((each) => path.endsWith(each)));
    expect(sent.filter(({ effect }) => effect).map(({ path }) => path.split("/").at(-1)).sort(), `${where}: each contact is deleted once`).to.deep.equal([...ids].sort());
    expect(sent, `${where}: nothing that was deleted is deleted again`).to.have.length(3);
    expect([alive(contacts), alive([stranger!])], where).to.deep.equal([0, 1]);
    // The later look is due at once here, and the key goes after it: killed as well, and done once.
    let after = (await dsr.result(request)) as DeletionResult;
    for (let turns = 0; after.keyDestroyedAt === null; turns++) {
      if (turns > budget.most) expect.fail(`${where}: what is still to come is ${JSON.stringify(after.toCome)}`);
      await run(lane, ["resume", request], "later", budget);
      after = (await dsr.result(request)) as DeletionResult;
    }
    expect([after.outcome, after.targets.map(({ outcome }) => outcome), after.laterLooks.map(({ outcome }) => outcome)], where).to.deep.equal(["verified", ["deleted", "deleted", "deleted"], ["absent"]]);
    await expectVerified(request);
    expect(textsInFiles(home, [email, ...ids]), where).to.deep.equal([]);
  };

  it(`lose nothing and do nothing twice, after at least ${KILLS} kills, and after kills of what resumes`, async () => {
    const work = async (lane: Lane): Promise<void> => {
      while (kills < KILLS) {
        const number = ++stories;
        const where = `story ${number} on ${lane.name}`;
        await (number % 5 < 3 ? accessStory(lane, number, where) : deletionStory(lane, number, where));
      }
    };
    await Promise.all(lanes.map(work));
    expect(kills).to.be.at.least(KILLS);
    expect(readdirSync(out).filter((name) => name.startsWith(".")), "drafts that were left").to.deep.equal([]);
    expect((await dsr.evidenceList()).statement.notVendorsOwn).to.equal((await dsr.requests()).length);
    console.log(`      ${kills} kills in ${stories} stories`);
  });
});
