import { expect } from "chai";
import { ALL_SCOPES, type ScopeId } from "../../../connectors/intercom/sandbox/scopes.js";
import type { Switches } from "../../../connectors/intercom/sandbox/switches.js";
import { BOTH, connectedWorld, createWorld, mutations, type World } from "./world.js";

const ADA = "ada@example.test";
const without = (...missing: readonly ScopeId[]) => ({ scopes: ALL_SCOPES.filter((scope) => !missing.includes(scope)) });

/** What nobody knows of Intercom, either way. */
const EITHER_WAY: { readonly [K in keyof Switches]?: readonly Switches[K][] } = {
  emailSearch: ["case_insensitive", "case_sensitive"],
  inOperator: ["allowed", "rejected"],
  inOperatorMaxValues: [50, 1],
  searchShowsBlocked: [true, false],
  scopeCheckBeforeExistence: [true, false],
  listScopeCoversSingle: [true, false],
  readWriteUsersDeletes: [true, false],
  missingScopeShape: ["by_endpoint", "token_unauthorized", "forbidden"],
  revokedTokenAnswers: ["unauthorized", "token_revoked"],
  meRole: ["absent", "present"],
  deleteOfMergedAnswers: [404, 410, 200],
  secondDeleteAnswers: [404, 200],
  missingContactWording: ["Contact Not Found", "User Not Found"],
  mergeLink: ["final", "next_hop"],
  lastPageNext: ["absent", "null"],
  fullLastPageHasNext: [true, false],
  subListNext: ["url", "cursor_object"],
  subListMaxPerPage: [50, 150],
  companiesKey: ["data", "companies"],
  errorRequestId: ["present", "null", "absent"],
};

describe("what nobody knows of Intercom", () => {
  for (const [name, answers] of Object.entries(EITHER_WAY)) {
    for (const answer of answers) {
      it(`gives the same access and the same deletion where ${name} is ${JSON.stringify(answer)}`, async () => {
        const world = await connectedWorld({ sandbox: { fixture: "small", switches: { [name]: answer } } });
        const access = await world.access(ADA);
        expect(access).to.deep.include({ outcome: "complete", counts: { contacts: 2, companies: 3, notes: 2, tags: 12, segments: 2, subscriptions: 2 }, gaps: [] });
        const deletion = await world.erase(ADA);
        expect(deletion.outcome).to.equal("verified");
        expect(deletion.targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted", "deleted"]);
        expect(mutations(world)).to.have.lengthOf(2);
        await world.host.clock.advance(60_000);
        expect((await world.plan(ADA)).outcome).to.equal("nothing_found");
      });
    }
  }

  for (const [formerTeammateToken, outcome, code] of [["rejected", "needs_attention", "AUTH_REJECTED"], ["accepted", "complete", undefined]] as const) {
    it(`takes a token whose teammate has left for what Intercom takes it: ${formerTeammateToken}`, async () => {
      const world = await connectedWorld({ sandbox: { fixture: "small", switches: { formerTeammateToken } } });
      world.sandbox.removeTeammate(world.sandbox.token);
      const access = await world.access(ADA);
      expect(access.outcome).to.equal(outcome);
      expect(access.attention?.code).to.equal(code);
    });
  }

  it("calls nothing deleted twice where Intercom says that it knows no such contact", async () => {
    const world = await connectedWorld({ sandbox: { fixture: "small", switches: { secondDeleteAnswers: 404 }, indexLagMs: { delete: 3_600_000 } } });
    await world.erase(ADA);
    expect((await world.erase(ADA)).targets.map(({ outcome }) => outcome)).to.deep.equal(["already_absent", "already_absent"]);
  });

  it("believes Intercom where it says deleted once more, after looking", async () => {
    const world = await connectedWorld({ sandbox: { fixture: "small", switches: { secondDeleteAnswers: 200 }, indexLagMs: { delete: 3_600_000 } } });
    await world.erase(ADA);
    expect((await world.erase(ADA)).targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted", "deleted"]);
    expect(world.sent.slice(-4).map((call) => call.split(" ")[0])).to.deep.equal(["DELETE", "GET", "DELETE", "GET"]);
  });

  describe("where a missing permission is noticed after a missing object", () => {
    const open = async (...missing: readonly ScopeId[]) => {
      const world = createWorld({ sandbox: { fixture: "small", switches: { scopeCheckBeforeExistence: false } } });
      const result = await world.dsr.connect({ connector: "intercom", name: "acme" }, BOTH, world.sandbox.issueToken(without(...missing)));
      return { world, result };
    };

    it("connecting cannot prove it, and says that it was inferred", async () => {
      const { result } = await open("read_single_user", "write_users_companies");
      expect(result.ok).to.equal(true);
      expect(Object.fromEntries(result.report.scopes.map(({ id, status, basis }) => [id, `${status}, ${basis}`]))).to.deep.equal({
        read_users_companies: "granted, observed",
        read_single_user: "granted, inferred",
        write_users_companies: "granted, inferred",
      });
    });

    it("an access needs attention for it, and is not taken for empty", async () => {
      const { world } = await open("read_single_user");
      expect(await world.access(ADA)).to.deep.include({ outcome: "needs_attention", attention: { code: "SCOPE_MISSING", scope: "Read one user and one company" }, package: null });
    });

    it("a deletion needs attention for it, and claims nothing", async () => {
      const { world } = await open("write_users_companies");
      const result = await world.erase(ADA);
      expect(result).to.deep.include({ outcome: "needs_attention", attention: { code: "SCOPE_MISSING", scope: "Write users and companies" }, residuals: [] });
      expect(result.targets.map(({ outcome, untouched }) => [outcome, untouched])).to.deep.equal([["unknown", true], ["unknown", true]]);
    });

    it("a deletion is verified all the same: that nothing is there shows before the permission", async () => {
      const { world } = await open("read_single_user");
      expect((await world.erase(ADA)).targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted", "deleted"]);
    });
  });

  it("a deletion that may not be read back is unknown, and not called deleted", async () => {
    const world = await connectedWorld({ sandbox: { fixture: "small" } });
    const planned = await world.plan(ADA);
    world.sandbox.withdrawScope(world.sandbox.token, "read_single_user");
    const result = await world.execute(planned);
    expect(result).to.deep.include({ outcome: "partial", attention: { code: "SCOPE_MISSING", scope: "Read one user and one company" } });
    expect(result.targets.map(({ outcome, untouched }) => [outcome, untouched])).to.deep.equal([["unknown", undefined], ["unknown", true]]);
    world.sandbox.grantScope(world.sandbox.token, "read_single_user");
    expect((await world.dsr.resume(result.request.id)).outcome).to.equal("verified");
  });

  it("a permission to list that covers one person is enough where Intercom takes it so", async () => {
    const connect = async (switches: Partial<Switches>, world = createWorld({ sandbox: { switches } })) =>
      (await world.dsr.connect({ connector: "intercom", name: "acme" }, { ...BOTH, capabilities: ["access"] }, world.sandbox.issueToken(without("read_single_user")))).ok;
    expect(await connect({ listScopeCoversSingle: true })).to.equal(true);
    expect(await connect({ listScopeCoversSingle: false })).to.equal(false);
  });

  it("a tag that needs a permission of its own makes no complete package without it, and stops nothing else", async () => {
    const world: World = createWorld({ sandbox: { fixture: "small", switches: { tagsNeedReadTags: true } } });
    const token = world.sandbox.issueToken(without("read_tags"));
    await world.connect(token);
    const result = await world.access(ADA);
    expect(result.outcome).to.equal("complete_with_gaps");
    expect(result.gaps.map(({ category, code, have, of = 0 }) => [category, code, have, of > 0])).to.deep.equal([["tags", "NOT_PERMITTED", 0, true]]);
    expect(result.counts).to.include({ tags: 0, notes: 2 });
    const withdraw = (): void => (["read_single_user", "read_users_companies"] as const).forEach((scope) => world.sandbox.withdrawScope(token, scope));
    // Where the contact itself may not be read any more, it is that permission that is missing.
    world.sandbox.inject({ path: /\/notes$/, fault: { kind: "rewrite", rewrite: (body: any) => (withdraw(), body) } });
    const stopped = await world.access(ADA, { reference: "again" });
    expect(stopped).to.deep.include({ outcome: "needs_attention", package: null });
    expect(stopped.attention?.code).to.equal("SCOPE_MISSING");
  });

  it("a list that needs no permission of its own is not taken for empty where that is refused: it is the permission that is missing", async () => {
    for (const list of ["companies", "notes", "segments", "subscriptions"]) {
      const world = await connectedWorld({ sandbox: { fixture: "small" } });
      world.sandbox.inject({ path: new RegExp(`/${list}$`), times: Infinity, fault: { kind: "status", status: 401, body: { type: "error.list", errors: [{ code: "token_unauthorized", message: "no" }] } } });
      expect(await world.access(ADA), list).to.deep.include({ outcome: "needs_attention", attention: { code: "SCOPE_MISSING", scope: "Read one user and one company" }, package: null });
    }
  });
});
