import { expect } from "chai";
import { join } from "node:path";
import { ALL_SCOPES } from "../../../connectors/intercom/sandbox/scopes.js";
import { ADA, filesBelow, startWorld, type Ended, type World } from "./support/world.js";

/** What was written to and by the person, in a conversation, its rating, a ticket, a call and an attached file's name. */
const BODIES = ["The invoice is wrong", "Quick and kind", "Card 17 is stuck", "Can you hear me", "drawing.png"];

/** Whatever a command says or writes, these must not be in it. */
describe("secrets and addresses", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.end());

  it("S5 stand in no output, no file of the home, no path and no address that was called", async () => {
    const said: Ended[] = [];
    const run = async (...args: Parameters<World["dsr"]>): Promise<Ended> => {
      const ended = await world.dsr(...args);
      said.push(ended);
      return ended;
    };
    const token = world.sandbox.issueToken({ scopes: ALL_SCOPES });
    const connect = ["connect", "intercom", "--capabilities", "access,deletion", "--api-url", world.url];
    await run([...connect, "--name", "refused", "--token-stdin", "--verbose"], { input: world.sandbox.issueToken({ scopes: [] }) });
    await run([...connect, "--name", "acme", "--token-stdin", "--verbose"], { input: token });
    let code = "";
    let called: Promise<unknown> = Promise.resolve();
    await run([...connect, "--name", "second", "--oauth", "--verbose"], {
      env: world.client,
      onErr: (piece) => {
        const link = /https?:\/\/\S+\/oauth\?[^\s"]+/.exec(piece)?.[0];
        if (link === undefined) return;
        called = fetch(`${link}&decision=authorise`, { redirect: "manual" }).then((answer) => {
          const address = answer.headers.get("location") ?? "";
          code = new URL(address).searchParams.get("code") ?? "";
          return fetch(address);
        });
      },
    });
    await called;
    const on = ["--connection", "acme", "--verbose"];
    await run(["access", ADA, "--ref", "T-1", ...on]);
    await run(["access", "-", ...on], { input: ADA.toUpperCase() });
    await run(["access", "-", "--json", "--connection", "acme"], { input: ADA });
    await run(["access", "not one address, ada@example.test", ...on]);
    await run(["access", ADA, "--ref", ADA, ...on]);
    await run(["access", ADA, "--operator", "x\u0000", ...on]);
    world.sandbox.inject({ method: "GET", path: /notes$/, fault: { kind: "rewrite", rewrite: () => ({ type: "list", data: ADA }) } });
    await run(["access", ADA, "--ref", "T-2", ...on]);
    world.sandbox.inject({ method: "POST", path: /search$/, fault: { kind: "status", status: 400, body: { type: "error.list", errors: [{ code: "parameter_invalid", message: `no such person ${ADA}` }] } } });
    await run(["access", ADA, "--ref", "T-3", ...on]);
    for (const { id } of (await run(["requests", "--state", "needs_attention", "--json"])).json.requests) await run(["cancel", id]);
    const planned = await run(["plan", ADA, "--connection", "acme", "--json"]);
    await run(["plan", ADA, ...on]);
    await run(["delete", ADA, ...on], { terminal: true, onErr: (piece, type) => piece.includes("type the person's address") && type("ada@example.tset\n") });
    const { plan } = planned.json;
    await run(["delete", "--plan", plan.id, "--confirm", plan.confirm, "--verbose"]);
    await run(["requests"]);
    await run(["requests", "show", planned.json.request.id, "--json"]);
    await run(["requests", "show", planned.json.request.id, "--statement"]);
    await run(["evidence", "show", planned.json.request.id]);
    await run(["evidence", "export", planned.json.request.id]);
    await run(["evidence", "export", planned.json.request.id, "--format", "html"]);
    await run(["evidence", "list", "--csv"]);
    await run(["resume", "--all", "--verbose"]);
    await run(["connections", "--json"]);
    await run(["check", "--all", "--json"]);
    await run(["doctor", "--verbose"]);

    expect(code).not.to.equal("");
    const secrets = [token, code, world.client.DSR_INTERCOM_CLIENT_SECRET, "ada@example", "Ada Lovelace", "+15550100", ...BODIES, encodeURIComponent(ADA), Buffer.from(ADA).toString("base64").slice(0, -4)];
    const holds = (text: string): readonly string[] => secrets.filter((secret) => text.toLowerCase().includes(secret.toLowerCase()));
    said.forEach(({ out, err }, index) => expect(holds(out + err), `${index}: ${out}${err}`).to.deep.equal([]));
    const files = filesBelow(world.home);
    const packaged = files.filter(({ path }) => path.startsWith(join(world.home, "packages"))).map(({ bytes }) => bytes.toString("latin1")).join("\n");
    for (const body of BODIES) expect(packaged.includes(body), `${body} is a canary`).to.equal(true);
    expect(files.map(({ path }) => path)).to.include(join(world.home, "dsr.db"));
    for (const { path, bytes } of files) {
      expect(holds(path), path).to.deep.equal([]);
      // A package is the person's own data: there it belongs.
      if (!path.startsWith(join(world.home, "packages"))) expect(holds(bytes.toString("latin1")), path).to.deep.equal([]);
    }
    // A file's link is the vendor's own word, its name included, and is followed as it is.
    const chosen = world.sandbox.calls.records.filter(({ path }) => !path.startsWith("/files/"));
    for (const { path } of chosen) expect(holds(path), path).to.deep.equal([]);
  }).timeout(120_000);

  it("keeps the message of a foreign error to itself, and tells where it happened only with --verbose", async () => {
    await world.connect();
    const broken = { env: { DSR_HOME: world.home } };
    const original = JSON.parse;
    // A library's error that quotes what it was given, as JSON.parse's own does.
    const quoting = (text: string): unknown => {
      if (text.includes("looksSeconds")) return original(text);
      throw new SyntaxError(`Unexpected token in ${ADA}`);
    };
    try {
      world.sandbox.calls.clear();
      JSON.parse = quoting;
      const quiet = await world.dsr(["connections"], broken);
      const loud = await world.dsr(["connections", "--verbose"], broken);
      const object = await world.dsr(["connections", "--verbose", "--json"], broken);
      JSON.parse = original;
      expect([quiet.exit, loud.exit, object.exit]).to.deep.equal([1, 1, 1]);
      const told = [quiet, loud, object].map(({ out, err }) => out + err);
      expect(told.join("\n")).not.to.contain(ADA);
      expect(told.map((text) => /at \S+ \(?.*[\w.]+:\d+/.test(text))).to.deep.equal([false, true, true]);
      expect(object.err.trimEnd().split("\n").map((line) => Object.keys(JSON.parse(line)))).to.deep.equal([["frames"], ["error"]]);
    } finally {
      JSON.parse = original;
    }
  });
});
