import { expect } from "chai";
import { checkScopes, DsrError, neededScopes, notCovered, type ScopeReport, type Selection } from "../../core/index.js";
import { MANIFEST, sampleAccount, sampleAuth, type Granted } from "./sample-manifest.js";
import { rejectionOf } from "./thrown.js";

const EVERYTHING: Selection = { capabilities: ["access", "deletion"], categories: "granted" };

function report(granted: Granted = {}, selection: Selection = EVERYTHING, role: string | null = "Admin"): Promise<ScopeReport> {
  return checkScopes(MANIFEST, sampleAuth(granted), sampleAccount(role), selection);
}

const statuses = ({ scopes }: ScopeReport) => Object.fromEntries(scopes.map(({ id, status }) => [id, status]));

describe("checking what an account granted", () => {
  it("is content with everything", async () => {
    expect(await report()).to.deep.include({ ok: true, categories: ["people", "chats", "chat_ratings", "orders"], wouldWork: ["access", "deletion"], planRestricted: false });
  });

  it("finds several missing scopes in one pass", async () => {
    const found = await report({ read: "missing", write: "missing", orders: "missing" });
    expect(found.ok).to.equal(false);
    expect(statuses(found)).to.deep.equal({ read: "missing", write: "missing", chats: "granted", orders: "missing" });
    expect(found.wouldWork).to.deep.equal([]);
  });

  it("says what each scope is called, what it is needed for and where to grant it", async () => {
    const { scopes } = await report({ write: "missing" });
    expect(scopes.map(({ id, label, neededFor }) => [id, label, neededFor])).to.deep.equal([
      ["read", "Read people", ["access", "deletion"]],
      ["write", "Write people", ["deletion"]],
      ["chats", "Read chats", ["chats", "chat_ratings"]],
      ["orders", "Read orders", ["orders"]],
    ]);
    expect(scopes[1]).to.deep.include({ status: "missing", basis: "observed", fix: "In the settings." });
  });

  it("probes each scope once, and none that the selection does not need", async () => {
    const auth = sampleAuth();
    await checkScopes(MANIFEST, auth, sampleAccount(), { capabilities: ["access"], categories: [] });
    expect(auth.probed).to.deep.equal(["read"]);
    const all = sampleAuth();
    await checkScopes(MANIFEST, all, sampleAccount(), { capabilities: ["access", "deletion"], categories: ["chats", "chat_ratings"] });
    expect(all.probed).to.deep.equal(["read", "write", "chats"]);
  });

  it("lists them in the manifest's order, whichever were asked for by name", async () => {
    const order = MANIFEST.scopes.map(({ id }) => id);
    for (const categories of ["granted", ["orders"], ["orders", "chats"], []] as const) {
      const { scopes } = await report({}, { capabilities: ["access", "deletion"], categories });
      expect(scopes.map(({ id }) => id)).to.deep.equal(order.filter((id) => scopes.some((scope) => scope.id === id)));
    }
  });

  it("does without a missing scope that only another capability needs", async () => {
    expect(await report({ write: "missing" }, { capabilities: ["access"], categories: "granted" })).to.include({ ok: true });
  });

  it("tells which capabilities would work with what is granted", async () => {
    expect((await report({ write: "missing" })).wouldWork).to.deep.equal(["access"]);
  });

  it("covers an optional category exactly where its scope is granted", async () => {
    const found = await report({ chats: "missing" });
    expect(found).to.deep.include({ ok: true, categories: ["people", "orders"] });
    expect(found.notCovered).to.deep.equal([
      { category: "chats", scope: "Read chats", reason: "not granted" },
      { category: "chat_ratings", scope: "Read chats", reason: "not granted" },
      { category: "calls", reason: "not read" },
    ]);
  });

  it("requires the scope of an optional category that was named", async () => {
    const selection: Selection = { capabilities: ["access"], categories: ["orders"] };
    expect(await report({ orders: "missing" }, selection)).to.deep.include({ ok: false, categories: ["people"] });
    expect(await report({ chats: "missing" }, selection)).to.deep.include({ ok: true, categories: ["people", "orders"] });
  });

  it("lets a required scope pass that cannot be tested, and never shows it as granted", async () => {
    const found = await report({ write: "not_testable" });
    expect(found.ok).to.equal(true);
    expect(statuses(found)).to.deep.include({ write: "not_testable" });
    expect(found.wouldWork).to.deep.equal(["access", "deletion"]);
  });

  it("does not add an optional category whose scope cannot be tested, unless it was named", async () => {
    expect((await report({ orders: "not_testable" })).categories).to.deep.equal(["people", "chats", "chat_ratings"]);
    expect((await report({ orders: "not_testable" }, { capabilities: ["access"], categories: ["orders"] })).categories).to.deep.equal(["people", "orders"]);
  });

  describe("with a subscription that leaves things out", () => {
    const restricted = new DsrError("PLAN_RESTRICTED");

    it("refuses where a required scope is concerned, and asks about the other required ones alone", async () => {
      const auth = sampleAuth({ read: restricted, orders: "missing" });
      const found = await checkScopes(MANIFEST, auth, sampleAccount(), EVERYTHING);
      expect(auth.probed).to.deep.equal(["read", "write"]);
      expect(found).to.deep.include({ ok: false, planRestricted: true, wouldWork: [] });
      expect(statuses(found)).to.deep.equal({ read: "not_testable", write: "granted", chats: "not_testable", orders: "not_testable" });
    });

    it("merely does not cover an optional category", async () => {
      expect(await report({ chats: restricted })).to.deep.include({ ok: true, planRestricted: false, categories: ["people", "orders"] });
    });
  });

  describe("with a role", () => {
    it("is content with the required one, whatever its case", async () => {
      expect((await report({}, EVERYTHING, "ADMIN")).account).to.deep.include({ required: "Admin", status: "ok" });
    });

    it("refuses another one, and says so beside the missing scopes", async () => {
      const found = await report({ write: "missing" }, EVERYTHING, "Support");
      expect(found).to.deep.include({ ok: false, wouldWork: [] });
      expect(found.account.status).to.equal("insufficient");
      expect(statuses(found)).to.deep.include({ write: "missing" });
    });

    it("refuses one that merely contains the required word", async () => {
      for (const role of ["Admin (read only)", "Not Admin", "", "Administrator"]) {
        expect((await report({}, EVERYTHING, role)).account.status, role).to.equal("insufficient");
      }
    });

    it("connects where the vendor does not tell it, and says that it was not tested", async () => {
      const found = await report({}, EVERYTHING, null);
      expect(found.ok).to.equal(true);
      expect(found.account).to.deep.equal({ required: "Admin", status: "not_testable", fix: "In the settings." });
    });
  });

  it("passes breakage on: a vendor that cannot be reached misses no scope", async () => {
    for (const code of ["VENDOR_UNAVAILABLE", "AUTH_REJECTED", "VENDOR_MALFORMED", "RATE_LIMITED"] as const) {
      expect(await rejectionOf(report({ orders: new DsrError(code) }))).to.include({ code });
    }
  });
});

describe("who works for the account", () => {
  const WITH_TEAM = { ...MANIFEST, scopes: [...MANIFEST.scopes, { id: "team", label: "Read the team", purpose: "Notices colleagues.", neededFor: [], fix: "In the settings." }], teammates: { scope: "team" } };
  const team = (granted: Granted, selection = EVERYTHING) => checkScopes(WITH_TEAM, sampleAuth(granted), sampleAccount(), selection);
  const left = ({ notCovered: all }: ScopeReport) => all.filter(({ category }) => category === "teammates");

  it("is covered exactly where the scope is granted, which nobody has to grant, and is no data category", async () => {
    const granted = await team({});
    expect([granted.ok, left(granted), granted.categories.includes("teammates")]).to.deep.equal([true, [], false]);
    expect(granted.scopes.find(({ id }) => id === "team")).to.deep.include({ status: "granted", neededFor: ["teammates"] });
    for (const [status, reason] of [["missing", "not granted"], ["not_testable", "not proven"]] as const) {
      const found = await team({ team: status });
      expect([found.ok, left(found)]).to.deep.equal([true, [{ category: "teammates", scope: "Read the team", reason }]]);
    }
  });

  it("is asked about where it is listed, and then required", async () => {
    expect(left(await team({}, { capabilities: ["access"], categories: [] }))).to.deep.equal([{ category: "teammates", scope: "Read the team", reason: "not selected" }]);
    expect(left(await team({}, { capabilities: ["access"], categories: ["teammates"] }))).to.deep.equal([]);
    expect((await team({ team: "missing" }, { capabilities: ["access"], categories: ["teammates"] })).ok).to.equal(false);
  });
});

describe("what a selection needs", () => {
  it("is in the manifest's order, each once", () => {
    expect(neededScopes(MANIFEST, { capabilities: ["deletion", "access"], categories: ["orders", "chats"] }).map((scope) => scope.id)).to.deep.equal(["read", "write", "chats", "orders"]);
  });

  it("is nothing optional where whatever is granted is covered", () => {
    expect(neededScopes(MANIFEST, { capabilities: ["access"], categories: "granted" }).map((scope) => scope.id)).to.deep.equal(["read"]);
  });
});

describe("what is not covered", () => {
  it("is an extent that was not looked at", () => {
    const manifest = { ...MANIFEST, lookupExtents: [{ id: "archived", label: "Archived", category: "archived_people", reason: "not shown by the search" }] };
    const all = ["people", "chats", "chat_ratings", "orders"];
    expect(notCovered(manifest, all, [])).to.deep.equal([{ category: "archived_people", reason: "not shown by the search" }, { category: "calls", reason: "not read" }]);
    expect(notCovered(manifest, [...all, "archived_people"], [])).to.deep.equal([{ category: "calls", reason: "not read" }]);
  });

  it("is each category outside, with the scope's own words, and what no request can look at", () => {
    expect(notCovered(MANIFEST, ["people", "chats", "chat_ratings", "orders"], [])).to.deep.equal([{ category: "calls", reason: "not read" }]);
    expect(notCovered(MANIFEST, [], []).map(({ category, scope }) => [category, scope])).to.deep.equal([
      ["people", "Read people"], ["chats", "Read chats"], ["chat_ratings", "Read chats"], ["orders", "Read orders"], ["calls", undefined],
    ]);
  });

  it("tells apart what is not granted, what could not be tested and what nobody selected", () => {
    const checks = [{ id: "read", status: "granted" }, { id: "chats", status: "missing" }, { id: "orders", status: "not_testable" }] as const;
    expect(notCovered(MANIFEST, [], checks).slice(0, 4).map(({ reason }) => reason)).to.deep.equal(["not selected", "not granted", "not granted", "not proven"]);
  });
});

describe("checking what deletes beyond the person's own records", () => {
  const related = (id: string, scope: string) => ({ ...MANIFEST.dataCategories.find((each) => each.id === id)!, deletion: { how: "with_subject" as const, text: "Goes.", related: { target: id, scope, text: "Each goes." } } });
  const scope = (id: string) => ({ id, label: `Do ${id}`, purpose: "Deletes.", neededFor: [], fix: "In the settings." });
  const manifest: typeof MANIFEST = {
    ...MANIFEST,
    scopes: [...MANIFEST.scopes, scope("erase_chats"), scope("erase_orders"), scope("leave"), scope("unused")],
    dataCategories: MANIFEST.dataCategories.map((each) => (each.id === "chats" || each.id === "orders" ? related(each.id, `erase_${each.id}`) : each)),
    erasurePolicies: [{ id: "shared", label: "Shared", values: [{ id: "keep", text: "Stays.", scopes: [] }, { id: "leave", text: "Goes.", scopes: ["leave"] }] }],
  };
  const probedFor = async (selection: Selection, granted: Granted = {}, of = manifest): Promise<readonly string[]> => {
    const auth = sampleAuth(granted);
    const { ok, required } = await checkScopes(of, auth, sampleAccount(), selection);
    expect(ok, "nobody has to grant it").to.equal(true);
    expect(required).to.not.include.members(["erase_chats"]).and.not.include.members(["leave"]);
    return auth.probed.filter((id) => !["read", "write", "chats", "orders"].includes(id));
  };
  const both = ["access", "deletion"] as const;

  it("asks for it where deletions are selected, of the categories that the selection may cover, and for the policies", async () => {
    expect(await probedFor({ capabilities: both, categories: "granted" })).to.deep.equal(["erase_chats", "erase_orders", "leave"]);
    expect(await probedFor({ capabilities: both, categories: ["orders"] })).to.deep.equal(["erase_orders", "leave"]);
    expect(await probedFor({ capabilities: both, categories: [] })).to.deep.equal([]);
    expect(await probedFor({ capabilities: ["access"], categories: "granted" })).to.deep.equal([]);
    expect(await probedFor({ capabilities: both, categories: "granted" }, {}, MANIFEST)).to.deep.equal([]);
  });

  it("does not ask for what deletes where nothing can be read, and for a policy where any can", async () => {
    expect(await probedFor({ capabilities: both, categories: "granted" }, { chats: "missing" })).to.deep.equal(["erase_orders", "leave"]);
    expect(await probedFor({ capabilities: both, categories: "granted" }, { chats: "missing", orders: "missing" })).to.deep.equal([]);
  });
});
