import { expect } from "chai";
import { systemRandom } from "../../adapters/clock/system-clock.js";
import { createMemoryHost } from "../../adapters/in-memory/memory-host.js";
import { newRequestId } from "../../core/intake.js";
import { Identifier, openRequest, subjectKey, type PrivacyRequest, type RequestInput, type RequestType } from "../../core/index.js";
import { MANIFEST, sampleConnection } from "./sample-manifest.js";
import { rejectionOf } from "./thrown.js";

const jane = Identifier.parse("email", "jane@example.test");

describe("opening a request", () => {
  const host = () => createMemoryHost();
  const open = (on: ReturnType<typeof host>, input: Partial<RequestInput> = {}, type: RequestType = "access", connection = sampleConnection()): Promise<PrivacyRequest> =>
    openRequest(on, MANIFEST, connection, type, { identifier: jane, ...input });

  it("fills in what was not said, and holds no address", async () => {
    const request = await open(host());
    expect(request).to.deep.include({ type: "access", connector: "sample", connectorVersion: "1.2.3", connection: "acme", vendorsOwn: true, state: "running", openedAt: "2026-01-15T09:00:00.000Z" });
    expect(request.context).to.deep.equal({ receivedAt: "2026-01-15T09:00:00.000Z", law: "gdpr", dueAt: "2026-02-15T09:00:00.000Z", language: "en" });
    expect(Object.keys(request.context)).to.have.members(["receivedAt", "law", "dueAt", "language"]);
    expect(Object.keys((await open(host(), { law: "other" })).context)).to.not.include("dueAt");
    expect(JSON.stringify(request)).to.not.contain("jane");
  });

  it("names requests in the order in which they are opened, so that stores keep together what is opened together", async () => {
    const on = host();
    const ids: string[] = [];
    for (const laterMs of [0, 0, 1, 3_600_000, 20 * 365 * 86_400_000]) {
      await on.clock.advance(laterMs);
      ids.push((await open(on)).id);
    }
    expect(new Set(ids).size).to.equal(5);
    expect([...ids.slice(1)].sort()).to.deep.equal(ids.slice(1));
    expect(ids[0]?.slice(0, 8), "both in one millisecond").to.equal(ids[1]?.slice(0, 8));
    for (const now of [Date.now(), 1_768_467_600_000.25, 12, -1]) expect(newRequestId({ clock: { ...on.clock, now: () => now }, random: systemRandom }), `at ${now}`).to.match(/^[0-9a-z]{8}[a-z2-7]{16}$/);
  });

  it("keeps what was said", async () => {
    const said = { reference: "T-1", receivedAt: "2026-01-02T00:00:00.000Z", law: "ccpa", verified: { method: "login", at: "2026-01-03" }, operator: "kim", language: "de" } as const;
    expect((await open(host(), said)).context).to.deep.equal({ ...said, dueAt: "2026-02-16T00:00:00.000Z" });
    expect((await open(host(), { law: "other" })).context).to.not.have.property("dueAt");
    expect((await open(host(), { law: "other", dueAt: "2026-03-01T00:00:00.000Z" })).context.dueAt).to.equal("2026-03-01T00:00:00.000Z");
  });

  it("seals the address in the journal", async () => {
    const on = host();
    const { id } = await open(on);
    expect((await on.journal.identifiers(id)).map((identifier) => identifier.reveal())).to.deep.equal(["jane@example.test"]);
  });

  it("P10: is the same request where reference and input are the same", async () => {
    const on = host();
    const first = await open(on, { reference: "T-1", operator: "kim" });
    await on.clock.advance(3 * 86_400_000);
    const second = await open(on, { reference: "T-1", operator: "kim" });
    expect(second).to.deep.equal(first);
    expect(await on.journal.list({})).to.have.lengthOf(1);
  });

  it("P10: is the same request for another spelling that matches the address", async () => {
    const on = host();
    const first = await open(on, { reference: "T-1" });
    expect((await open(on, { reference: "T-1", identifier: Identifier.parse("email", "JANE@Example.test") })).id).to.equal(first.id);
  });

  for (const [what, input] of [
    ["another person", { identifier: Identifier.parse("email", "joe@example.test") }],
    ["a look-alike", { identifier: Identifier.parse("email", "\uFF4Aane@example.test") }],
    ["a tag more", { identifier: Identifier.parse("email", "jane+x@example.test") }],
    ["another law", { law: "ccpa" }],
    ["another language", { language: "fr" }],
    ["another operator", { operator: "someone" }],
    ["a verification that was not named before", { verified: { method: "login", at: "2026-01-03" } }],
    ["another date of receipt", { receivedAt: "2026-01-01T00:00:00.000Z" }],
    ["another due date", { dueAt: "2026-01-20T00:00:00.000Z" }],
  ] as const) {
    it(`P10: refuses the same reference with ${what}`, async () => {
      const on = host();
      await open(on, { reference: "T-1" });
      expect(await rejectionOf(open(on, { reference: "T-1", ...input }))).to.include({ code: "IDEMPOTENCY_CONFLICT" });
      expect(await on.journal.list({})).to.have.lengthOf(1);
    });
  }

  it("P10: takes the same reference for another type, and at another connection, for another request", async () => {
    const on = host();
    const ids = [await open(on, { reference: "T-1" }), await open(on, { reference: "T-1" }, "deletion"), await open(on, { reference: "T-1" }, "access", sampleConnection({ name: "other" }))].map(({ id }) => id);
    expect(new Set(ids).size).to.equal(3);
  });

  it("P10: takes each call without a reference for a new request", async () => {
    const on = host();
    expect((await open(on)).id).to.not.equal((await open(on)).id);
  });

  it("P10: opens one request where two are asked for at the same time", async () => {
    const on = host();
    const [first, second] = await Promise.all([open(on, { reference: "T-1" }), open(on, { reference: "T-1" })]);
    expect(first.id).to.equal(second.id);
  });

  for (const [what, at, reason, act] of [
    ["a request type that the manifest does not declare", "request type", "the connector does not declare it", (on: ReturnType<typeof host>) => openRequest(on, { ...MANIFEST, requestTypes: ["access"] }, sampleConnection(), "deletion", { identifier: jane })],
    ["a request type that was not selected when connecting", "request type", "it was not selected when this account was connected", (on: ReturnType<typeof host>) => open(on, {}, "deletion", sampleConnection({ capabilities: ["access"] }))],
    ["an identifier category that the manifest does not declare", "identifier category", "the connector does not declare it", (on: ReturnType<typeof host>) => open(on, { identifier: Identifier.parse("phone", "+15550100") })],
  ] as const) {
    it(`refuses ${what}, says so, and opens nothing`, async () => {
      const on = host();
      expect(await rejectionOf(act(on))).to.deep.include({ code: "UNSUPPORTED_REQUEST", facts: { at, reason } });
      expect(await on.journal.list({})).to.deep.equal([]);
    });
  }

  it("refuses dates that are none, and opens nothing", async () => {
    const on = host();
    for (const input of [{ receivedAt: "soon" }, { dueAt: "never" }, { verified: { method: "login", at: "yesterday" } }, { receivedAt: "2026-13-01" }, { law: "ccpa", receivedAt: "" }] as const) {
      expect(await rejectionOf(open(on, input)), JSON.stringify(input)).to.include({ code: "REQUEST_INVALID" });
    }
    expect(await rejectionOf(open(on, { verified: { method: "login", at: "yesterday" } }))).to.deep.include({ facts: { at: "verified.at", reason: "it is no date" } });
    expect(await on.journal.list({})).to.deep.equal([]);
  });
});

describe("the key under which a person's requests are found", () => {
  const { digest } = createMemoryHost();
  const key = (address: string) => subjectKey(digest, Identifier.parse("email", address));

  it("is equal for spellings that match each other, and for no others", () => {
    for (const same of ["JANE@example.test", "jane@EXAMPLE.test"]) expect(key(same)).to.equal(key("jane@example.test"));
    expect(key("jane@b\u00FCcher.test")).to.equal(key("Jane@xn--bcher-kva.test"));
    for (const other of ["jane+x@example.test", "\uFF4Aane@example.test", "jane@example.org.test", "jan\u00E9@example.test"]) expect(key(other)).to.not.equal(key("jane@example.test"));
    expect(key("\u212Aim@example.test")).to.not.equal(key("kim@example.test"));
  });

  it("knows letter case in addresses alone", () => {
    const id = (value: string) => subjectKey(digest, Identifier.parse("user_id", value));
    expect(id("crm-A@1")).to.not.equal(id("crm-a@1"));
  });

  it("depends on the category, and does not show the value", () => {
    expect(subjectKey(digest, Identifier.parse("user_id", "jane@example.test"))).to.not.equal(key("jane@example.test"));
    expect(key("jane@example.test")).to.match(/^[0-9a-f]{64}$/);
  });
});
