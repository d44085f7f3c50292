import { expect } from "chai";
import { hintFor } from "../../../adapters/cli/hints.js";
import { connectionLines } from "../../../adapters/cli/show-connections.js";
import { createStyle } from "../../../adapters/cli/style.js";
import { runInProcess, startWorld, type World } from "./support/world.js";

describe("what to do next", () => {
  it("names the open access request where it stands before a deletion, and never the deletion", () => {
    const subject = { requestId: "thedeletion", again: " --home /h" };
    expect(hintFor("ACCESS_FIRST", subject, { at: "request theaccess" })).to.contain("`dsr resume theaccess --home /h`").and.to.contain("`dsr cancel theaccess --home /h`").and.not.to.contain("thedeletion");
    expect(hintFor("ACCESS_FIRST", subject)).not.to.contain("thedeletion");
  });

  it("names a command that is understood: with a request's id, or with --all", () => {
    expect(hintFor("RATE_LIMITED", { requestId: "r1" })).to.contain("`dsr resume r1`");
    expect(hintFor("RATE_LIMITED", {})).to.contain("`dsr resume --all`");
  });

  it("says of an interrupted queue how its rest is left to workers, and what carries it out here", () => {
    expect(hintFor("INTERRUPTED", { requestId: "b1", task: "queue", again: " --home /h" })).to.contain("same command again").and.to.contain("`dsr resume b1 --home /h` carries the rest out here");
  });

  it("names each command whole: with the home and the connectors that were given", () => {
    const subject = { again: " --home /h" };
    for (const code of ["CONNECTION_UNKNOWN", "REQUEST_UNKNOWN", "BATCH_UNKNOWN", "PLAN_UNKNOWN", "HELD", "NOT_DELETED", "RATE_LIMITED"] as const) {
      for (const [, command] of hintFor(code, subject).matchAll(/`(dsr [^`]*)`/g)) expect(command, code).to.match(/ --home \/h$/);
    }
    expect(hintFor("RATE_LIMITED", { again: " --home '/h/$&$1'" })).to.contain("`dsr resume --all --home '/h/$&$1'`");
    expect(hintFor("STILL_PRESENT", { requestId: "r1", ...subject })).to.contain("`dsr evidence show r1 --home /h`");
  });

  it("names the program as it was started", async () => {
    expect(connectionLines([], [], createStyle({ write: () => true }, {}, false), { program: "npm run -s dsr --" })).to.deep.equal(["No account is connected. `npm run -s dsr -- connect` connects one."]);
    expect(hintFor("RATE_LIMITED", { requestId: "r1", program: "npm run -s dsr --" })).to.contain("`npm run -s dsr -- resume r1`");
    const world: World = await startWorld();
    try {
      await world.connect();
      const { out } = await world.dsr(["plan", "ada@example.test"], { env: { npm_lifecycle_event: "dsr" } });
      expect(out).to.match(/^ {4}npm run -s dsr -- delete --plan \S+ --confirm \S+$/m);
      world.sandbox.revokeToken(world.sandbox.token);
      await world.dsr(["check"]);
      for (const command of ["connections", "doctor"]) {
        const shown = (await runInProcess([command, "--home", world.home], { env: { npm_lifecycle_event: "dsr" } })).out;
        expect(shown, command).to.contain(`npm run -s dsr -- reconnect acme --home ${world.home}`);
      }
    } finally {
      await world.end();
    }
  });

  describe("about a connection", () => {
    let world: World;
    before(async () => (world = await startWorld()));
    after(() => world.end());
    const connect = (...more: string[]) => ["connect", "intercom", "--name", "acme", "--api-url", world.url, "--token-stdin", "--capabilities", ...more];

    it("does not offer to renew what is not made yet, nor to resume what was not begun", async () => {
      const { exit, error } = await world.dsr([...connect("access"), "--json"], { input: "made-up" });
      expect([exit, error.code]).to.deep.equal([4, "AUTH_REJECTED"]);
      expect(error.hint).to.contain("token").and.to.contain("--region").and.not.to.match(/reconnect|resume/);
    });

    it("does not speak of phone numbers where a capability is wrong", async () => {
      const { error } = await world.dsr([...connect("erasure"), "--json"], { input: "x" });
      expect(error.code).to.equal("UNSUPPORTED_REQUEST");
      expect(error.hint).to.contain("dsr connectors show intercom").and.not.to.contain("phone");
    });

    it("names a whole command where a check finds the token revoked", async () => {
      const token = world.sandbox.issueToken({});
      await world.connect("access", token);
      world.sandbox.revokeToken(token);
      const { error } = await world.dsr(["check", "acme", "--json"]);
      expect(error.hint).to.contain("`dsr reconnect acme`").and.to.contain("`dsr resume --all`");
    });
  });
});
