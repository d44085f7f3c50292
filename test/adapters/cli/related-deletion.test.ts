import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ADA, startWorld, type World } from "./support/world.js";

describe("plan --erase related", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
    await world.connect("access,deletion", world.sandbox.issueToken());
  });
  afterEach(() => world.end());

  const settings = (more: object): void => writeFileSync(join(world.home, "config.json"), JSON.stringify({ looksSeconds: [0, 0.1], ...more }));
  const plan = async (...more: string[]): Promise<any> => (await world.dsr(["plan", ADA, ...more, "--json"])).json;
  const confirm = (planned: any, ...more: string[]) => world.dsr(["delete", "--plan", planned.plan.id, "--confirm", planned.plan.confirm, ...more]);
  const categories = (targets: readonly any[]) => targets.map(({ category }) => category).sort();

  it("holds for each line of a batch, as --archived does", async () => {
    const file = join(world.home, "people.csv");
    writeFileSync(file, `email\n${ADA}\n`);
    const targets = async (...more: string[]) => {
      const [{ request }] = (await world.dsr(["batch", file, "--type", "deletion", "--dry-run", ...more, "--json"])).json.rows;
      const { plan: planned } = (await world.dsr(["requests", "show", request, "--json"])).json;
      return [planned.targets.length, planned.erase, planned.choices.extents];
    };
    expect(await targets()).to.deep.equal([2, "contacts", []]);
    expect(await targets("--erase", "related", "--archived")).to.deep.equal([8, "related", ["archived"]]);
  });

  it("plans and deletes conversations, tickets and objects that are the person's alone, and says so in JSON and in words", async () => {
    const planned = await plan("--erase", "related");
    expect(planned.plan).to.include({ erase: "related" });
    expect(categories(planned.plan.targets)).to.deep.equal(["contact", "contact", "conversation", "conversation", "conversation", "conversation", "custom_object", "ticket"]);
    expect(planned.plan.policies.map((each: any) => [each.id, each.value])).to.deep.equal([["groupConversations", "keep"], ["metrics", "record"]]);
    expect(planned.plan.dependents.map((each: any) => each.category).sort()).to.deep.equal(["conversation", "ticket"]);
    expect(categories(planned.plan.kept.filter((each: any) => each.id !== undefined))).to.deep.equal(["call", "conversation", "ticket"]);
    expect(world.mutations()).to.deep.equal([]);
    const { exit, out } = await confirm(planned);
    expect(exit).to.equal(0);
    expect(out).to.match(/deleted {2}conversation +\d+ +seen to be gone/).and.to.match(/still readable {2}ticket +\d+ +looked at/).and.to.match(/remains {2}ticket \d+: It could still be read/);
    expect(world.mutations()).to.have.length(8);
    const shown = (await world.dsr(["requests", "show", planned.request.id, "--json"])).json;
    expect(shown.outcome).to.equal("verified");
    expect(shown.targets.filter((each: any) => each.listedAt !== undefined)).to.have.length(4);
    expect(shown.dependents.map((each: any) => each.state)).to.deep.equal(["present", "present"]);
    expect(shown.residuals.filter((each: any) => each.id !== undefined).map((each: any) => each.code)).to.deep.equal(["STILL_READABLE", "STILL_READABLE"]);
    const evidence = (await world.dsr(["evidence", "show", planned.request.id])).out;
    expect(evidence).to.contain("also what is related to the person's own records and theirs alone").and.to.contain("decided: metrics record").and.to.contain("4 of 4 stand there");
    expect(evidence).not.to.match(/permanent|irrevocabl|irreversibl/i);
  });

  it("deletes the contacts alone unless asked, and shows the settings all the same", async () => {
    for (const words of [[], ["--erase", "contacts"]]) {
      const planned = await plan(...words);
      expect(planned.plan.erase).to.equal("contacts");
      expect(categories(planned.plan.targets)).to.deep.equal(["contact", "contact"]);
      expect(planned.plan.dependents).to.have.length(8);
    }
    const { out } = await world.dsr(["plan", ADA]);
    expect(out).to.contain("looked at afterwards  5 conversations, 2 tickets, 1 custom object").and.to.contain("setting  groupConversations keep: A conversation").and.to.contain("setting  metrics record: Reporting data").and.not.to.contain("chosen");
  });

  it("takes the settings from the file, shows them, and carries the plan out as it was approved", async () => {
    const before = await plan("--erase", "related");
    settings({ groupConversations: "detach", metrics: "stop" });
    const planned = await plan("--erase", "related");
    expect(planned.plan.policies.map((each: any) => each.value)).to.deep.equal(["detach", "stop"]);
    expect(planned.plan.confirm).not.to.equal(before.plan.confirm);
    expect(categories(planned.plan.targets)).to.include("participation");
    settings({});
    expect((await confirm(planned)).exit).to.equal(0);
    expect(world.sandbox.state.reporting.size).to.equal(0);
    const [group] = world.sandbox.state.conversations.values();
    expect(group?.contactIds).to.have.length(1);
  });

  it("refuses a value that is none, with its place, and another word than contacts and related", async () => {
    settings({ metrics: "erase" });
    const wrong = await world.dsr(["plan", ADA, "--json"]);
    expect([wrong.exit, wrong.error.code]).to.deep.equal([2, "CONFIG_INVALID"]);
    expect(wrong.error.message).to.contain("config.json /metrics: it is one of record, stop.");
    const findings = (await world.dsr(["doctor", "--json"])).out;
    expect(findings).to.contain("/metrics");
    settings({});
    const word = await world.dsr(["plan", ADA, "--erase", "all", "--json"]);
    expect([word.exit, word.error.code]).to.deep.equal([2, "USAGE"]);
  });

  it("refuses with the vendor's labels where permissions are missing, and stores nothing", async () => {
    const narrow = await startWorld();
    try {
      await narrow.connect();
      const { exit, out, error } = await narrow.dsr(["plan", ADA, "--erase", "related", "--json"]);
      expect([exit, out, error.code]).to.deep.equal([5, "", "SCOPE_MISSING"]);
      expect(error.message).to.contain("Read conversations, Read tickets, Read and write custom object instances");
      expect((await narrow.dsr(["requests", "--json"])).json.requests).to.deep.equal([]);
      expect(narrow.sandbox.calls.records).to.have.length(0);
    } finally {
      await narrow.end();
    }
  });

  it("refuses by policy to keep a conversation whose contact goes, and keeps a ticket", async () => {
    const { plan: whole } = await plan("--erase", "related");
    const idOf = (category: string): string => whole.targets.find((target: any) => target.category === category).id;
    for (const more of [[], ["--erase", "related"]]) {
      const { exit, json } = await world.dsr(["plan", ADA, ...more, "--exclude", `${idOf("conversation")}=a dispute`, "--json"]);
      expect([exit, json.outcome, json.attention.code, json.plan]).to.deep.equal([10, "refused", "KEEP_IMPOSSIBLE", null]);
      expect(json.attention.hint).to.contain("--exclude");
    }
    for (const category of ["ticket", "custom_object"]) {
      const { plan: kept } = await plan("--erase", "related", "--exclude", `${idOf(category)}=a dispute`);
      expect(kept.kept).to.deep.include({ category, id: idOf(category), reason: "a dispute" });
      expect(categories(kept.targets)).not.to.include(category);
    }
  });

  it("is asked for on a terminal, too", async () => {
    const { exit, err } = await world.dsr(["delete", ADA, "--erase", "related"], { terminal: true, env: { NO_COLOR: "1" }, onErr: (piece, type) => piece.includes("type the person's address") && type(`${ADA}\n`) });
    expect(exit).to.equal(0);
    expect(err).to.match(/would go {2}8 records/);
    expect(world.mutations()).to.have.length(8);
  });

  it("connects with permissions unproven that only a related deletion uses, and does not promise to try them out", async () => {
    const { out } = await world.dsr(["check", "acme"]);
    expect(out).to.match(/unproven +Write tickets +for related deletion/).and.to.contain("unproven permission for related deletion").and.not.to.contain("--rehearse");
  });
});
