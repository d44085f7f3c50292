import { expect } from "chai";
import { endAuthorisation } from "../../core/authorise.js";
import { isDsrError } from "../../core/errors.js";
import type { Bench, Person } from "../bench.js";
import { answering, disturbing, everyMutation, everyRead, lostBefore, MALFORMED, proxyPage, retelling, spoiling } from "../faults.js";
import { CONNECTION } from "../hosted-connector.js";
import { confirmedPlan, expectRejection, expectWhole, fromNowOn } from "../steps.js";
import { needed } from "../needed.js";
import { declares, everyone, rule, type Rule } from "../rule.js";
import { telling } from "../telling.js";
import type { SandboxOAuth } from "../vendor-sandbox.js";
import type { Fault } from "../wire.js";

export const offersOAuth: Rule["concerns"] = ({ manifest }) => manifest.auth.some((method) => method.kind === "oauth2");

/** Where the vendor is to send the admin back to. */
const BACK = "https://host.example/back?to=here";

export const AUTH_RULES: readonly Rule[] = [
  rule("AUTH-1", "names the workspace, the region and who authorised, as the vendor tells them", everyone, async (bench) => {
    const { hosted, sandbox, manifest } = bench;
    const since = fromNowOn(bench);
    const { workspace, authorisedBy } = await (await hosted.open()).auth.account();
    const told = since.calls().map(({ answer }) => answer?.body ?? "").join("\n");
    // Which region it is, a vendor that has one alone need not say.
    for (const each of [workspace.id, workspace.name, authorisedBy.id, ...(manifest.regions.length > 1 ? [workspace.region] : [])]) {
      expect(told.includes(JSON.stringify(each).slice(1, -1)), `whether the vendor told "${each}"`).to.equal(true);
    }
    expect(workspace.id, "workspace").to.equal(sandbox.workspaceId);
    expect(manifest.regions.map((region) => region.vendorId), "declared regions").to.include(workspace.region);
    expect(authorisedBy.id, "who authorised").to.be.a("string").and.not.equal("");
    const elsewhere = await hosted.connect(await sandbox.issueToken({ scopes: manifest.scopes.map((scope) => scope.id), elsewhere: true }), undefined, "elsewhere");
    expect(elsewhere.ok && elsewhere.connection.workspace.id, "workspace of another token").to.be.a("string").and.not.equal(sandbox.workspaceId);
    const own = JSON.stringify(workspace.region);
    for (const { vendorId } of told.includes(own) ? manifest.regions : []) {
      bench.wire.disturb(disturbing(everyRead, spoiling(({ body }) => body.replaceAll(own, JSON.stringify(vendorId)))));
      expect((await (await hosted.open()).auth.account()).workspace.region, "region, as the vendor tells it").to.equal(vendorId);
      bench.wire.mend();
    }
    // Where it lies cannot be told from nothing, nor from a name that nobody has heard of.
    for (const other of told.includes(own) && manifest.regions.length > 1 ? [undefined, null, "not heard of"] : []) {
      bench.wire.disturb(disturbing(everyRead, retelling((text) => (text === workspace.region ? other : text))));
      const region = await (await hosted.open()).auth.account().then((account) => account.workspace.region, () => "an error");
      bench.wire.mend();
      expect(manifest.regions.map(({ vendorId }) => vendorId), `region where the vendor tells ${other ?? "none"}`).not.to.include(region);
    }
  }),

  rule("AUTH-2", "rejects an invalid and a revoked token as such, and nothing is stored", everyone, async ({ hosted, sandbox, manifest }) => {
    const revoked = await sandbox.issueToken({ scopes: manifest.scopes.map((scope) => scope.id) });
    await sandbox.revoke(revoked);
    for (const token of ["no-token-of-this-vendor", revoked]) {
      await expectRejection("AUTH_REJECTED", hosted.connect(token, undefined, "rejected"));
      expect(await hosted.host.connections.get("rejected"), "stored connection").to.equal(undefined);
    }
  }),

  rule("AUTH-3", "stops when the token is revoked in mid-run, and goes on from there once it is renewed", declares("access"), async (bench) => {
    const { hosted, sandbox, wire, token, manifest } = bench;
    const person = await bench.addSubject();
    const clean = fromNowOn(bench);
    await hosted.access(person.identifier);
    const needed = clean.calls().length;

    let left = needed - 1;
    wire.disturb(async (request, send) => {
      if (left === 0) await sandbox.revoke(token);
      left -= 1;
      return send(request);
    });
    const stopped = await hosted.access(person.identifier);
    wire.mend();
    expect([stopped.result.outcome, stopped.result.attention?.code]).to.deep.equal(["needs_attention", "AUTH_REJECTED"]);
    expect(stopped.result.package, "package").to.equal(null);

    await hosted.reconnect(await sandbox.issueToken({ scopes: manifest.scopes.map((scope) => scope.id) }));
    const rest = fromNowOn(bench);
    const resumed = await hosted.resumeAccess(stopped.id);
    expect(resumed.result.outcome).to.equal("complete");
    expectWhole(bench, resumed, person);
    expect(rest.calls().length, "calls after the renewal").to.be.below(needed);
  }),

  rule("AUTH-4", "refuses a token of another workspace before any person is read", everyone, async (bench) => {
    const { hosted, sandbox, manifest } = bench;
    const person = await bench.addSubject();
    const asking = fromNowOn(bench);
    await (await hosted.open()).auth.account();
    const harmless = asking.calls().map(({ method, url }) => `${method} ${url}`);
    const planned = manifest.requestTypes.includes("deletion") ? await confirmedPlan(bench, person) : undefined;

    const connection = await hosted.host.connections.get(CONNECTION);
    if (connection === undefined) throw new Error("there is no connection");
    const foreign = await sandbox.issueToken({ scopes: manifest.scopes.map((scope) => scope.id), elsewhere: true });
    const since = fromNowOn(bench);
    await hosted.host.connections.put(connection, foreign);
    await hosted.host.clock.advance(hosted.host.timings.accountTtlMs + 1);
    await expectRejection("WRONG_WORKSPACE", hosted.check());
    await expectRejection("WRONG_WORKSPACE", hosted.reconnect(foreign));
    if (manifest.requestTypes.includes("access")) {
      const { result } = await hosted.access(person.identifier);
      expect([result.outcome, result.attention?.code], "access").to.deep.equal(["refused", "WRONG_WORKSPACE"]);
    }
    if (planned !== undefined) {
      const { result } = await hosted.execute(planned.id);
      expect([result.outcome, result.attention?.code], "deletion").to.deep.equal(["refused", "WRONG_WORKSPACE"]);
    }
    for (const { method, url } of since.calls()) expect(harmless, "calls that ask whose account it is").to.include(`${method} ${url}`);
    await hosted.host.connections.put(connection, bench.token);
    await expectOtherLettersRefused(bench, person);
  }),

  rule("AUTH-5", "sends the admin to the vendor's own page with the state and the address to come back to, and with no secret", offersOAuth, async (bench) => {
    const { clientId, clientSecret } = oauthOf(bench);
    const state = "state & more = #1 /?ü";
    const redirectUri = BACK;
    const url = new URL((await bench.hosted.open()).auth.authoriseUrl({ clientId, state, redirectUri }));
    expect(url.origin).to.equal(bench.manifest.regions[0]?.appOrigin);
    expect([...url.searchParams.values()], "parameters").to.include.members([clientId, state]);
    expect(telling([clientSecret, bench.token])(url.href), "whether the client's secret or a token is in the URL").to.equal(false);
    const declared = [...bench.manifest.scopes.map(({ id }) => id), ...OF_OAUTH_ITSELF];
    const asked = [...url.searchParams].filter(([name]) => /scope|permission/i.test(name)).flatMap(([, value]) => value.split(/[\s,]+/).filter((each) => each !== ""));
    expect(asked.filter((each) => !declared.includes(each)), "scopes that the admin is asked for and that are not declared").to.deep.equal([]);
    expect([...url.searchParams.values()], "where the admin is sent back to").to.include(redirectUri);
    const elsewhere = [...url.searchParams].filter(([name, value]) => /redirect|return|callback/i.test(name) && value !== redirectUri);
    expect(elsewhere, "other places than the host's own to which the admin is sent back").to.deep.equal([]);
    for (const { apiOrigin, appOrigin } of bench.manifest.regions) {
      const { clock } = bench.hosted.host;
      const auth = bench.connector.auth({ fetch: () => Promise.reject(new Error("nobody is called")), clock, signal: new AbortController().signal, apiOrigin, appOrigin, workspaceId: undefined, categories: [] });
      expect(new URL(auth.authoriseUrl({ clientId, state })).origin, "where the admin of a region is sent").to.equal(appOrigin);
    }
  }),

  rule("AUTH-6", "exchanges a code for a token once, keeps the client's secret, the code and the token out of URLs, and tells a refusal from breakage", offersOAuth, async (bench) => {
    const { clientId, clientSecret, authorise, redirectUri = BACK } = oauthOf(bench);
    const { auth } = await bench.hosted.open();
    const { code, state } = await authorise(auth.authoriseUrl({ clientId, state: "state-1", redirectUri }));
    expect(state, "state that came back").to.equal("state-1");
    const since = fromNowOn(bench);
    await expectRejection("OAUTH_DENIED", auth.exchangeCode({ clientId, clientSecret: "not-the-secret", code: "not-a-code" }));
    const token = await exchanged(auth.exchangeCode({ clientId, clientSecret, code, redirectUri }));
    await expectRejection("OAUTH_DENIED", auth.exchangeCode({ clientId, clientSecret, code, redirectUri }));
    const unplaced = await authorise(auth.authoriseUrl({ clientId, state: "state-2" }));
    await exchanged(auth.exchangeCode({ clientId, clientSecret, code: unplaced.code }));
    const connected = await bench.hosted.connect(token, undefined, "by-code");
    const { workspace } = connected.ok ? connected.connection : connected.account;
    expect(workspace.id, "workspace of the token").to.equal(bench.sandbox.workspaceId);
    for (const fault of [lostBefore, answering(500, "{}"), answering(503, proxyPage), ...Object.values(MALFORMED).map(spoiling)]) {
      expect(await callsOfBroken(bench, fault), "calls of an exchange that broke").to.equal(1);
    }
    // What was put off may be sent again: the vendor did not take the code.
    await callsOfBroken(bench, answering(429, "{}"));
    const tells = telling([clientSecret, code, token]);
    expect(since.calls().some(({ url }) => tells(url)), "whether the client's secret, the code or the token is in a URL").to.equal(false);
  }),

  rule("AUTH-7", "ends the grant at the vendor when it is revoked, and no other account's", everyone, async ({ hosted, sandbox, manifest }) => {
    const { auth } = await hosted.open();
    const scopes = manifest.scopes.map(({ id }) => id);
    // Of another account: there are vendors that end all that an account has granted at once.
    const other = await sandbox.issueToken({ scopes, elsewhere: true });
    expect("revoke" in auth && auth.revoke !== undefined, "whether a call ends the grant").to.equal(true);
    const came = await endAuthorisation(auth).then(() => "ended", (error: unknown) => (isDsrError(error) ? error.code : "broken"));
    expect(came, "what came of ending the grant").to.equal("ended");
    await expectRejection("AUTH_REJECTED", auth.account());
    const livesOn = await hosted.connect(other, undefined, "another").then(({ ok }) => ok, () => false);
    expect(livesOn, "whether a token of another account lives on").to.equal(true);
  }),

  rule("AUTH-8", "throws nothing but codes where the exchange of a code breaks: neither the code nor the client's secret is in an error", offersOAuth, async (bench) => {
    const { clientId, clientSecret, authorise } = oauthOf(bench);
    const { auth } = await bench.hosted.open();
    for (const fault of [lostBefore, answering(500, "{}"), answering(400, `{"message":"${clientSecret}"}`), ...Object.values(MALFORMED).map(spoiling)]) {
      const { code } = await authorise(auth.authoriseUrl({ clientId, state: "state-1" }));
      bench.wire.disturb(fault);
      const error = await auth.exchangeCode({ clientId, clientSecret, code }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      bench.wire.mend();
      expect(isDsrError(error), "whether a DsrError was thrown").to.equal(true);
      const told = isDsrError(error) ? [error.message, error.stack, JSON.stringify(error.facts), String(error.cause)].join("\n") : "";
      expect(told.includes(clientSecret) || told.includes(code), "whether the code or the client's secret is told").to.equal(false);
    }
  }),

  rule("AUTH-9", "tells of no end of a grant that has not ended", everyone, async ({ hosted, wire }) => {
    const { auth } = await hosted.open();
    for (const fault of [lostBefore, answering(503, proxyPage), answering(200, proxyPage)]) {
      // The vendor hears of nothing.
      wire.disturb(disturbing(everyMutation, fault));
      const isTold = (await auth.revoke?.().then(() => true, () => false)) === true;
      wire.mend();
      expect(isTold, "whether a grant is said to have ended of which the vendor heard nothing").to.equal(false);
    }
    const isTold = (await auth.revoke?.().then(() => true, () => false)) === true;
    const works = await auth.account().then(() => true, () => false);
    expect(isTold && works, "whether a token works that is said to have ended").to.equal(false);
  }),
];

/** Scopes by which an app asks who somebody is, and to stay connected: they grant nothing of the account's data. */
const OF_OAUTH_ITSELF = ["openid", "offline_access"];

/** An id that differs from the connected one's only in small letters and capitals is another workspace's. */
async function expectOtherLettersRefused({ hosted, sandbox, wire, token, manifest }: Bench, person: Person): Promise<void> {
  const id = sandbox.workspaceId;
  const swapped = [...id].map((sign) => (sign === sign.toLowerCase() ? sign.toUpperCase() : sign.toLowerCase())).join("");
  // Digits have no capitals.
  if (swapped === id) return;
  await hosted.host.clock.advance(hosted.host.timings.accountTtlMs + 1);
  wire.disturb(disturbing(everyRead, retelling((text) => (text === id ? swapped : text))));
  await expectRejection("WRONG_WORKSPACE", hosted.check());
  await expectRejection("WRONG_WORKSPACE", hosted.reconnect(token));
  if (manifest.requestTypes.includes("access")) {
    const { result } = await hosted.access(person.identifier);
    expect([result.outcome, result.attention?.code], "access where the workspace's id has other letters").to.deep.equal(["refused", "WRONG_WORKSPACE"]);
  }
  wire.mend();
}

/** A code that may not have arrived is not refused. Returns how often it was sent. */
async function callsOfBroken(bench: Bench, fault: Fault): Promise<number> {
  const { clientId, clientSecret, authorise } = oauthOf(bench);
  const { auth } = await bench.hosted.open();
  const { code } = await authorise(auth.authoriseUrl({ clientId, state: "state-1" }));
  const since = fromNowOn(bench);
  bench.wire.disturb(fault);
  const came = await auth.exchangeCode({ clientId, clientSecret, code }).then(() => "a token", (error: unknown) => (isDsrError(error) ? error.code : "something else"));
  bench.wire.mend();
  expect(came, "what came of an exchange that broke").not.to.be.oneOf(["a token", "OAUTH_DENIED", "AUTH_REJECTED"]);
  return since.calls().length;
}

/** The token that a code is good for. */
async function exchanged(exchange: Promise<string>): Promise<string> {
  const came = await exchange.then((token) => ({ token }), (error: unknown) => ({ code: isDsrError(error) ? error.code : "something else" }));
  expect(came, "what came of exchanging a good code").to.have.property("token");
  return "token" in came ? came.token : "";
}

export function oauthOf({ sandbox }: Bench): SandboxOAuth {
  return needed(sandbox.oauth, "`oauth`", "an admin's visit to the consent page, which the manifest offers as `oauth2`");
}
