import { expect } from "chai";
import { populationCsv } from "../../../adapters/evidence/population-csv.js";
import { verifyPopulation, verifyPopulationFile } from "../../../adapters/evidence/verify-population.js";
import { visibleJson } from "../../../adapters/packages/visible-json.js";
import { Identifier } from "../../../core/identifier.js";
import { rejectionOf } from "../../core/thrown.js";
import { email, sampleRequest } from "../journal/samples.js";
import { addAda, ada, openAccountableWorld, type AccountableWorld } from "./support/accountable-world.js";

describe("the population that an auditor draws from", () => {
  let world: AccountableWorld;
  beforeEach(async () => {
    world = await openAccountableWorld();
  });
  afterEach(() => world.end());

  const nobody = () => Identifier.parse("email", "nobody@example.test");

  /** One request of each kind of outcome; the world's clock stands on 15 January 2026. */
  const everyKind = async () => {
    addAda(world);
    const { dsr } = world;
    const access = await dsr.access("acme", { identifier: ada(), reference: "T-1", receivedAt: "2025-12-30T00:00:00.000Z", operator: "Olga", verified: { method: "passport", at: "2025-12-31T00:00:00.000Z" } });
    const nothing = await dsr.access("acme", { identifier: nobody() });
    const hold = await dsr.placeHold({ identifier: ada(), basis: "litigation 7" });
    const held = await dsr.plan("acme", { identifier: ada() });
    await dsr.releaseHold(hold.id);
    const cancelled = await dsr.cancel((await dsr.plan("acme", { identifier: ada() })).request.id);
    const planned = await dsr.plan("acme", { identifier: ada() });
    const { request: sandboxed } = { request: await world.host.journal.open(sampleRequest({ vendorsOwn: false, context: { receivedAt: "2026-01-15T00:00:00.000Z", law: "gdpr", language: "en" } }), [email()]) };
    await world.host.evidence.noteRehearsal({ at: "2026-01-15T10:00:00.000Z", connector: "memory", connection: "acme" });
    await world.host.evidence.noteRehearsal({ at: "2026-03-15T10:00:00.000Z", connector: "memory", connection: "acme" });
    return { access, nothing, held, cancelled, planned, sandboxed };
  };

  it("holds every request, refused, cancelled, fruitless and open ones too, and counts what is none beside it", async () => {
    const { access, nothing, held, cancelled, planned } = await everyKind();
    const { requests, statement } = await world.dsr.evidenceList();
    const outcomes = Object.fromEntries(requests.map((row) => [row.request, [row.outcome, row.why, row.basis, row.finishedAt === null]]));
    expect(outcomes).to.deep.equal({
      [access.request.id]: ["complete", null, null, false],
      [nothing.request.id]: ["nothing_found", null, null, false],
      [held.request.id]: ["refused", "HELD", "litigation 7", false],
      [cancelled.request.id]: ["cancelled", null, null, false],
      [planned.request.id]: ["planned", null, null, true],
    });
    expect(statement).to.deep.include({ by: "received", from: null, until: null, count: 5, notVendorsOwn: 1, rehearsals: 2, unfinished: 0 });
    expect(requests[0]).to.deep.include({ reference: "T-1", type: "access", connector: "memory", connection: "acme", law: "gdpr", receivedAt: "2025-12-30T00:00:00.000Z", dueAt: "2026-01-30T00:00:00.000Z", verified: "passport 2025-12-31T00:00:00.000Z", operator: "Olga" });
    expect(requests[0]?.evidence).to.equal(access.evidence);
  });

  it("names a refusal of an open request, which stays where it was; asking again and again is one", async () => {
    addAda(world);
    const { dsr } = world;
    const planned = await dsr.plan("acme", { identifier: ada() });
    world.between = async (request, send) => (/messages$/.test(new URL(request.url).pathname) ? new Response("{}", { status: 500 }) : send(request));
    const access = await dsr.access("acme", { identifier: ada() });
    world.between = (request, send) => send(request);
    const row = async () => (await dsr.evidenceList()).requests.find(({ request }) => request === planned.request.id);
    for (let n = 0; n < 3; n++) expect(await rejectionOf(dsr.delete(planned.plan!.id, planned.plan!.confirm))).to.include({ code: "ACCESS_FIRST" });
    expect(await row()).to.include({ outcome: "planned", why: "ACCESS_FIRST", finishedAt: null });
    expect(await rejectionOf(dsr.delete(planned.plan!.id, "delete-9-wrong"))).to.include({ code: "CONFIRMATION_REFUSED" });
    await dsr.cancel(access.request.id);
    await world.clock.advance(86_400_000);
    expect(await rejectionOf(dsr.delete(planned.plan!.id, planned.plan!.confirm))).to.include({ code: "PLAN_STALE" });
    const { records } = await dsr.evidence(planned.request.id);
    expect(records.flatMap(({ fact }) => (fact.kind === "turned_away" ? [fact.why] : []))).to.deep.equal(["ACCESS_FIRST", "CONFIRMATION_REFUSED", "PLAN_STALE"]);
    expect(await row()).to.include({ outcome: "planned", why: "PLAN_STALE" });
    expect(world.deletions()).to.equal(0);
  });

  it("counts what comes after the end to the end: a finished request stays finished, with its date", async () => {
    addAda(world);
    const { dsr } = world;
    const planned = await dsr.plan("acme", { identifier: ada() });
    await dsr.delete(planned.plan!.id, planned.plan!.confirm);
    const before = (await dsr.evidenceList({ by: "finished" })).requests;
    world.vendor.settleIndex();
    await world.clock.advance(7 * 86_400_000);
    await dsr.upkeep();
    const { requests, statement } = await dsr.evidenceList({ by: "finished" });
    expect(statement).to.include({ count: 1, unfinished: 0 });
    expect(requests.map(({ evidence: _, ...row }) => row)).to.deep.equal(before.map(({ evidence: _, ...row }) => row));
  });

  it("is of a period, by the date of receipt or by the date of its end; the period's end is not part of it", async () => {
    const { access } = await everyKind();
    const list = async (filter: Parameters<typeof world.dsr.evidenceList>[0]) => (await world.dsr.evidenceList(filter)).statement;
    const midnight = "2026-01-15T00:00:00.000Z";
    expect(await list({ until: midnight })).to.include({ count: 1, notVendorsOwn: 0, rehearsals: 0 });
    expect(await list({ from: midnight })).to.include({ count: 4, notVendorsOwn: 1, rehearsals: 2 });
    expect(await list({ from: midnight, until: "2026-02-01T00:00:00.000Z" })).to.include({ count: 4, rehearsals: 1 });
    expect(await list({ by: "finished", until: midnight })).to.include({ count: 0, unfinished: 1 });
    expect(await list({ by: "finished", from: midnight })).to.include({ count: 4, unfinished: 1, notVendorsOwn: 0 });
    expect(await list({ from: "2025-12-30T00:00:00.000Z", until: "2025-12-30T00:00:00.001Z" })).to.include({ count: 1 });
    expect(await list({ until: "2025-12-30T00:00:00.000Z" })).to.include({ count: 0 });
    expect((await world.dsr.evidenceList({ until: midnight })).requests[0]?.request).to.equal(access.request.id);
  });

  it("is of no period whose dates are none", async () => {
    for (const filter of [{ from: "soon" }, { until: "" }]) expect(await rejectionOf(world.dsr.evidenceList(filter))).to.include({ code: "REQUEST_INVALID" });
  });

  it("is open again where a finished request goes on", async () => {
    addAda(world);
    const hold = await world.dsr.placeHold({ identifier: ada(), basis: "litigation 7" });
    await world.dsr.plan("acme", { identifier: ada(), reference: "T-1" });
    expect((await world.dsr.evidenceList({ by: "finished" })).statement).to.include({ count: 1, unfinished: 0 });
    await world.dsr.releaseHold(hold.id);
    await world.dsr.plan("acme", { identifier: ada(), reference: "T-1" });
    expect((await world.dsr.evidenceList({ by: "finished" })).statement).to.include({ count: 0, unfinished: 1 });
  });

  it("is signed with its number: no row can be changed, left out or added", async () => {
    await everyKind();
    const population = await world.dsr.evidenceList();
    const { fingerprint: key } = await world.dsr.evidenceKey();
    expect(verifyPopulation(population, { key }).outcome).to.equal("verified");
    expect(verifyPopulation(population).outcome).to.equal("intact");
    expect(verifyPopulation(population, { key: "0".repeat(64) }).outcome).to.equal("not_verified");
    const { requests, statement, publicKey } = population;
    const altered = [
      { requests: requests.slice(1), statement, publicKey },
      { requests: requests.slice(1), statement: { ...statement, count: statement.count - 1 }, publicKey },
      { requests: [...requests, requests[0]!], statement, publicKey },
      { requests: requests.map((row) => ({ ...row, outcome: "complete" as const })), statement, publicKey },
      { requests, statement: { ...statement, notVendorsOwn: 0 }, publicKey },
      { requests, statement: { ...statement, rehearsals: 0 }, publicKey },
      { requests, statement: { ...statement, signature: "0".repeat(128) }, publicKey },
      { requests, statement, publicKey: "" },
    ];
    for (const [index, each] of altered.entries()) expect(verifyPopulation(each, { key }).outcome, String(index)).to.equal("not_verified");
    for (const other of ["", "null", "[]", "{}", '{"statement":{"kind":"population"}}', "\u00ff"]) expect(verifyPopulationFile(Buffer.from(other, "latin1"))).to.equal(undefined);
  });

  it("verifies as a file, however it is laid out", async () => {
    await everyKind();
    await world.host.journal.open({ ...sampleRequest(), context: { reference: 'Zoë "Z" \\ \u2028\u007f', receivedAt: "2026-01-15T00:00:00.000Z", law: "gdpr", language: "en" } }, [email()]);
    const population = await world.dsr.evidenceList();
    const { fingerprint: key } = await world.dsr.evidenceKey();
    const plain = JSON.stringify(population);
    const inAscii = plain.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
    for (const text of [plain, visibleJson(population, 2), inAscii, `\ufeff${plain.replaceAll("/", "\\/")}\r\n`]) expect(verifyPopulationFile(Buffer.from(text), { key })?.outcome).to.equal("verified");
  });

  it("says nothing to another reader that was not signed: no member twice, none beside, nothing nested, whatever its depth", async () => {
    await everyKind();
    const population = await world.dsr.evidenceList();
    const { fingerprint: key } = await world.dsr.evidenceKey();
    const text = JSON.stringify(population);
    const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const forged = {
      "the rows twice": `{"requests":[],${text.slice(1)}`,
      "the statement twice": `{"statement":{"count":0},${text.slice(1)}`,
      "a member of the statement twice": text.replace('"count":5', '"count":0,"count":5'),
      "a member of a row twice": text.replace('"outcome":"', '"outcome":"verified","outcome":"'),
      "a member twice, once in other letters": text.replace('"outcome":"', '"\\u006futcome":"verified","outcome":"'),
      "another member": `{"note":"nothing was asked for",${text.slice(1)}`,
      "a number that is read as another": text.replace('"count":5', '"count":5.00000000000000000001'),
      "a number beyond all in place of nothing": text.replace('"basis":null', '"basis":1e999'),
      "deep rows": text.replace('"requests":[', `"requests":[${deep(6_000)},`),
      "a deep member of a row": text.replace('"basis":null', `"basis":${deep(6_000)}`),
      "a deep statement": text.replace('"from":null', `"from":${deep(6_000)}`),
      "a deep member beside": `{"note":${deep(6_000)},${text.slice(1)}`,
      "rows that are none": text.replace('"requests":[', '"requests":[null,1,'),
    };
    for (const [what, each] of Object.entries(forged)) {
      expect(each, what).not.to.equal(text);
      expect(verifyPopulationFile(Buffer.from(each), { key }), what).to.deep.include({ outcome: "not_verified" }).and.to.have.nested.property("fault.line", "list");
    }
  });

  it("S2: is a table in which no cell is a formula, and every cell is its own", async () => {
    const texts = ["=1+1", "+1", "-1", "@x", "\t=1", " =1", '"=1', "＝1", 'a,"b"\r\nc', "plain"];
    for (const reference of texts) await world.host.journal.open({ ...sampleRequest(), context: { reference, receivedAt: "2026-01-15T00:00:00.000Z", law: "gdpr", language: "en" } }, [email()]);
    const csv = populationCsv((await world.dsr.evidenceList()).requests);
    const rows = csv.split("\r\n");
    expect(rows.at(-1)).to.equal("");
    expect(rows).to.have.length(texts.length + 2);
    const cells = rows.slice(1, -1).map((row) => /^[^,]+,("(?:[^"]|"")*"|[^,]*),access/.exec(row)?.[1]?.replace(/^"|"$/g, "") ?? expect.fail(row));
    expect(cells.filter((cell) => /^[\s"`]*[=+\-@＝]/.test(cell))).to.deep.equal([]);
    expect(cells).to.include.members(["'=1+1", "'+1", "'-1", "'@x", "plain"]);
    expect(rows[0]).to.equal("request,reference,type,connector,connection,law,receivedAt,dueAt,verified,operator,outcome,finishedAt,why,basis,evidence");
  });
});
