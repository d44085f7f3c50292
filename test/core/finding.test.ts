import { expect } from "chai";
import { createMemoryHost } from "../../adapters/in-memory/memory-host.js";
import { find, Identifier, lookUp, type IdentifierLookupPort, type LookupResult, type Manifest, type Match, type PrivacyRequest, type Run, type Session } from "../../core/index.js";
import { MANIFEST, sampleConnection } from "./sample-manifest.js";
import { rejectionOf } from "./thrown.js";

const TIME = "2026-01-15T09:00:00.000Z";
const ARCHIVED: Manifest = { ...MANIFEST, lookupExtents: [{ id: "archived", label: "Archived", category: "archived_people", reason: "not shown" }, { id: "spam", label: "Spam", category: "spam_people", reason: "not shown" }] };

const match = (id: string, changes: Partial<Match> = {}): Match => ({ id, kind: "user", matchedBy: "exact", primary: true, holds: {}, ...changes });
const result = (changes: Partial<LookupResult> = {}): LookupResult => ({ matches: [], nearMatches: [], searched: [], notCovered: [], gaps: [], dropped: 0, ...changes });

/** A run of a request whose lookup answers as told, in its search and in its extents. */
async function runOf(search: readonly LookupResult[], beyond: Readonly<Record<string, readonly LookupResult[]>> = {}, manifest = ARCHIVED) {
  const host = createMemoryHost();
  const connection = sampleConnection({ scopes: [{ id: "read", label: "Read people", fix: "", neededFor: ["always"], status: "granted", basis: "observed" }] });
  let calls = 0;
  const asked: string[] = [];
  const answer = (where: string, results: readonly LookupResult[]) => async (identifiers: readonly Identifier[]): Promise<readonly LookupResult[]> => {
    asked.push(`${where} ${identifiers.map((identifier) => identifier.reveal()).join(" ")}`);
    calls += where === "search" ? 2 : 5;
    return results;
  };
  const lookup: IdentifierLookupPort = { find: answer("search", search), findIn: (extent, identifiers) => answer(extent, beyond[extent] ?? [])(identifiers), findById: async () => undefined };
  const request: PrivacyRequest = await host.journal.open(
    { id: "r1", type: "access", connector: "sample", connectorVersion: "1.2.3", connection: "acme", vendorsOwn: true, openedAt: TIME, context: { reference: "T-1", receivedAt: TIME, law: "gdpr", language: "en" } as PrivacyRequest["context"], subjectKey: "key", state: "running" },
    [Identifier.parse("email", "eve@example.test")],
  );
  const session = { connection, manifest, lookup, apiCalls: () => calls } as unknown as Session;
  const run: Run = { host, session, request, lease: (await host.journal.lease("r1"))!, signal: new AbortController().signal };
  return { run, asked, entries: () => host.journal.entries("r1") };
}

describe("what a lookup found", () => {
  it("is recorded as the vendor's answers have it, all identifiers' together, each record once and under the search where that shows it", async () => {
    const searched = ["a", "b"].map((where) => ({ identifier: "email", where, at: TIME }));
    const gap = { category: "people", code: "PAGING" };
    const { run, entries } = await runOf(
      [result({ matches: [match("p1"), match("p2", { kind: "lead", primary: false })], searched: [searched[0]!], dropped: 2 }), result({ matches: [match("p1")], searched: [searched[1]!], gaps: [gap], dropped: 3, notCovered: [{ category: "x", reason: "y" }] })],
      { archived: [result({ matches: [match("p2"), match("p3")] })] },
    );
    const { finding, matches, calls } = await find(run, ["archived"]);
    expect(finding.matches).to.deep.equal([
      { id: "p1", kind: "user", matchedBy: "exact", primary: true },
      { id: "p2", kind: "lead", matchedBy: "exact", primary: false },
      { id: "p3", kind: "user", matchedBy: "exact", primary: true, extent: "archived" },
    ]);
    expect(matches.map(({ id, extent }) => [id, extent])).to.deep.equal([["p1", undefined], ["p2", undefined], ["p3", "archived"]]);
    expect([finding.dropped, finding.searched, finding.gaps, finding.extents, calls]).to.deep.equal([5, searched, [gap], ["archived"], { search: 2, extents: 5 }]);
    expect(finding.notCovered).to.deep.include({ category: "x", reason: "y" });
    expect(finding.account).to.deep.equal({ workspace: "w1", region: "us", apiVersion: "1", permissions: [{ id: "read", status: "granted", basis: "observed" }] });
    expect((await entries()).map((entry) => entry.kind === "found" && entry.finding)).to.deep.equal([finding]);
  });

  it("names no near match that is a match, too, and no loose record that hangs on one", async () => {
    const loose = (id: string, hangsOn?: readonly string[]) => ({ category: "chats", id, as: "author", matchedBy: "exact" as const, ...(hangsOn === undefined ? {} : { hangsOn }) });
    const { run } = await runOf([result({ matches: [match("p0"), match("p1")], nearMatches: [{ id: "p1", why: "tag" }, { id: "p2", why: "dots" }], loose: [loose("c1"), loose("c2", ["p1", "p9"]), loose("c3", ["p9"])] })]);
    const { finding } = await find(run);
    expect(finding.nearMatches).to.deep.equal([{ id: "p2", why: "dots" }]);
    expect(finding.loose?.map(({ id }) => id)).to.deep.equal(["c1", "c3"]);
    expect(finding.loose?.[1]).to.not.have.property("hangsOn");
  });

  it("says nothing of what there is nothing to say about", async () => {
    const { run } = await runOf([result()]);
    expect(Object.keys((await find(run)).finding)).to.have.members(["matches", "nearMatches", "searched", "notCovered", "gaps", "dropped", "covered", "connectorVersion", "account"]);
  });
});

describe("an extent", () => {
  it("is looked at where it is asked for, for the same identifiers, and no other is", async () => {
    const { run, asked } = await runOf([result()]);
    expect((await lookUp(run, ["spam"])).lookedAt).to.deep.equal(["spam"]);
    expect(asked).to.deep.equal(["search eve@example.test", "spam eve@example.test"]);
  });

  it("is covered where it is asked for, and named as not covered where it is not, as is every category that is not connected", async () => {
    const categories = async (extents: readonly string[], manifest = ARCHIVED) => (await find((await runOf([result()], {}, manifest)).run, extents)).finding.notCovered.map(({ category }) => category);
    const elsewhere = ["chats", "chat_ratings", "orders", "calls"];
    expect(await categories([])).to.have.members([...elsewhere, "archived_people", "spam_people"]);
    expect(await categories(["archived"])).to.have.members([...elsewhere, "spam_people"]);
    expect(await categories([], MANIFEST)).to.have.members(elsewhere);
  });

  it("is an error of the connector where it is declared and cannot be looked at", async () => {
    const { run } = await runOf([result()]);
    const session = { ...run.session, lookup: { find: async () => [result()], findById: async () => undefined } };
    expect(await rejectionOf(lookUp({ ...run, session }, ["spam"]))).to.deep.include({ code: "INTERNAL", facts: { reason: "an extent is declared that cannot be looked at" } });
  });

  it("counts as looked at only where every answer went to its end", async () => {
    const open = result({ notCovered: [{ category: "archived_people", reason: "not readable here" }] });
    const { run } = await runOf([result()], { archived: [result(), open], spam: [result({ notCovered: [{ category: "other", reason: "x" }] })] });
    expect((await lookUp(run, ["archived", "spam"])).lookedAt).to.deep.equal(["spam"]);
  });

  it("is refused before any call where the manifest declares none such, or none at all", async () => {
    for (const manifest of [ARCHIVED, MANIFEST]) {
      const { run, asked } = await runOf([result()], {}, manifest);
      expect(await rejectionOf(lookUp(run, ["archived", "attic"]))).to.deep.include({ code: "UNSUPPORTED_REQUEST", facts: { at: "extent", reason: "the connector cannot look there" } });
      expect(asked).to.deep.equal([]);
    }
    const { run, asked } = await runOf([result()], {}, MANIFEST);
    expect((await lookUp(run)).lookedAt).to.deep.equal([]);
    expect(asked).to.have.lengthOf(1);
  });
});
