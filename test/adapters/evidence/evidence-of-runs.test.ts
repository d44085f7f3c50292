import { expect } from "chai";
import { evidenceHtml } from "../../../adapters/evidence/evidence-html.js";
import { sentenceOf } from "../../../adapters/evidence/evidence-sentences.js";
import { verifyEvidence } from "../../../adapters/evidence/verify-evidence.js";
import type { EvidenceFact } from "../../../core/evidence-facts.js";
import { recordText } from "../../../core/evidence-facts.js";
import { addAda, ADA, ada, openAccountableWorld, type AccountableWorld } from "./support/accountable-world.js";

describe("the evidence of what was done", () => {
  let world: AccountableWorld;
  beforeEach(async () => {
    world = await openAccountableWorld();
  });
  afterEach(() => world.end());

  const facts = async (requestId: string) => (await world.dsr.evidence(requestId)).records.map(({ fact }) => fact);
  const ofKind = <K extends EvidenceFact["kind"]>(all: readonly EvidenceFact[], kind: K) => all.filter((fact): fact is Extract<EvidenceFact, { kind: K }> => fact.kind === kind);
  const exported = async (requestId: string) => (await world.dsr.exportEvidence(requestId)).text;

  it("P2: lists each attempt of a deletion that was killed with an answer on its way, and resumed", async () => {
    const [id] = addAda(world, 1);
    const { plan, request } = await world.dsr.plan("acme", { identifier: ada() });
    let died = (): void => undefined;
    const death = new Promise<void>((resolve) => (died = resolve));
    world.between = async (asked, send) => {
      if (asked.method !== "DELETE") return send(asked);
      died();
      return new Promise<Response>(() => undefined);
    };
    void world.dsr.delete(plan!.id, plan!.confirm).catch(() => undefined);
    await death;
    world = await world.restart();
    expect((await world.dsr.resume(request.id)).outcome).to.equal("verified");
    const all = await facts(request.id);
    const record = await world.host.evidence.pseudonym(request.id, recordText(id!));
    expect(ofKind(all, "intent").map(({ apiCalls: _, ...fact }) => fact)).to.deep.equal([1, 2].map((attempt) => ({ kind: "intent", category: "person", record, attempt })));
    expect(ofKind(all, "answered").map(({ attempt, answer, vendorRequestId }) => [attempt, answer, typeof vendorRequestId])).to.deep.equal([[2, "deleted", "string"]]);
    expect(ofKind(all, "looked").filter(({ category }) => category === "person").map(({ answer }) => answer)).to.deep.equal(["present", "absent"]);
    expect(ofKind(all, "settled").map(({ outcome }) => outcome)).to.deep.equal(["deleted"]);
    const { fingerprint } = await world.dsr.evidenceKey();
    expect(verifyEvidence(await exported(request.id), { key: fingerprint }).outcome).to.equal("verified");
  });

  it("can be given away while the request is open, and is a beginning of what is given away later", async () => {
    addAda(world);
    const { plan, request } = await world.dsr.plan("acme", { identifier: ada() });
    const early = await exported(request.id);
    await world.dsr.delete(plan!.id, plan!.confirm);
    const late = await exported(request.id);
    const { fingerprint: key } = await world.dsr.evidenceKey();
    expect(verifyEvidence(late, { key, checkpoint: early }).outcome).to.equal("verified");
    expect(late.startsWith(early.split("\n").slice(0, -3).join("\n"))).to.equal(true);
  });

  it("P11: lists what is gone where a deletion was cancelled in the middle, and what remains", async () => {
    addAda(world);
    const { plan, request } = await world.dsr.plan("acme", { identifier: ada() });
    world.between = async (asked, send) => {
      const answer = await send(asked);
      if (asked.method === "DELETE") await world.dsr.cancel(request.id);
      return answer;
    };
    expect((await world.dsr.delete(plan!.id, plan!.confirm)).outcome).to.equal("cancelled");
    const all = await facts(request.id);
    expect(ofKind(all, "settled").length + ofKind(all, "answered").length).to.be.greaterThan(0);
    expect(ofKind(all, "intent")).to.have.length(1);
    expect(all.at(-1)).to.deep.equal({ kind: "ended", outcome: "cancelled", remains: ["BACKUPS", "ARCHIVED_PEOPLE", "NOT_LOOKED_AT"] });
  });

  it("shows how far it has come in every result", async () => {
    addAda(world, 1);
    const planned = await world.dsr.plan("acme", { identifier: ada() });
    const done = await world.dsr.delete(planned.plan!.id, planned.plan!.confirm);
    for (const result of [done, await world.dsr.result(done.request.id)]) {
      const { head } = await world.dsr.evidence(result.request.id);
      expect(result.evidence).to.equal(`${head.request}:${head.count}:${head.hash.slice(0, 16)}`);
    }
    expect(planned.evidence).to.match(/^[a-z0-9]+:\d+:[0-9a-f]{16}$/).and.not.equal(done.evidence);
  });

  it("S5: holds no address, no token, no text of a record and no id of the vendor's, in any form", async () => {
    const ids = addAda(world);
    const { vendor, dsr, token } = world;
    const near = vendor.addSubject({ identifier: { value: ADA.replace("@", "+x@") }, text: "CANARY_text", volume: "one" });
    vendor.settleIndex();
    const access = await dsr.access("acme", { identifier: ada(), reference: "T-1" });
    const planned = await dsr.plan("acme", { identifier: ada() }, { exclude: [{ id: ids[1]!, reason: "somebody else" }], also: [{ id: near.id, reason: "chosen by hand" }] });
    const done = await dsr.delete(planned.plan!.id, planned.plan!.confirm);
    expect([access.outcome, done.outcome]).to.deep.equal(["complete", "verified"]);
    for (const { request } of [access, done]) {
      const { records } = await dsr.evidence(request.id);
      const { text, checkpoint } = await dsr.exportEvidence(request.id);
      const everything = [text, evidenceHtml(records, checkpoint), JSON.stringify(records.map(sentenceOf))].join("\n");
      for (const canary of [ADA, "ada.canary", token, "CANARY_text"]) {
        for (const form of [canary, encodeURIComponent(canary), Buffer.from(canary).toString("base64").slice(0, -4), Buffer.from(canary).toString("hex")]) expect(everything, canary).not.to.contain(form);
      }
      // As values of their own: the vendor's ids are too short to be looked for anywhere.
      const strings = new Set(text.match(/"([^"\\]|\\.)*"/g));
      for (const id of [...ids, near.id]) expect([...strings].filter((each) => new RegExp(`\\b${id}\\b`).test(each)), id).to.deep.equal([]);
    }
  });

  it("V12: never says that something was destroyed, nor more than was seen", async () => {
    addAda(world);
    const planned = await world.dsr.plan("acme", { identifier: ada() });
    const done = await world.dsr.delete(planned.plan!.id, planned.plan!.confirm);
    const { records } = await world.dsr.evidence(done.request.id);
    const { text, checkpoint } = await world.dsr.exportEvidence(done.request.id);
    for (const each of [text, evidenceHtml(records, checkpoint), JSON.stringify(records.map(sentenceOf))]) {
      expect(each).to.not.match(/permanent|destroy|irrevocabl|for good|erased/i);
      expect(each).to.contain("BACKUPS");
    }
  });

  it("tells of the contract's rules that the connector is exempt from, and of none where it is from none", async () => {
    const exempt = await openAccountableWorld({ exemptions: [{ rule: "DOUBT-1", reason: "The vendor says so.", until: "2999-12-31" }] });
    try {
      for (const each of [world, exempt]) {
        addAda(each);
        const { request } = await each.dsr.access("acme", { identifier: ada() });
        const { records } = await each.dsr.evidence(request.id);
        const found = records.map(({ fact }) => fact).find((fact) => fact.kind === "found");
        expect(found?.exemptions).to.deep.equal(each === exempt ? [{ rule: "DOUBT-1", until: "2999-12-31" }] : undefined);
        const words = records.map(sentenceOf).flatMap(({ details }) => details).join("\n");
        if (each === exempt) expect(words).to.contain("the connector is exempt from rules of its contract: DOUBT-1 until 2999-12-31");
        else expect(words).to.not.contain("exempt");
      }
    } finally {
      await exempt.end();
    }
  });

  it("tells every kind of record in a sentence, and every detail that it holds", async () => {
    addAda(world, 2);
    await world.dsr.placeHold({ identifier: ada(), basis: "litigation 7" });
    await world.dsr.plan("acme", { identifier: ada(), reference: "T-9", operator: "Olga", verified: { method: "passport", at: "2026-01-01T00:00:00.000Z" } });
    await world.dsr.releaseHold((await world.dsr.holds())[0]!.id);
    const planned = await world.dsr.plan("acme", { identifier: ada(), reference: "T-9", operator: "Olga", verified: { method: "passport", at: "2026-01-01T00:00:00.000Z" } });
    await world.dsr.delete(planned.plan!.id, planned.plan!.confirm);
    const told = (await world.dsr.evidence(planned.request.id)).records.map(sentenceOf);
    const words = told.flatMap(({ what, details }) => [what, ...details]).join("\n");
    for (const part of ["T-9", "Olga", "passport", "law gdpr", "litigation 7", "HELD", "people/search", "read_people granted (observed)", "attempt 1", "the vendor's request id call-", "BACKUPS", planned.plan!.id, "API 1", "connector memory 1.0.0"]) expect(words).to.contain(part);
    expect(words).to.not.contain("undefined").and.not.contain("[object");
    expect(told.map(({ seq }) => seq)).to.deep.equal(told.map((_, n) => n + 1));
  });

  it("V12: tells what came after the end in sentences that say no more than was seen", () => {
    const told = (fact: EvidenceFact): string => {
      const { what, details } = sentenceOf({ v: 1, request: "r", seq: 1, at: "x", fact, previous: "", hash: "" });
      return [what, ...details].join(" | ");
    };
    const searched = [{ identifier: "email", where: "people/search", at: "then" }];
    expect(told({ kind: "surveyed", dependents: [], searched })).to.equal("looked again for what hangs on the records: nothing more was found | searched by email in people/search, then");
    expect(told({ kind: "surveyed", dependents: [{ category: "message", record: "p2" }] })).to.equal("found 1 more since the plan, to be looked at afterwards | message p2");
    expect(told({ kind: "looked_again", searched, gaps: [], shown: [] })).to.equal("looked for the person again: not found, apart from what was to stay | searched by email in people/search, then");
    expect(told({ kind: "looked_again", searched: [], gaps: [], shown: [{ record: "p1", kind: "user", answer: "absent" }] })).to.equal("looked for the person again: shown by the search, and not there when read by id | user p1: not there when read by its id");
    expect(told({ kind: "looked_again", searched: [], gaps: [], shown: [{ record: "p1", kind: "user", answer: "present" }] })).to.equal("looked for the person again: 1 there again | user p1: there when read by its id");
    expect(told({ kind: "looked_again", searched: [], gaps: [{ category: "person", code: "PAGING" }], shown: [] })).to.contain("looked for the person again: not seen in a list that was not whole, apart from what was to stay |");
    expect(told({ kind: "page", number: 1, counts: {}, gaps: [], strangers: ["p3"] })).to.contain("p3 is somebody else's: left out");
    expect(told({ kind: "packaged", sha256: "ab", counts: {}, expiresAt: "then", notCovered: [{ category: "orders", reason: "nothing leads there" }] })).to.contain("nothing leads there");
    expect(told({ kind: "packaged", sha256: "ab", sealed: true, counts: {}, expiresAt: "then" })).to.match(/^wrote the access package, sealed for one recipient: /);
    expect(told({ kind: "packaged", sha256: "ab", counts: {}, expiresAt: "then" })).to.match(/^wrote the access package: /);
    expect(told({ kind: "asked", choices: {} })).to.equal("all that is found was asked for");
    expect(told({ kind: "asked", choices: {}, package: ["folder", "recipient"] })).to.equal("how the package is wanted | in a folder that was named | sealed for one recipient alone");
    expect(told({ kind: "asked", choices: { only: ["p1"] }, package: ["folder"] })).to.match(/^what was chosen by hand/).and.to.contain("in a folder that was named");
    expect(told({ kind: "look_failed", dueAt: "then", why: "VENDOR_UNAVAILABLE", apiCalls: 4 })).to.equal("could not look for the person again yet: VENDOR_UNAVAILABLE | due then | 4 calls to the vendor since the record before");
    expect(told({ kind: "look_missed", dueAt: "then", why: "AUTH_REJECTED" })).to.equal("gave up looking for the person again: AUTH_REJECTED | due then");
    expect(told({ kind: "settled", category: "person", record: "p1", outcome: "deleted" }), "which not only a reading tells").to.equal("person p1: deleted, and not there any more");
    expect(told({ kind: "package_removed", folder: "deleted", file: "deleted" })).to.equal("removed the access package, whose time was over: it is not there any more");
    expect(told({ kind: "package_removed", folder: "not_found", file: "not_deleted" })).to.contain("was not where it had been put").and.contain("as one file: the access package, whose time was over, could not be removed: it is still there");
    expect(told({ kind: "pages_dropped" })).to.contain("nobody went on with");
    expect(told({ kind: "turned_away", why: "ACCESS_FIRST" })).to.equal("somebody wanted to go on and was refused: ACCESS_FIRST; nothing was done");
    expect(told({ kind: "key_destroyed" })).to.contain("their key is gone").and.to.not.match(/permanent|destroy|irrevocabl|for good|erased/i);
  });

  it("S1: is a page on which nothing runs, loads or leads anywhere, whatever the texts are", async () => {
    const hostile = `</td><script>alert(1)</script><img src=x onerror="alert(1)">'&amp;<a href="javascript:1">`;
    const { request } = await world.dsr.access("acme", { identifier: ada(), reference: hostile, operator: hostile });
    const { records } = await world.dsr.evidence(request.id);
    const html = evidenceHtml(records, (await world.dsr.exportEvidence(request.id)).checkpoint);
    const tags = new Set([...html.matchAll(/<\/?([a-zA-Z0-9!]+)/g)].map(([, name]) => name!.toLowerCase()));
    expect([...tags].filter((tag) => !["!doctype", "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "dl", "dt", "dd", "code"].includes(tag))).to.deep.equal([]);
    const attributes = [...html.matchAll(/<[a-zA-Z][^>]*?\s([a-zA-Z-]+)=/g)].map(([, name]) => name);
    expect([...new Set(attributes)].sort()).to.deep.equal(["charset", "http-equiv", "lang", "name", "scope"]);
    expect(html).to.contain("default-src 'none'").and.to.not.match(/url\(|@import/);
    expect(html).to.contain("&#60;script&#62;alert(1)");
    expect(html.match(/<style>/g)).to.have.length(1);
  });
});
