import { expect } from "chai";
import { connect as connectTo } from "node:net";
import { PassThrough } from "node:stream";
import { listenForCallback } from "../../../adapters/cli/callback-listener.js";
import { createCli } from "../../../adapters/cli/cli.js";
import { callbackAddress } from "../../../adapters/cli/oauth-flow.js";
import sinon from "sinon";
import { startWorld, type Ended, type RunOptions, type World } from "./support/world.js";

/** Authorising on the command line, with everything that can come back wrong. Cases named S9. */
describe("connect --oauth", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(async () => {
    sinon.restore();
    await world.end();
  });

  const words = (name = "acme") => ["connect", "intercom", "--name", name, "--capabilities", "access,deletion", "--api-url", world.url, "--oauth"];
  const linkIn = (piece: string): URL | undefined => {
    const link = /https?:\/\/\S+\/oauth\?[^\s"]+/.exec(piece)?.[0];
    return link === undefined ? undefined : new URL(link);
  };
  /** What the consent page's button does, without following to where it leads. */
  const decide = async (link: URL, decision: "authorise" | "deny"): Promise<string> => {
    const page = new URL(link);
    page.searchParams.set("decision", decision);
    const answer = await fetch(page, { redirect: "manual" });
    return answer.headers.get("location") ?? "";
  };
  /** Connects, and calls back with whatever `reply` makes of the link. */
  const connect = async (reply: (link: URL) => Promise<string>, options: RunOptions & { readonly more?: readonly string[]; readonly name?: string } = {}): Promise<Ended> => {
    let called: Promise<unknown> = Promise.resolve();
    const ended = await world.dsr([...words(options.name), ...(options.more ?? [])], {
      env: world.client,
      ...options,
      onErr: (piece) => {
        const link = linkIn(piece);
        if (link !== undefined) called = reply(link).then((address) => fetch(address));
      },
    });
    await called.catch(() => undefined);
    return ended;
  };
  const stored = async (): Promise<number> => (await world.dsr(["connections", "--json"])).json.connections.length;
  const exchanges = (): number => world.sandbox.calls.records.filter(({ operation }) => operation === "exchangeCode").length;
  const changed = (address: string, change: (parameters: URLSearchParams) => void): string => {
    const url = new URL(address);
    change(url.searchParams);
    return url.href;
  };

  it("connects when the sandbox calls back on loopback, with the link on standard error also with --json", async () => {
    const { exit, json, err } = await connect((link) => decide(link, "authorise"), { more: ["--json"] });
    expect(exit).to.equal(0);
    expect(json).to.include({ outcome: "connected", connection: "acme" });
    expect(err.trim().split("\n").map((line) => Object.keys(JSON.parse(line) as object))).to.deep.equal([["authorise"]]);
    expect(linkIn(err)?.searchParams.get("redirect_uri")).to.match(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(linkIn(err)?.search).not.to.contain(world.client.DSR_INTERCOM_CLIENT_SECRET);
  });

  it("says for how long it waits, beside the link and in its help", async () => {
    const { err } = await connect((link) => decide(link, "authorise"));
    expect(err).to.contain("waits for 10 minutes");
    for (const command of ["connect", "reconnect"]) expect((await world.dsr(["help", command])).out.replace(/\s+/g, " "), command).to.contain("--oauth authorise at the vendor, within 10 minutes");
  });

  it("goes on waiting whatever else a program on this machine asks its page for", async () => {
    const statuses: number[] = [];
    const ask = async (redirectUri: URL, target: string): Promise<number> => {
      const socket = connectTo(Number(redirectUri.port), "127.0.0.1");
      socket.write(`GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      let text = "";
      for await (const piece of socket) text += String(piece);
      return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
    };
    const { exit } = await connect(async (link) => {
      const page = new URL(link.searchParams.get("redirect_uri") ?? "");
      for (const target of ["//", "//?", "http://", "/callback", "/callback?", "/callback/?code=1&state=1", "/favicon.ico", "*"]) statuses.push(await ask(page, target));
      return decide(link, "authorise");
    });
    expect(statuses).to.deep.equal(Array(8).fill(404));
    expect(exit).to.equal(0);
  });

  it("S9 refuses the link itself, pasted", async () => {
    let link: URL | undefined;
    const { exit, err } = await world.dsr(words(), {
      env: world.client,
      terminal: true,
      onErr: (piece, type) => {
        if (link !== undefined) return;
        link = linkIn(piece);
        if (link !== undefined) type(`${link.href}\n`);
      },
    });
    expect(exit).to.equal(4);
    expect(err).to.contain("OAUTH_STATE_INVALID").and.to.contain("hat is not the address of the page that one comes to after authorising");
    expect(exchanges()).to.equal(0);
  });

  it("connects with the pasted address, which is not echoed", async () => {
    let pasted = "";
    const ended = await world.dsr(words(), {
      env: world.client,
      terminal: true,
      onErr: (piece, type) => {
        const link = linkIn(piece);
        if (link === undefined) return;
        void decide(link, "authorise").then((address) => {
          pasted = address;
          type(`${address}\n`);
        });
      },
    });
    expect(ended.exit).to.equal(0);
    expect(ended.out + ended.err).not.to.contain(new URL(pasted).searchParams.get("code"));
    expect(await stored()).to.equal(1);
  });

  it("judges what was selected before anybody is asked to authorise, also when it is renewed", async () => {
    const refused = async (more: readonly string[], base: readonly string[]) => {
      const { exit, error } = await world.dsr([...base, ...more, "--oauth", "--json"], { env: world.client });
      return [exit, error.code];
    };
    const base = ["connect", "intercom", "--api-url", world.url];
    expect(await refused(["--capabilities", "acess"], base)).to.deep.equal([2, "UNSUPPORTED_REQUEST"]);
    expect(await refused(["--capabilities", "access", "--categories", "conversation"], base)).to.deep.equal([2, "CONFIG_INVALID"]);
    await world.connect();
    expect(await refused(["--capabilities", "acess"], ["reconnect", "acme"])).to.deep.equal([2, "UNSUPPORTED_REQUEST"]);
    expect(world.sandbox.calls.records).to.have.length(0);
  });

  it("says that the app stays authorised at the vendor where the account is refused afterwards", async () => {
    await world.end();
    world = await startWorld({ app: { scopes: ["read_users_companies"] } });
    const { exit, err } = await connect((link) => decide(link, "authorise"));
    expect(exit).to.equal(5);
    expect(err).to.contain("\ndone   The app is authorised at the vendor, until that is withdrawn there; the token that this gave was not stored.\n").and.not.to.contain("nothing was changed at the vendor");
    expect(await stored()).to.equal(0);
  });

  it("S9 refuses a missing, wrong, empty or foreign state, and asks for no token", async () => {
    const wrong: readonly ((address: string) => string)[] = [
      (address) => changed(address, (p) => p.delete("state")),
      (address) => changed(address, (p) => p.set("state", "")),
      (address) => changed(address, (p) => p.set("state", "aaaaaaaaaaaaaaaaaaaaaaaa")),
    ];
    for (const change of wrong) {
      const { exit, error } = await connect(async (link) => change(await decide(link, "authorise")), { more: ["--json"] });
      expect([exit, error.code]).to.deep.equal([4, "OAUTH_STATE_INVALID"]);
    }
    expect(exchanges()).to.equal(0);
    expect(await stored()).to.equal(0);
  });

  it("S9 refuses what is pasted and is no address, and an input that ends", async () => {
    const elsewhere = { ...world.client };
    for (const input of ["not an address\n", "\n", ""]) {
      const { exit, error } = await world.dsr(["connect", "intercom", "--capabilities", "access", "--oauth", "--json"], { env: elsewhere, input });
      expect([exit, error.code], JSON.stringify(input)).to.deep.equal([4, "OAUTH_STATE_INVALID"]);
    }
    expect(world.sandbox.calls.records).to.have.length(0);
    expect(await stored()).to.equal(0);
  });

  it("S9 refuses a state that was used before, and a code that was", async () => {
    let first = "";
    await connect(async (link) => (first = await decide(link, "authorise")));
    const again = await connect((link) => Promise.resolve(changed(first, (p) => p)).then((address) => new URL(address).search).then((search) => `${link.searchParams.get("redirect_uri")}${search}`), { name: "second", more: ["--json"] });
    expect([again.exit, again.error.code]).to.deep.equal([4, "OAUTH_STATE_INVALID"]);
    expect(exchanges()).to.equal(1);
    const reusedCode = await connect((link) => decide(link, "authorise").then((address) => changed(address, (p) => p.set("code", new URL(first).searchParams.get("code") ?? ""))), { name: "second", more: ["--json"] });
    expect([reusedCode.exit, reusedCode.error.code]).to.deep.equal([4, "OAUTH_DENIED"]);
    expect(await stored()).to.equal(1);
  });

  it("S9 refuses a state that was issued for another connection, or for another home", async () => {
    let foreign = "";
    // This one is abandoned: its state was issued and never used.
    const abandoned = new AbortController();
    await connect(async (link) => {
      foreign = await decide(link, "authorise");
      abandoned.abort();
      throw new Error("nobody calls back");
    }, { name: "other", signal: abandoned.signal });
    const here = (link: URL): string => `${link.searchParams.get("redirect_uri")}${new URL(foreign).search}`;
    const other = await connect((link) => Promise.resolve(here(link)), { more: ["--json"] });
    expect([other.exit, other.error.code]).to.deep.equal([4, "OAUTH_STATE_INVALID"]);
    const home = await startWorld();
    try {
      const elsewhere = await home.dsr(["connect", "intercom", "--name", "other", "--capabilities", "access", "--api-url", world.url, "--oauth", "--json"], {
        env: world.client,
        onErr: (piece) => {
          const link = linkIn(piece);
          if (link !== undefined) void fetch(here(link));
        },
      });
      expect(elsewhere.error.code).to.equal("OAUTH_STATE_INVALID");
    } finally {
      await home.end();
    }
    // Issued for the same name in another region.
    let elsewhere = "";
    const left = new AbortController();
    await connect(async (link) => {
      elsewhere = await decide(link, "authorise");
      left.abort();
      throw new Error("nobody calls back");
    }, { more: ["--region", "eu"], signal: left.signal });
    const region = await connect((link) => Promise.resolve(`${link.searchParams.get("redirect_uri")}${new URL(elsewhere).search}`), { more: ["--json"] });
    expect([region.exit, region.error.code]).to.deep.equal([4, "OAUTH_STATE_INVALID"]);
    expect(exchanges()).to.equal(0);
    expect(await stored()).to.equal(0);
  });

  it("S9 refuses a state that has expired", async () => {
    const { exit, error } = await connect(async (link) => {
      const address = await decide(link, "authorise");
      const now = Date.now();
      sinon.stub(Date, "now").callsFake(() => now + 11 * 60_000);
      return address;
    }, { more: ["--json"] });
    expect([exit, error.code]).to.deep.equal([4, "OAUTH_STATE_INVALID"]);
    expect(exchanges()).to.equal(0);
  });

  it("S9 reports access_denied, a made-up code and a wrong client as denied", async () => {
    const denied = await connect((link) => decide(link, "deny"), { more: ["--json"] });
    expect([denied.exit, denied.error.code]).to.deep.equal([4, "OAUTH_DENIED"]);
    expect(exchanges()).to.equal(0);
    const madeUp = await connect((link) => decide(link, "authorise").then((address) => changed(address, (p) => p.set("code", "made-up"))), { more: ["--json"] });
    expect([madeUp.exit, madeUp.error.code]).to.deep.equal([4, "OAUTH_DENIED"]);
    const client = await connect((link) => decide(link, "authorise"), { more: ["--json"], env: { ...world.client, DSR_INTERCOM_CLIENT_SECRET: "wrong" } });
    expect([client.exit, client.error.code]).to.deep.equal([4, "OAUTH_DENIED"]);
    expect(await stored()).to.equal(0);
  });

  it("answers nothing but the callback on its loopback port, and only there", async () => {
    const statuses: number[] = [];
    const { exit } = await connect(async (link) => {
      const port = new URL(link.searchParams.get("redirect_uri") ?? "").origin;
      statuses.push((await fetch(`${port}/`)).status, (await fetch(`${port}/callback`, { method: "POST" })).status);
      return decide(link, "authorise");
    });
    expect([exit, ...statuses]).to.deep.equal([0, 404, 404]);
  });

  it("ends when nobody has come back as long as the state is good for, whether or not the input has ended", async () => {
    for (const ended of [true, false]) {
      const listener = await listenForCallback();
      const stdin = new PassThrough();
      if (ended) stdin.end();
      const io = { stdin, stdout: { write: () => true }, stderr: { write: () => true }, env: {}, signal: new AbortController().signal };
      const error: unknown = await callbackAddress(createCli(io, { color: false, json: true }), listener, 30).catch((thrown: unknown) => thrown);
      await listener.close();
      expect(error).to.include({ code: "OAUTH_STATE_INVALID" });
    }
  });

  it("ends on an interruption while it waits, and stores nothing", async () => {
    const interrupted = new AbortController();
    const { exit, error } = await connect(async () => {
      interrupted.abort();
      throw new Error("nobody calls back");
    }, { signal: interrupted.signal, more: ["--json"] });
    expect([exit, error.code]).to.deep.equal([130, "INTERRUPTED"]);
    expect(await stored()).to.equal(0);
  });

  it("renews a connection through the vendor's page", async () => {
    await world.connect();
    let called: Promise<unknown> = Promise.resolve();
    const { exit, json } = await world.dsr(["reconnect", "acme", "--oauth", "--json"], {
      env: world.client,
      onErr: (piece) => {
        const link = linkIn(piece);
        if (link !== undefined) called = decide(link, "authorise").then((address) => fetch(address));
      },
    });
    await called;
    expect([exit, json.outcome]).to.deep.equal([0, "connected"]);
  });
});
