import { expect } from "chai";
import Libsql from "libsql";
import { join } from "node:path";
import { checkLines } from "../../../adapters/cli/show-check.js";
import { createStyle } from "../../../adapters/cli/style.js";
import { ERROR_TABLE } from "../../../core/error-table.js";
import { openHome } from "../../../adapters/journal/home.js";
import { startWorld, type World } from "./support/world.js";

describe("connect, check, reconnect, disconnect", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.end());

  const connect = (...more: string[]) => ["connect", "intercom", "--capabilities", "access,deletion", "--api-url", world.url, ...more];
  const readOnly = () => world.sandbox.issueToken({ scopes: ["read_users_companies", "read_single_user"] });

  it("connects with a token from standard input and tells every permission", async () => {
    const { exit, json, err } = await world.dsr([...connect("--name", "acme", "--token-stdin"), "--json"], { input: `${world.sandbox.token}\n` });
    expect(exit).to.equal(0);
    expect(err).to.equal("");
    expect(json).to.include({ connection: "acme", ok: true, outcome: "connected", vendorsOwn: false, apiOrigin: world.url, region: "us" });
    expect(json.workspace).to.deep.equal({ id: "sandbox1", name: "Sandbox workspace", region: "US" });
    expect(json.scopes.map((s: any) => [s.id, s.status])).to.deep.equal([
      ["read_users_companies", "granted"],
      ["read_single_user", "granted"],
      ["write_users_companies", "granted"],
      ["read_conversations", "missing"],
      ["read_tickets", "missing"],
      ["read_events", "missing"],
      ["custom_objects", "missing"],
      ["read_admins", "missing"],
    ]);
    expect(json.scopes[0]).to.have.all.keys("id", "label", "neededFor", "status", "basis", "fix", "required");
    expect(json.account).to.have.all.keys("required", "status", "fix");
    expect(json.notCovered.map((n: any) => n.category)).to.include("conversations");
  });

  it("takes the token from the environment where no other source is named, and names the connection after the connector", async () => {
    const { exit, out } = await world.dsr(connect(), { env: { DSR_INTERCOM_TOKEN: world.sandbox.token } });
    expect(exit).to.equal(0);
    expect(out).to.match(/^Connected intercom: intercom, access and deletion/);
    expect(out).to.contain(`not the vendor's own API: ${world.url}`);
    const { json } = await world.dsr(["connections", "--json"]);
    expect(json.connections[0]).to.include({ name: "intercom", status: "connected", vendorsOwn: false }).and.not.have.property("teammates");
    expect(json.connections[0].authorisedBy).to.have.all.keys("id", "role");
  });

  it("refuses with every missing permission, its label, its use, where to grant it and what would work without, and stores nothing", async () => {
    const token = world.sandbox.issueToken({ scopes: ["read_users_companies"] });
    const people = await world.dsr(connect("--token-stdin"), { input: token });
    expect(people.exit).to.equal(5);
    expect(people.out).to.equal("");
    expect(people.err).to.match(/missing {2}Read one user and one company {2}for access, deletion/);
    expect(people.err).to.match(/missing {2}Write users and companies {2}for deletion\n +In Intercom's Developer Hub/);
    expect(people.err).to.contain("would work with what is granted now: nothing");
    // What only covers more is not asked for.
    expect(people.err.match(/^ {2}missing/gm)).to.have.lengthOf(2);
    expect(people.err).to.match(/not required; each would only cover more: .*Read conversations; Read tickets/);
    expect((await world.dsr(["connections", "--json"])).json.connections).to.deep.equal([]);

    const { exit, out, error } = await world.dsr([...connect("--token-stdin"), "--json"], { input: readOnly() });
    expect([exit, out]).to.deep.equal([5, ""]);
    expect(error).to.include({ code: "SCOPE_MISSING", docs: "dsr explain SCOPE_MISSING" });
    expect(error).to.have.all.keys("code", "message", "hint", "docs", "check");
    expect(error.check).to.include({ connection: "intercom", ok: false });
    expect(error.check.scopes.filter((s: any) => s.status === "missing" && s.required).map((s: any) => s.label)).to.deep.equal(["Write users and companies"]);
    expect(error.check.wouldWork).to.deep.equal(["access"]);
  });

  it("refuses a teammate without the required role", async () => {
    const token = world.sandbox.issueToken({ role: "Support" });
    const { exit, err } = await world.dsr(connect("--token-stdin"), { input: token });
    expect(exit).to.equal(5);
    expect(err).to.contain("[ROLE_INSUFFICIENT]").and.to.match(/missing {2}role Admin {2}for whoever connects, who has the role Support/);
    expect(err).to.match(/next {3}.*role Admin/).and.not.to.contain("Grant what is missing");
  });

  it("says of a subscription without API access that, and asks for no permission to be ticked", async () => {
    const token = world.sandbox.issueToken({ planRestricted: true });
    const { exit, err } = await world.dsr(connect("--token-stdin"), { input: token });
    expect(exit).to.equal(5);
    expect(err).to.contain("[PLAN_RESTRICTED]").and.to.match(/refused {2}the account's subscription/).and.not.to.match(/missing|Developer Hub|Grant/);
    expect(err).to.match(/next {3}Ask the vendor which subscription/);
    const { error } = await world.dsr([...connect("--token-stdin"), "--json"], { input: token });
    expect(error.hint).to.match(/^Ask the vendor which subscription/);
    expect(error.check).to.include({ ok: false, planRestricted: true });
  });

  it("offers a rehearsal for an unproven permission, and not for an unproven role", () => {
    const plain = createStyle({ write: () => true }, {}, false);
    const scope = { id: "s", label: "Write", neededFor: ["deletion"], status: "not_testable", basis: "observed", fix: "" } as const;
    const account = { required: "Admin", status: "not_testable", fix: "" } as const;
    const lines = (report: object): string => checkLines({ vendorsOwn: true } as never, { ok: true, scopes: [], account: { ...account, status: "ok" }, notCovered: [], categories: [], wouldWork: [], planRestricted: false, ...report } as never, plain).join("\n");
    expect(lines({ scopes: [scope] })).to.contain("check --rehearse");
    expect(lines({ account })).to.contain("unproven role").and.not.to.contain("rehearse");
    expect(lines({ scopes: [{ ...scope, neededFor: ["conversations"] }] })).to.contain("the vendor gave no answer that tells; `dsr check` asks again").and.not.to.contain("rehearse");
  });

  it("says of what was granted after it was connected that a renewed token adds it, and of what was not that it is not granted", async () => {
    await world.connect();
    const checked = async (): Promise<string> => (await world.dsr(["check", "acme"])).out;
    expect(await checked()).to.match(/conversations.*: not granted: Read conversations/).and.not.to.contain("granted by now");
    world.sandbox.grantScope(world.sandbox.token, "read_conversations");
    expect(await checked()).to.contain("  granted by now, and looked at once `dsr reconnect acme` has added it: Read conversations\n");
    await world.dsr(["reconnect", "acme", "--token-stdin"], { input: world.sandbox.token });
    expect(await checked()).to.not.match(/granted by now|not (granted|selected): Read conversations/);
  });

  it("refuses a token that is revoked, an account of another region, and a name that is taken", async () => {
    const revoked = world.sandbox.issueToken({ revoked: true });
    const rejected = await world.dsr([...connect("--token-stdin"), "--json"], { input: revoked });
    expect([rejected.exit, rejected.error.code]).to.deep.equal([4, "AUTH_REJECTED"]);
    expect((await world.dsr(connect("--token-stdin"), { input: revoked })).err).to.contain("done   Nothing was stored, and nothing was changed at the vendor.");
    const elsewhere = await world.dsr([...connect("--region", "eu", "--token-stdin"), "--json"], { input: world.sandbox.token });
    expect([elsewhere.exit, elsewhere.error.code]).to.deep.equal([4, "REGION_MISMATCH"]);
    expect(elsewhere.error.message).to.match(/account is in us/);
    await world.connect();
    const taken = await world.dsr([...connect("--name", "acme", "--token-stdin"), "--json"], { input: world.sandbox.token });
    expect([taken.exit, taken.error.code]).to.deep.equal([2, "CONNECTION_EXISTS"]);
    expect(world.sandbox.calls.records).to.have.length(0);
  });

  it("refuses at once what can be seen without a call", async () => {
    const cases: readonly (readonly [readonly string[], string | undefined, string])[] = [
      [connect(), undefined, "USAGE"],
      [connect("--oauth"), undefined, "USAGE"],
      [connect("--token-stdin"), "", "REQUEST_INVALID"],
      [connect("--token-stdin"), "two words", "REQUEST_INVALID"],
      [connect("--token-stdin"), "a\nb", "REQUEST_INVALID"],
      [connect("--token-stdin", "--rate", "151"), "x", "USAGE"],
      [connect("--token-stdin", "--rate", "0"), "x", "USAGE"],
      [connect("--token-stdin", "--name", "ada@example.test"), "x", "USAGE"],
      [["connect", "intercom", "--capabilities", "access", "--api-url", `${world.url}/path`, "--token-stdin"], "x", "USAGE"],
      [["connect", "intercom", "--capabilities", "access", "--api-url", "ftp://127.0.0.1", "--token-stdin"], "x", "USAGE"],
      [["connect", "intercom", "--capabilities", "access", "--api-url", "http://user:secret@127.0.0.1", "--token-stdin"], "x", "USAGE"],
      [["connect", "intercom", "--api-url", world.url, "--token-stdin"], "x", "USAGE"],
      [["connect", "intercom", "--capabilities", "rectification", "--api-url", world.url, "--token-stdin"], "x", "UNSUPPORTED_REQUEST"],
      [[...connect("--token-stdin"), "--categories", "nonsense"], "x", "CONFIG_INVALID"],
      [["connect", "nobody", "--capabilities", "access", "--token-stdin"], "x", "CONNECTOR_UNKNOWN"],
    ];
    for (const [words, input, code] of cases) {
      const { exit, error } = await world.dsr([...words, "--json"], input === undefined ? {} : { input });
      expect([exit, error.code], words.join(" ")).to.deep.equal([2, code]);
      expect(JSON.stringify(error)).not.to.contain("secret").and.not.to.contain("ada@");
    }
    expect(world.sandbox.calls.records).to.have.length(0);
  });

  it("names the bounds of a rate that is not one", async () => {
    for (const rate of ["0", "151", "-1", "1.5", "many"]) {
      const { exit, error } = await world.dsr([...connect("--token-stdin", `--rate=${rate}`), "--json"], { input: "x" });
      expect([exit, error.code, error.message], rate).to.deep.equal([2, "USAGE", "--rate: it is a whole number from 1 to 150, and only lowers the rate."]);
    }
  });

  it("checks one connection or all, and one that fails does not hide the others", async () => {
    await world.connect();
    const token = readOnly();
    await world.dsr(["connect", "intercom", "--name", "second", "--capabilities", "access", "--api-url", world.url, "--token-stdin"], { input: token });
    const one = await world.dsr(["check", "acme", "--json"]);
    expect([one.exit, one.json.ok]).to.deep.equal([0, true]);
    expect(one.json).to.have.all.keys("connection", "ok", "workspace", "authorisedBy", "scopes", "account", "notCovered", "wouldWork", "planRestricted");
    const which = (await world.dsr(["check", "--json"])).error;
    expect([which.code, which.message]).to.deep.equal(["CONNECTION_UNKNOWN", `${ERROR_TABLE.CONNECTION_UNKNOWN.meaning} There are 2, and none was named.`]);

    world.sandbox.withdrawScope(world.sandbox.token, "write_users_companies");
    const missing = await world.dsr(["check", "acme"]);
    expect(missing.exit).to.equal(5);
    expect(missing.out).to.match(/acme: not ready \[SCOPE_MISSING\][^]*missing {2}Write users and companies/);

    world.sandbox.revokeToken(token);
    expect((await world.dsr(["check", "second"])).err).to.contain("[AUTH_REJECTED]\ndone   Nothing was changed at the vendor.\n");
    const all = await world.dsr(["check", "--all", "--json"]);
    expect(all.json.checks.map((c: any) => [c.connection, c.ok, c.error?.code])).to.deep.equal([["acme", false, undefined], ["second", false, "AUTH_REJECTED"]]);
    expect(all.exit).to.equal(5);
  });

  it("rehearses nothing where deletion was not selected", async () => {
    await world.dsr(["connect", "intercom", "--name", "reading", "--capabilities", "access", "--api-url", world.url, "--token-stdin"], { input: `${world.sandbox.token}\n` });
    world.sandbox.calls.clear();
    const { exit, error } = await world.dsr(["check", "reading", "--rehearse", "--yes", "--json"]);
    expect([exit, error.code]).to.deep.equal([2, "UNSUPPORTED_REQUEST"]);
    expect(world.sandbox.calls.records.filter(({ method }) => method !== "GET").map(({ method }) => method)).to.not.include("DELETE");
  });

  it("rehearses only on consent, and then leaves nothing behind", async () => {
    await world.connect();
    const before = world.sandbox.state.revision;
    const unasked = await world.dsr(["check", "acme", "--rehearse", "--json"]);
    expect([unasked.exit, unasked.error.code]).to.deep.equal([2, "USAGE"]);
    const refused = await world.dsr(["check", "acme", "--rehearse"], { terminal: true, onErr: (piece, type) => piece.includes("Type yes") && type("no\n") });
    expect(refused.exit).to.equal(2);
    expect(world.sandbox.state.revision).to.equal(before);
    const agreed = await world.dsr(["check", "acme", "--rehearse"], { terminal: true, onErr: (piece, type) => piece.includes("Type yes") && type("yes\n") });
    expect(agreed.exit).to.equal(0);
    expect(agreed.out).to.contain("rehearsal: went well");
    const { json } = await world.dsr(["check", "acme", "--rehearse", "--yes", "--json"]);
    expect(json.rehearsal).to.include({ ok: true, leftBehind: false });
    expect(json.rehearsal.steps.map((s: any) => s.step)).to.deep.equal(["create", "access", "delete", "look"]);
  });

  it("names an account without a name by its id", async () => {
    const token = world.sandbox.issueToken({ workspace: { id: "nameless1", name: "", region: "US" } });
    const connected = await world.dsr([...connect("--name", "acme", "--token-stdin")], { input: token });
    expect(connected.out).to.match(/^Connected acme: intercom, access and deletion, workspace nameless1 \(US\)\n/);
    expect((await world.dsr(["connections"])).out).to.match(/ {2}nameless1 \(US\) {2}/);
  });

  it("renews a connection with a token of the same workspace, and of no other", async () => {
    await world.connect("access", readOnly());
    const foreign = world.sandbox.issueToken({ workspace: { id: "other999", name: "Other", region: "US" } });
    const wrong = await world.dsr(["reconnect", "acme", "--token-stdin", "--json"], { input: foreign });
    expect([wrong.exit, wrong.error.code]).to.deep.equal([4, "WRONG_WORKSPACE"]);
    const wider = await world.dsr(["reconnect", "acme", "--token-stdin", "--capabilities", "access,deletion", "--json"], { input: world.sandbox.token });
    expect([wider.exit, wider.json.outcome]).to.deep.equal([0, "connected"]);
    expect(wider.json.capabilities).to.deep.equal(["access", "deletion"]);
    const unknown = await world.dsr(["reconnect", "nobody", "--token-stdin", "--json"], { input: "x" });
    expect([unknown.exit, unknown.error.code]).to.deep.equal([4, "CONNECTION_UNKNOWN"]);
    expect(unknown.error.message).to.contain("There is none of that name.");
  });

  it("disconnects, revokes on request, and does not drop a connection that requests wait on", async () => {
    await world.connect();
    const { request } = (await world.dsr(["plan", "ada@example.test", "--json"])).json;
    const used = await world.dsr(["disconnect", "acme", "--json"]);
    expect([used.exit, used.error.code]).to.deep.equal([2, "CONNECTION_IN_USE"]);
    const gone = await world.dsr(["disconnect", "acme", "--abandon", "--revoke", "--json"]);
    expect(gone.json).to.deep.equal({ connection: "acme", outcome: "disconnected", revoked: true, abandoned: [request.id], notGivenUp: [], notLookedForAgain: [] });
    expect((await world.dsr(["connections"])).out).to.contain("No account is connected");
    const again = await world.dsr(["connect", "intercom", "--capabilities", "access", "--api-url", world.url, "--token-stdin", "--json"], { input: world.sandbox.token });
    expect(again.error.code).to.equal("AUTH_REJECTED");
  });

  it("P14: gives up what it can beside a request whose journal was altered, names that one, and ends with 9; so does `resume --all`", async () => {
    await world.connect();
    const [altered, other] = [(await world.dsr(["plan", "ada@example.test", "--json"])).json.request.id, (await world.dsr(["plan", "grace@example.test", "--json"])).json.request.id];
    const database = new Libsql(join(world.home, "dsr.db"), { timeout: 5_000 });
    database.exec(`DELETE FROM entries WHERE request_id = '${altered}' AND seq = 1`);
    database.close();
    const all = await world.dsr(["resume", "--all", "--json"]);
    expect([all.exit, all.json.resumed.map(({ request, error }: any) => [request.id, error.code])]).to.deep.equal([9, [[altered, "INTEGRITY"]]]);
    const gone = await world.dsr(["disconnect", "acme", "--abandon"]);
    expect(gone.exit).to.equal(9);
    expect(gone.out).to.contain(`Could not give up ${altered}, which stays as it is`).and.to.contain("[INTEGRITY]").and.to.contain(`Gave up ${other}`).and.to.contain("Disconnected acme");
    expect(gone.out).not.to.contain(`Gave up ${altered}`);
  });

  it("says of a request that somebody works on that it could not be ended yet, and how it ends", async () => {
    await world.connect();
    const [ada, grace] = await Promise.all(["ada", "grace"].map(async (name) => (await world.dsr(["plan", `${name}@example.test`, "--json"])).json.request.id as string));
    const home = await openHome({ directory: world.home, clock: { now: () => Date.now() } });
    const lease = await home.journal.lease(ada!);
    const { exit, out } = await world.dsr(["disconnect", "acme", "--abandon"]);
    expect(exit).to.equal(8);
    expect(out).to.contain(`Gave up ${grace}`).and.to.contain(`Could not end ${ada} yet: Another process is working on this request. [REQUEST_BUSY] It is marked to be cancelled: it ends there, by itself or by \`dsr cancel ${ada}\`.`).and.to.contain("Disconnected acme").and.not.to.contain(`Gave up ${ada}`);
    await lease!.release();
    await home.close();
    expect((await world.dsr(["requests", "show", ada!, "--json"])).json.outcome).to.equal("planned");
    expect((await world.dsr(["cancel", ada!, "--json"])).json.outcome).to.equal("cancelled");
  });

  it("gives up nothing that waits where the grant cannot be ended, says so, and names what to do", async () => {
    await world.connect();
    const { request } = (await world.dsr(["plan", "ada@example.test", "--json"])).json;
    world.sandbox.inject({ path: /uninstall/, times: Infinity, fault: { kind: "status", status: 500 } });
    const failed = await world.dsr(["disconnect", "acme", "--abandon", "--revoke"]);
    expect(failed.exit).to.equal(8);
    expect(failed.err).to.contain("The connection is kept.").and.to.contain("Give the same command again").and.not.to.match(/Gave up|dsr resume/);
    expect((await world.dsr(["requests", "show", request.id, "--json"])).json.outcome).to.equal("planned");
    expect((await world.dsr(["connections", "--json"])).json.connections).to.have.length(1);
  });

  it("looks at a deletion that was begun before the token is gone, and says that it gave it up also where the grant cannot be ended", async () => {
    await world.connect();
    const { plan, request } = (await world.dsr(["plan", "ada@example.test", "--json"])).json;
    world.sandbox.inject({ method: "DELETE", path: /^\/contacts/, fault: { kind: "reset_after_effect" } });
    world.sandbox.inject({ method: "GET", path: /^\/contacts/, times: 4, after: 2, fault: { kind: "status", status: 500 } });
    expect((await world.dsr(["delete", "--plan", plan.id, "--confirm", plan.confirm, "--json"])).json.outcome).not.to.equal("verified");
    world.sandbox.clearFaults();
    world.sandbox.inject({ path: /uninstall/, times: Infinity, fault: { kind: "status", status: 500 } });
    const failed = await world.dsr(["disconnect", "acme", "--abandon", "--revoke"]);
    expect(failed.err).to.contain(`Gave up ${request.id}`);
    const shown = (await world.dsr(["requests", "show", request.id, "--json"])).json;
    expect([shown.outcome, shown.targets.map((target: any) => target.outcome).includes("unknown")]).to.deep.equal(["cancelled", false]);
  });

  it("names the deleted people who are not looked for again without the connection", async () => {
    await world.connect();
    const { plan, request } = (await world.dsr(["plan", "grace@example.test", "--json"])).json;
    expect((await world.dsr(["delete", "--plan", plan.id, "--confirm", plan.confirm, "--wait", "--json"])).json.outcome).to.equal("verified");
    const { out } = await world.dsr(["disconnect", "acme"]);
    expect(out).to.contain(`The person of ${request.id} was deleted, and is not looked for again`);
  });

  it("tells of a broken connection who authorised it, what waits and what falls due, and begins no new deletion on it", async () => {
    await world.connect();
    const planned = await world.dsr(["plan", "ada@example.test", "--ref", "late", "--due", "2027-03-01", "--json"]);
    await world.dsr(["plan", "grace@example.test", "--ref", "soon", "--due", "2027-02-01"]);
    const whole = (await world.dsr(["connections"])).out;
    expect(whole).to.match(/^acme +connected +intercom/).and.not.to.contain("authorised by");
    world.sandbox.revokeToken(world.sandbox.token);
    const { id, confirm } = planned.json.plan;
    expect((await world.dsr(["delete", "--plan", id, "--confirm", confirm])).exit).to.equal(4);
    expect(world.mutations()).to.deep.equal([]);

    const { out, exit } = await world.dsr(["connections"]);
    expect(exit).to.equal(0);
    const [first, authorised, waiting, ...requests] = out.trimEnd().split("\n");
    expect(first).to.match(/^acme +broken: dsr reconnect acme +intercom/);
    expect(authorised).to.match(/^ {2}authorised by {2}99\d* \(Admin\)$/);
    expect(waiting).to.equal("  waiting        2 requests; no new deletion begins");
    expect(requests.map((line) => line.trim().split(/ {2,}/).slice(2).join(" "))).to.deep.equal(["planned due 2027-02-01 soon", "needs_attention due 2027-03-01 late"]);
    const { json } = await world.dsr(["connections", "--json"]);
    expect(json.connections[0]).to.deep.include({ status: "broken" });
    expect(json.connections[0].waiting.map((each: any) => [each.ref, each.type, each.state, each.dueAt.slice(0, 10)])).to.deep.equal([["soon", "deletion", "planned", "2027-02-01"], ["late", "deletion", "needs_attention", "2027-03-01"]]);

    world.sandbox.calls.clear();
    expect((await world.dsr(["delete", "--plan", id, "--confirm", confirm, "--json"])).exit).to.equal(4);
    expect(world.sandbox.calls.records).to.deep.equal([]);
    expect((await world.dsr(["reconnect", "acme", "--token-stdin"], { input: world.sandbox.issueToken() })).exit).to.equal(0);
    expect((await world.dsr(["resume", planned.json.request.id, "--json"])).json.outcome).to.equal("verified");
  }).timeout(20_000);
});
