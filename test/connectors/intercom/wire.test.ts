import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { SeamLimits } from "../../../adapters/http/seam-limits.js";
import { openLocalDsr, type LocalDsr } from "../../../adapters/inversify/local-dsr.js";
import type { Fault } from "../../../connectors/intercom/sandbox/faults.js";
import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import { Identifier, type DeletionResult } from "../../../core/index.js";
import { rejectionOf } from "../../core/thrown.js";
import { BOTH } from "./world.js";

const ADA = Identifier.parse("email", "ada@example.test");
const SHORT: Partial<SeamLimits> = { deadlineMs: 250, backoff: { baseMs: 1, maxMs: 2 } };

describe("Intercom over a real socket", () => {
  let home: string;
  let running: RunningSandbox;
  let dsr: LocalDsr;

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "dsr-wire-"));
    running = await startIntercomSandbox({ rateLimit: "off" });
    dsr = await open();
    const connected = await dsr.connect({ connector: "intercom", name: "acme", apiUrl: running.url }, BOTH, running.firstLine.token);
    expect(connected.ok).to.equal(true);
    running.sandbox.calls.clear();
  });
  afterEach(async () => {
    await dsr.close();
    await running.close().catch(() => undefined);
    rmSync(home, { recursive: true, force: true });
  });

  const open = () => openLocalDsr({ home, timings: { looksMs: [0, 20, 40, 60, 80] }, limits: SHORT });
  const inject = (fault: Fault, path = /./, method?: string, times = 1) => running.sandbox.inject({ fault, path, times, ...(method === undefined ? {} : { method }) });
  const erase = async (): Promise<DeletionResult> => {
    const { plan } = await dsr.plan("acme", { identifier: ADA });
    return dsr.delete(plan!.id, plan!.confirm);
  };
  const deletions = () => running.sandbox.calls.records.filter(({ operation }) => operation === "deleteContact");
  const effects = () => deletions().filter(({ effect }) => effect).length;

  it("an access request ends in a package on disk that holds what Intercom holds", async () => {
    const result = await dsr.access("acme", { identifier: ADA });
    expect(result).to.deep.include({ outcome: "complete", counts: { contacts: 2, companies: 3, notes: 2, tags: 12, segments: 2, subscriptions: 2 } });
    expect(result.request.vendorsOwn).to.equal(false);
    const files = readdirSync(result.package!.path, { recursive: true, encoding: "utf8" });
    expect(files).to.include("manifest.json");
    expect(files.filter((file) => file.endsWith(".json")).map((file) => readFileSync(join(result.package!.path, file), "utf8")).join("")).to.contain("Ada Lovelace");
  });

  it("a deletion goes through, and leaves neither address nor token in the clear at home", async () => {
    expect((await erase()).outcome).to.equal("verified");
    for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = readFileSync(join(entry.parentPath, entry.name)).toString("latin1");
      expect(text, entry.name).to.not.contain("ada@example").and.not.contain(running.firstLine.token);
    }
  });

  for (const fault of [{ kind: "reset_after_effect" }, { kind: "stall" }, { kind: "short_body" }] as const satisfies readonly Fault[]) {
    it(`T3: a deletion whose answer is lost is settled by reading: ${fault.kind}`, async () => {
      inject(fault, /./, "DELETE");
      const result = await erase();
      expect(result.outcome).to.equal("verified");
      expect(result.targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted", "deleted"]);
      expect([deletions().length, effects()]).to.deep.equal([2, 2]);
    });
  }

  it("T3: a deletion that never arrived is sent again, once it was read that it had not", async () => {
    inject({ kind: "reset_before" }, /./, "DELETE");
    expect((await erase()).outcome).to.equal("verified");
    expect([deletions().length, effects()]).to.deep.equal([3, 2]);
  });

  it("T18: 204 is read back", async () => {
    inject({ kind: "no_content_204" }, /./, "DELETE");
    expect((await erase()).targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted", "deleted"]);
  });

  for (const fault of [{ kind: "reset_before" }, { kind: "stall" }, { kind: "drip", everyMs: 100 }, { kind: "short_body" }] as const satisfies readonly Fault[]) {
    it(`T2, T4, T5, T6: a read that breaks once gives the same result: ${fault.kind}`, async () => {
      for (const path of [/search/, /notes$/]) inject(fault, path);
      expect((await dsr.access("acme", { identifier: ADA })).counts).to.deep.equal({ contacts: 2, companies: 3, notes: 2, tags: 12, segments: 2, subscriptions: 2 });
    });
  }

  it("T11: a redirect is not followed, and the token goes nowhere else", async () => {
    let arrived = 0;
    const stranger = createServer((_, response) => (arrived++, response.end("{}"))).listen(0, "127.0.0.1");
    await new Promise((resolve) => stranger.once("listening", resolve));
    for (const status of [301, 302, 303, 307, 308] as const) inject({ kind: "redirect", status, to: `http://127.0.0.1:${(stranger.address() as AddressInfo).port}/contacts/search` }, /search/);
    for (let n = 0; n < 5; n++) expect((await dsr.access("acme", { identifier: ADA })).attention).to.deep.equal({ code: "VENDOR_MALFORMED" });
    stranger.close();
    expect(arrived).to.equal(0);
  });

  it("T17: a connection that the server closed in between is no fault", async () => {
    await dsr.access("acme", { identifier: ADA });
    await running.close();
    running = await startIntercomSandbox({ rateLimit: "off", port: Number(new URL(running.url).port) });
    const again = await dsr.plan("acme", { identifier: ADA });
    expect(again.outcome).to.equal("planned");
  });

  it("T1: a vendor that is not there parks the request without an effect, and another process goes on later", async () => {
    const { plan, request } = await dsr.plan("acme", { identifier: ADA });
    const { port } = new URL(running.url);
    await running.close();
    const parked = await dsr.delete(plan!.id, plan!.confirm);
    expect(parked).to.deep.include({ outcome: "parked" });
    for (const target of parked.targets) expect(target).to.include({ outcome: "unknown", untouched: true });
    expect(parked.targets).to.have.lengthOf(2);
    await dsr.close();
    running = await startIntercomSandbox({ rateLimit: "off", port: Number(port) });
    dsr = await open();
    expect((await dsr.resume(request.id)).outcome).to.equal("verified");
  });

  it("V2: a contact that stays readable for a while is verified when it is gone", async () => {
    inject({ kind: "still_readable_for", durationMs: 10 }, /./, "DELETE", 2);
    expect((await erase()).outcome).to.equal("verified");
  });

  it("P8: an interruption while Intercom keeps silent starts nothing more, and the next run finishes", async () => {
    const { plan, request } = await dsr.plan("acme", { identifier: ADA });
    inject({ kind: "stall" }, /./, "DELETE");
    const stop = new AbortController();
    const watching = setInterval(() => deletions().length > 0 && stop.abort(), 5);
    expect(await rejectionOf(dsr.delete(plan!.id, plan!.confirm, { signal: stop.signal }))).to.include({ code: "INTERRUPTED" });
    clearInterval(watching);
    expect(deletions()).to.have.lengthOf(1);
    expect((await dsr.resume(request.id)).outcome).to.equal("verified");
    expect([deletions().length, effects()]).to.deep.equal([2, 2]);
  });

  it("keeps to the rate that a connection was made with, whatever was asked for before under its name", async () => {
    const [waits, stop]: [number[], AbortController] = [[], new AbortController()];
    const onWait = ({ limit }: { readonly limit: { readonly requests: number } }): void => {
      waits.push(limit.requests);
      stop.abort();
    };
    const again = await openLocalDsr({ home, onWait, signal: stop.signal });
    const target = { connector: "intercom", name: "slow", apiUrl: running.url };
    expect(await rejectionOf(again.connect(target, BOTH, "wrong"))).to.include({ code: "AUTH_REJECTED" });
    expect(await rejectionOf(again.connect(target, BOTH, running.firstLine.token, 5))).to.include({ code: "INTERRUPTED" });
    await again.close();
    expect(new Set(waits)).to.deep.equal(new Set([5]));
  });

  it("authorises over the sandbox's page, and connects with the token", async () => {
    const { clientId, clientSecret } = running.firstLine;
    const target = { connector: "intercom", name: "by-oauth", apiUrl: running.url };
    const page = new URL(await dsr.beginAuthorisation(target, { clientId, clientSecret }, "http://127.0.0.1:9/callback"));
    expect(page.origin).to.equal(running.url);
    page.searchParams.set("decision", "authorise");
    const location = (await fetch(page, { redirect: "manual" })).headers.get("location")!;
    const token = await dsr.completeAuthorisation(target, { clientId, clientSecret }, location, "http://127.0.0.1:9/callback");
    expect((await dsr.connect(target, { ...BOTH, capabilities: ["access"] }, token)).ok).to.equal(true);
    await dsr.disconnect("by-oauth", { revoke: true });
    expect((await fetch(`${running.url}/me`, { headers: { authorization: `Bearer ${token}` } })).status).to.equal(401);
  });
});
