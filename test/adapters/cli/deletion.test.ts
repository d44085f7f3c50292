import { expect } from "chai";
import sinon from "sinon";
import { ADA, startWorld, type World } from "./support/world.js";

describe("plan and delete", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    await world.connect();
  });
  afterEach(async () => {
    sinon.restore();
    await world.end();
  });

  const plan = async (...more: string[]): Promise<any> => (await world.dsr(["plan", ADA, ...more, "--json"])).json;
  const confirm = (planned: any, ...more: string[]) => world.dsr(["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm, ...more, "--json"]);

  it("plans without a mutating call: what would go, what would stay, what was not seen", async () => {
    const { exit, json, err } = await world.dsr(["plan", ADA, "--ref", "T-2", "--json"]);
    expect([exit, err]).to.deep.equal([0, ""]);
    expect(json).to.include.all.keys("request", "plan", "outcome", "attention", "targets", "residuals", "searched", "notCovered", "apiCalls", "evidence");
    expect(json.outcome).to.equal("planned");
    expect(json.plan).to.have.all.keys("id", "confirm", "expiresAt", "erase", "policies", "targets", "dependents", "kept", "unseen", "warnings", "estimate", "choices");
    expect(json.plan.targets).to.have.length(2);
    expect(json.plan.targets[0]).to.have.all.keys("category", "id");
    expect(json.plan.kept[0]).to.include({ category: "company" });
    expect(json.plan.unseen).to.deep.include({ category: "conversations", scope: "Read conversations" });
    expect(json.plan.warnings[0].code).to.equal("OPT_OUT_FORGOTTEN");
    expect(json.plan.estimate).to.have.all.keys("calls", "seconds");
    expect(json.targets).to.deep.equal([]);
    expect(world.mutations()).to.deep.equal([]);
    const { out } = await world.dsr(["plan", ADA]);
    expect(out).to.match(/would go {2}2 records/).and.to.match(/would stay {2}company/).and.to.match(/dsr delete --plan \S+ --confirm delete-2-/);
  });

  it("deletes exactly what was planned, looks until it is gone, and says what remains", async () => {
    const planned = await plan();
    const { exit, json } = await confirm(planned);
    expect([exit, json.outcome]).to.deep.equal([0, "verified"]);
    expect(json.targets.map((t: any) => [t.category, t.id, t.outcome])).to.deep.equal(planned.plan.targets.map((t: any) => ["contact", t.id, "deleted"]));
    expect(json.targets[0].verifiedAbsentAt).to.match(/^\d{4}-/);
    expect(json.residuals.map((r: any) => r.code)).to.include("RECOVERY_WINDOW");
    expect([...world.mutations()].sort()).to.deep.equal(planned.plan.targets.map((t: any) => `/contacts/${t.id}`).sort());
    const again = await confirm(planned);
    expect([again.exit, again.json.outcome]).to.deep.equal([0, "verified"]);
    expect(world.mutations()).to.have.length(2);
    expect((await world.dsr(["access", ADA])).exit).to.equal(6);
  });

  it("refuses a deletion off a terminal without both plan and code, and makes no call", async () => {
    const planned = await plan();
    world.sandbox.calls.clear();
    const cases: readonly (readonly [readonly string[], string])[] = [
      [["delete", ADA], "CONFIRMATION_REFUSED"],
      [["delete", "-"], "CONFIRMATION_REFUSED"],
      [["delete"], "CONFIRMATION_REFUSED"],
      [["delete", "--plan", planned.plan.id], "CONFIRMATION_REFUSED"],
      [["delete", "--confirm", planned.plan.confirm], "CONFIRMATION_REFUSED"],
      [["delete", "--plan", planned.plan.id, "--confirm", "delete-2-00000000"], "CONFIRMATION_REFUSED"],
      [["delete", "--plan", "nobody-000000", "--confirm", planned.plan.confirm], "PLAN_UNKNOWN"],
      [["delete", "--plan", "x", "--confirm", "y"], "PLAN_UNKNOWN"],
      [["delete", ADA, "--plan", planned.plan.id, "--confirm", planned.plan.confirm], "USAGE"],
      [["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm, "--ref", "T-3"], "USAGE"],
    ];
    for (const [words, code] of cases) {
      const { exit, out, error } = await world.dsr([...words, "--json"], { input: ADA });
      expect([exit, out, error.code], words.join(" ")).to.deep.equal([2, "", code]);
    }
    expect(world.sandbox.calls.records).to.have.length(0);
  });

  it("refuses a plan that a later one replaced, that has expired, or that was made in another home", async () => {
    const first = await plan("--ref", "T-4");
    const [lead] = first.matches.filter((m: any) => m.kind === "lead");
    const second = await plan("--ref", "T-4", "--only", lead.id);
    const replaced = await confirm(first);
    expect([replaced.exit, replaced.error.code]).to.deep.equal([1, "PLAN_STALE"]);

    const elsewhere = await startWorld();
    try {
      const foreign = await elsewhere.dsr(["delete", "--plan", second.plan.id, "--confirm", second.plan.confirm, "--json"]);
      expect([foreign.exit, foreign.error.code]).to.deep.equal([2, "PLAN_UNKNOWN"]);
    } finally {
      await elsewhere.end();
    }
    const now = Date.now();
    sinon.stub(Date, "now").callsFake(() => now + 25 * 3_600_000);
    const expired = await confirm(second);
    expect([expired.exit, expired.error.code]).to.deep.equal([1, "PLAN_STALE"]);
    expect(world.mutations()).to.deep.equal([]);
  });

  it("stops where the vendor's records are not what they were", async () => {
    const planned = await plan();
    world.sandbox.build.addContact({ email: ADA, name: "Another Ada", role: "lead" });
    const { exit, json } = await confirm(planned);
    expect([exit, json.outcome, json.attention.code]).to.deep.equal([1, "needs_attention", "PLAN_STALE"]);
    expect(world.mutations()).to.deep.equal([]);
  });

  it("leaves an ambiguous person to a human, who chooses with --only", async () => {
    const ambiguous = await world.dsr(["plan", "twins@example.test", "--json"]);
    expect([ambiguous.exit, ambiguous.json.outcome, ambiguous.json.attention.code, ambiguous.json.plan]).to.deep.equal([7, "needs_attention", "AMBIGUOUS_SUBJECT", null]);
    const [one, other] = ambiguous.json.matches.map((m: any) => m.id);
    const { out } = await world.dsr(["plan", "twins@example.test"]);
    expect(out).to.contain(one).and.to.contain(other);
    const chosen = await world.dsr(["plan", "twins@example.test", "--only", one, "--json"]);
    expect(chosen.json.plan.targets).to.deep.equal([{ category: "contact", id: one }]);
    expect(chosen.json.plan.kept).to.deep.include({ category: "contact", id: other, reason: "not chosen" });
    const foreign = await world.dsr(["plan", "twins@example.test", "--only", "ffffffffffffffffffffffff", "--json"]);
    expect([foreign.exit, foreign.json.outcome, foreign.json.attention.code]).to.deep.equal([2, "refused", "CHOICE_INVALID"]);
  });

  it("I11: leaves somebody who works for the account to a human, and says so", async () => {
    const who = "teammate1@example.test";
    const { exit, json } = await world.dsr(["plan", who, "--json"]);
    expect([exit, json.attention.code, json.teammate, json.plan]).to.deep.equal([7, "AMBIGUOUS_SUBJECT", true, null]);
    expect(json.notCovered).to.deep.include({ category: "teammates", scope: "Read admins", reason: "not granted" });
    const shown = await world.dsr(["plan", who]);
    expect(shown.out).to.contain("colleague  the person works for the account itself").and.to.contain("--only");
    const chosen = await world.dsr(["plan", who, "--only", json.matches[0].id, "--json"]);
    expect([chosen.exit, chosen.json.outcome]).to.deep.equal([0, "planned"]);
    expect((await world.dsr(["access", who])).out).to.contain("colleague");
    expect((await plan()).teammate).to.equal(false);
  });

  it("looks among archived records where --archived asks for it, and only there", async () => {
    const who = "archived@example.test";
    const plain = await world.dsr(["plan", who, "--json"]);
    expect([plain.exit, plain.json.outcome, plain.json.notCovered.map((n: any) => n.category).includes("archived_contacts")]).to.deep.equal([6, "nothing_found", true]);
    const { exit, json } = await world.dsr(["plan", who, "--archived", "--json"]);
    expect([exit, json.outcome, json.plan.choices.extents]).to.deep.equal([0, "planned", ["archived"]]);
    expect(json.matches.map((m: any) => m.kind)).to.deep.equal(["archived"]);
    expect(json.plan.targets).to.deep.equal([{ category: "contact", id: json.matches[0].id, extent: "archived" }]);
    const { out } = await world.dsr(["plan", who, "--archived"]);
    expect(out).to.match(/contact {2}\w+ {2}archived/).and.to.contain("to look among the archived, too").and.to.not.match(/not looked at.*archived/);
    const late = await world.dsr(["delete", "--plan", json.plan.id, "--confirm", json.plan.confirm, "--archived", "--json"]);
    expect([late.exit, late.error.code]).to.deep.equal([2, "USAGE"]);
    const read = await world.dsr(["access", who, "--archived", "--json"]);
    expect([read.exit, read.json.outcome, read.json.gaps.map((g: any) => g.category)]).to.deep.equal([3, "complete_with_gaps", ["contacts", "companies", "notes", "tags", "segments", "subscriptions"]]);
    const done = await confirm(json);
    expect([done.exit, done.json.outcome, done.json.residuals.map((r: any) => r.code).includes("ARCHIVED_CONTACTS")]).to.deep.equal([0, "verified", false]);
  });

  it("keeps what is excluded, with the reason, and adds what is named by hand", async () => {
    const found = (await plan()).matches;
    const lead = found.find((m: any) => m.kind === "lead").id;
    const archived = [...world.sandbox.state.contacts.values()].find((c) => c.email === "archived@example.test")?.id ?? "";
    const planned = await plan("--exclude", `${lead}=a colleague's test`, "--also", `${archived}=named in the ticket`);
    expect(planned.plan.kept).to.deep.include({ category: "contact", id: lead, reason: "a colleague's test" });
    expect(planned.plan.targets.map((t: any) => t.id)).to.include(archived).and.not.to.include(lead);
    expect(planned.plan.choices).to.deep.equal({ only: null, exclude: [{ id: lead, reason: "a colleague's test" }], also: [{ id: archived, reason: "named in the ticket" }], extents: [] });
    const shown = await world.dsr(["requests", "show", planned.request.id]);
    expect(shown.out).to.contain(`chosen  not ${lead}: a colleague's test`).and.to.contain(`chosen  also ${archived}: named in the ticket`);
    for (const wrong of [["--only", lead, "--exclude", `${lead}=x`], ["--exclude", lead], ["--exclude", `${lead}=${ADA}`], ["--also", "a b=c"], ["--only", ""]]) {
      const { exit, out, error } = await world.dsr(["plan", ADA, ...wrong, "--json"]);
      expect([exit, out, ["USAGE", "REQUEST_INVALID"].includes(error.code)], wrong.join(" ")).to.deep.equal([2, "", true]);
    }
  });

  it("on a terminal plans, shows, and deletes when the address is typed", async () => {
    const shown: string[] = [];
    const { exit, out, err } = await world.dsr(["delete", ADA], {
      terminal: true,
      env: { NO_COLOR: "1" },
      onErr: (piece, type) => {
        shown.push(piece);
        if (piece.includes("type the person's address")) {
          expect(world.mutations()).to.deep.equal([]);
          type(`${ADA}\n`);
        }
      },
    });
    expect(exit).to.equal(0);
    expect(shown.join("")).to.match(/would go {2}2 records/);
    expect(out).to.match(/deletion at acme: deleted, and seen to be gone/);
    expect(out + err).not.to.contain(ADA);
    expect(world.mutations()).to.have.length(2);
  });

  it("on a terminal deletes nothing when something else is typed, or nothing, and names the plan", async () => {
    for (const typed of ["yes\n", "\n", "adah@example.test\n", `${ADA.toUpperCase()}\n`]) {
      const { exit, err } = await world.dsr(["delete", ADA], { terminal: true, onErr: (piece, type) => piece.includes("type the person's address") && type(typed) });
      expect(exit).to.equal(2);
      expect(err).to.contain("Nothing was deleted.").and.not.to.contain("Nothing was sent");
      expect(err).to.contain("[CONFIRMATION_REFUSED]").and.to.match(/--plan \S+ --confirm delete-2/);
    }
    const stop = new AbortController();
    const interrupted = await world.dsr(["delete", ADA], { terminal: true, signal: stop.signal, onErr: (piece) => piece.includes("type the person's address") && stop.abort() });
    expect(interrupted.exit).to.equal(130);
    expect(interrupted.err).to.contain("INTERRUPTED").and.not.to.contain("goes on").and.not.to.contain("dsr resume");
    const nobody = await world.dsr(["delete", "nobody@example.test"], { terminal: true });
    expect(nobody.exit).to.equal(6);
    expect(world.mutations()).to.deep.equal([]);
  });

  it("ends awaiting verification while the object is still there, and --wait stays until the last look", async () => {
    world.sandbox.inject({ method: "DELETE", times: Infinity, fault: { kind: "acknowledged_without_effect" } });
    const lead = await world.dsr(["plan", "lead.only@example.test", "--json"]);
    const waiting = await confirm(lead.json);
    expect([waiting.exit, waiting.json.outcome, waiting.json.attention.code]).to.deep.equal([8, "awaiting_verification", "AWAITING_VERIFICATION"]);
    expect(waiting.json.attention.resumeAt).to.match(/^\d{4}-/);
    expect(waiting.json.targets[0].outcome).to.equal("unknown");
    const still = await world.dsr(["resume", lead.json.request.id, "--wait", "--json"]);
    expect([still.exit, still.json.outcome, still.json.attention.code]).to.deep.equal([1, "needs_attention", "STILL_PRESENT"]);
    expect(world.mutations()).to.have.length(2);
    // The flag is a switch wherever it stands, and minutes are a batch's.
    const before = await world.dsr(["resume", "--wait", lead.json.request.id, "--json"]);
    expect([before.exit, before.json.outcome]).to.deep.equal([1, "needs_attention"]);
    const { plan: of } = (await world.dsr(["plan", "grace@example.test", "--json"])).json;
    const stayed = await world.dsr(["delete", "--plan", of.id, "--confirm", of.confirm, "--wait", "--json"]);
    expect([stayed.exit, stayed.json.attention.code]).to.deep.equal([1, "STILL_PRESENT"]);
  });

  it("exits with 3 for a deletion that is done in part", async () => {
    const planned = await plan();
    world.sandbox.inject({ method: "DELETE", after: 1, times: Infinity, fault: { kind: "status", status: 403, body: { type: "error.list", errors: [{ code: "forbidden", message: "x" }] } } });
    const { exit, json } = await confirm(planned);
    expect([exit, json.outcome, json.attention.code]).to.deep.equal([3, "partial", "SCOPE_MISSING"]);
    expect(json.targets.map((t: any) => [t.outcome, t.untouched]).sort()).to.deep.equal([["deleted", undefined], ["unknown", true]]);
  });

  it("does not delete while an access request of the same person is open", async () => {
    world.sandbox.inject({ method: "GET", path: /notes$/, times: Infinity, fault: { kind: "html_200" } });
    expect((await world.dsr(["access", ADA])).exit).to.equal(1);
    world.sandbox.clearFaults();
    const access = (await world.dsr(["requests", "--json"])).json.requests.find((r: any) => r.type === "access").id;
    const { exit, error } = await confirm(await plan());
    expect([exit, error.code]).to.deep.equal([10, "ACCESS_FIRST"]);
    expect(error.hint).to.contain(`dsr resume ${access}\``).and.to.contain(`dsr cancel ${access}\``);
    expect(world.mutations()).to.deep.equal([]);
  });

  it("refuses a deletion at a connection that was made for access alone", async () => {
    await world.dsr(["connect", "intercom", "--name", "reader", "--capabilities", "access", "--api-url", world.url, "--token-stdin"], { input: world.sandbox.token });
    const { exit, error } = await world.dsr(["plan", ADA, "--connection", "reader", "--json"]);
    expect([exit, error.code]).to.deep.equal([2, "UNSUPPORTED_REQUEST"]);
  });
});
