import { expect } from "chai";
import { ConnectorRegistry, type Connector } from "../../core/index.js";
import { MANIFEST, PROTOCOL, sampleConnector } from "./sample-manifest.js";
import { thrownBy } from "./thrown.js";

const register = (connector: Connector) => thrownBy(() => new ConnectorRegistry(() => []).register(connector));
const [read, write, chats, orders] = MANIFEST.scopes;
const [people, ...categories] = MANIFEST.dataCategories;

const archived = { id: "archived", label: "Archived", category: "archived_people", reason: "not shown" };

describe("the registry of connectors", () => {
  it("takes a connector whose manifest fits together", () => {
    const registry = new ConnectorRegistry(() => []);
    registry.register(sampleConnector());
    registry.register(sampleConnector({ id: "other" }));
    expect(registry.manifests().map((manifest) => manifest.id)).to.deep.equal(["sample", "other"]);
    expect(registry.get("other").manifest.id).to.equal("other");
  });

  it("knows no connector that was not registered, whatever its name", () => {
    for (const id of ["sample", "__proto__", "constructor", ""]) {
      expect(thrownBy(() => new ConnectorRegistry(() => []).get(id))).to.include({ code: "CONNECTOR_UNKNOWN" });
    }
  });

  it("refuses what the validator refuses, with the first place and reason", () => {
    const registry = new ConnectorRegistry(() => [{ pointer: "/vendor/url", reason: "it is not a URL" }, { pointer: "/id", reason: "it is too long" }]);
    expect(thrownBy(() => registry.register(sampleConnector()))).to.deep.include({ code: "CONFIG_INVALID", facts: { at: "manifest /vendor/url", reason: "it is not a URL" } });
    expect(registry.manifests()).to.deep.equal([]);
  });

  it("names the whole manifest where the pointer is empty", () => {
    const registry = new ConnectorRegistry(() => [{ pointer: "", reason: "it is no object" }]);
    expect(thrownBy(() => registry.register(sampleConnector()))).to.have.nested.property("facts.at", "manifest /");
  });

  it("refuses a second connector of the same id", () => {
    const registry = new ConnectorRegistry(() => []);
    registry.register(sampleConnector());
    expect(thrownBy(() => registry.register(sampleConnector({ version: "2.0.0" })))).to.deep.include({ code: "CONFIG_INVALID", facts: { at: "manifest /id", reason: "a connector of this id is registered already" } });
    expect(registry.get("sample").manifest.version).to.equal("1.2.3");
  });

  for (const [what, connector, pointer, reason] of [
    ["two scopes of one id", sampleConnector({ scopes: [read!, write!, chats!, orders!, read!] }), "/scopes", "two scopes share an id"],
    ["a category whose scope is not declared", sampleConnector({ dataCategories: [people!, { ...people!, id: "x", scope: "nowhere" }] }), "/dataCategories/1/scope", "this scope is not declared in /scopes"],
    ["two categories of one id", sampleConnector({ dataCategories: [people!, ...categories, people!] }), "/dataCategories", "two data categories share an id"],
    ["access that is described and not listed", sampleConnector({ requestTypes: ["deletion"] }), "/access", "it is declared exactly when /requestTypes lists it"],
    ["deletion that is described and not listed", sampleConnector({ requestTypes: ["access"] }), "/deletion", "it is declared exactly when /requestTypes lists it"],
    ["a scope for a request type that is not listed", sampleConnector({ requestTypes: ["access"], ...without("deletion") }), "/scopes/1/neededFor", "it names a request type that /requestTypes does not list"],
    ["two regions of one id", sampleConnector({ regions: [...MANIFEST.regions, { ...MANIFEST.regions[0]!, vendorId: "elsewhere" }] }), "/regions", "two regions share one id"],
    ["two regions that are one to the vendor", sampleConnector({ regions: [...MANIFEST.regions, { ...MANIFEST.regions[0]!, id: "elsewhere" }] }), "/regions", "two regions share one vendorId"],
    ["two extents of one id", sampleConnector({ lookupExtents: [archived, { ...archived, category: "bin" }] }), "/lookupExtents", "two extents share an id"],
    ["two places of one id", sampleConnector({ places: [{ id: "people", category: "people" }, { id: "people", category: "bin" }] }), "/places", "two places share an id"],
    ["a residual of an extent that is not declared", sampleConnector({ lookupExtents: [archived], residuals: [{ code: "BIN", text: "Stays.", extent: "bin" }] }), "/residuals/0/extent", "this extent is not declared in /lookupExtents"],
    ["an extent that goes by a data category's name", sampleConnector({ lookupExtents: [{ ...archived, category: "people" }] }), "/lookupExtents/0/category", "this name has another meaning"],
    ["an extent that goes by the teammates' name", sampleConnector({ lookupExtents: [{ ...archived, category: "teammates" }] }), "/lookupExtents/0/category", "this name has another meaning"],
    ["a data category that goes by the teammates' name", sampleConnector({ dataCategories: [people!, { ...people!, id: "teammates" }] }), "/dataCategories", "a data category cannot be called teammates"],
    ["teammates whose scope is not declared", sampleConnector({ teammates: { scope: "nowhere" } }), "/teammates/scope", "this scope is not declared in /scopes"],
    ["a related deletion whose scope is not declared", sampleConnector({ dataCategories: [relatedBy("nowhere", "chat")] }), "/dataCategories/0/deletion/related", "its scope is not declared in /scopes, or its target is the subject's own record"],
    ["a related deletion of the subject's own record", sampleConnector({ dataCategories: [relatedBy("read", "person")] }), "/dataCategories/0/deletion/related", "its scope is not declared in /scopes, or its target is the subject's own record"],
    ["two policies of one id", sampleConnector({ erasurePolicies: [policy(["keep", "leave"]), policy(["keep", "leave"])] }), "/erasurePolicies/1", "two policies or values share an id, or a scope is not declared in /scopes"],
    ["two values of one id", sampleConnector({ erasurePolicies: [policy(["keep", "keep"])] }), "/erasurePolicies/0", "two policies or values share an id, or a scope is not declared in /scopes"],
    ["a category whose scope is not declared, the first of them", sampleConnector({ dataCategories: [{ ...people!, scope: "nowhere" }, ...categories] }), "/dataCategories/0/scope", "this scope is not declared in /scopes"],
    ["a request type that is not listed, of the first scope", sampleConnector({ requestTypes: ["access"], ...without("deletion"), scopes: [{ ...read!, neededFor: ["deletion"] }, chats!, orders!] }), "/scopes/0/neededFor", "it names a request type that /requestTypes does not list"],
    ["a policy one of whose scopes is not declared", sampleConnector({ erasurePolicies: [{ ...policy(["keep", "leave"]), values: [{ id: "keep", text: "Stays.", scopes: [] }, { id: "leave", text: "Goes.", scopes: ["read", "nowhere"] }] }] }), "/erasurePolicies/0", "two policies or values share an id, or a scope is not declared in /scopes"],
    ["a policy whose scope is not declared", sampleConnector({ erasurePolicies: [policy(["keep", "leave"], "nowhere")] }), "/erasurePolicies/0", "two policies or values share an id, or a scope is not declared in /scopes"],
    ["an operation whose scope is not declared", sampleConnector({}, { operations: [...PROTOCOL.operations, { method: "DELETE", path: "/x", effect: "mutation", scope: "nowhere" }] }), "/scopes", "an operation needs a scope that is not declared here"],
  ] as const) {
    it(`refuses ${what}, and says why`, () => {
      expect(register(connector)).to.have.nested.property("facts.at", `manifest ${pointer}`);
      expect(register(connector)).to.have.nested.property("facts.reason", reason);
    });
  }

  it("refuses a listed request type that is not described", () => {
    const { access: _, ...manifest } = MANIFEST;
    expect(register({ ...sampleConnector(), manifest })).to.have.nested.property("facts.at", "manifest /access");
  });

  it("takes a connector that declares everything, each name in its place", () => {
    const spam = { ...archived, id: "spam", category: "spam_people" };
    const residuals = [{ code: "BIN", text: "Stays.", extent: "spam" }, { code: "LOGS", text: "Stay." }];
    const whole = sampleConnector({ lookupExtents: [archived, spam], places: [{ id: "people", category: "people" }, { id: "bin", category: "people" }], residuals, teammates: { scope: "read" }, dataCategories: [people!, { ...relatedBy("write", "chat"), id: "chats" }], erasurePolicies: [policy(["keep", "leave"]), { ...policy(["keep"]), id: "reports" }] }, { operations: [...PROTOCOL.operations, { method: "GET", path: "/me", effect: "read" }] });
    expect(register(whole)).to.equal(undefined);
  });

  it("hands out manifests that nobody can change, however deep", () => {
    const registry = new ConnectorRegistry(() => []);
    registry.register(sampleConnector());
    const { manifest } = registry.get("sample");
    expect([manifest, manifest.scopes, manifest.scopes[0], manifest.scopes[0]!.neededFor].map((each) => Object.isFrozen(each))).to.deep.equal([true, true, true, true]);
  });

  it("takes a connector that does access alone", () => {
    const { deletion: _, ...manifest } = { ...MANIFEST, requestTypes: ["access"] as const, scopes: [read!, chats!, orders!] };
    expect(register({ ...sampleConnector(), manifest })).to.equal(undefined);
  });
});

/** The sample's manifest cannot be spread over with a member left out: this stands for leaving it out. */
function without(type: "access" | "deletion"): Partial<typeof MANIFEST> {
  return { [type]: undefined } as unknown as Partial<typeof MANIFEST>;
}

function relatedBy(scope: string, target: string): (typeof MANIFEST.dataCategories)[number] {
  return { ...MANIFEST.dataCategories[0]!, deletion: { how: "with_subject", text: "Goes.", related: { target, scope, text: "Each goes." } } };
}

function policy(values: readonly string[], scope = "read"): NonNullable<typeof MANIFEST.erasurePolicies>[number] {
  return { id: "shared", label: "Shared", values: values.map((id) => ({ id, text: "Something.", scopes: [scope] })) };
}
