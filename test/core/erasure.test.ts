import { expect } from "chai";
import { checkPolicyValues, policiesFor, refuseUnpermitted, relatedScopes, valuesOf, type Manifest, type ScopeCheck } from "../../core/index.js";
import { MANIFEST, sampleConnection } from "./sample-manifest.js";
import { thrownBy } from "./thrown.js";

const policies: Manifest["erasurePolicies"] = [
  { id: "shared", label: "Shared", values: [{ id: "keep", text: "They stay.", scopes: [] }, { id: "leave", text: "The person leaves.", scopes: ["write"] }] },
  { id: "reports", label: "Reports", values: [{ id: "record", text: "They stay.", scopes: [] }, { id: "erase", text: "They go.", scopes: ["orders"] }] },
];
const manifest: Manifest = {
  ...MANIFEST,
  scopes: [...MANIFEST.scopes, { id: "erase_chats", label: "Delete chats", purpose: "Deletes chats.", neededFor: [], fix: "In the settings." }],
  dataCategories: MANIFEST.dataCategories.map((each) => (each.id === "chats" ? { ...each, deletion: { how: "with_subject", text: "Goes.", related: { target: "chat", scope: "erase_chats", text: "Each goes." } } } : each)),
  erasurePolicies: policies,
};
const scope = (id: string, status: ScopeCheck["status"]): ScopeCheck => ({ id, label: id, neededFor: [], status, basis: "observed", fix: "" });
const refusal = (changes: Parameters<typeof sampleConnection>[0], decided = {}) => thrownBy(() => refuseUnpermitted(manifest, sampleConnection(changes), "related", policiesFor(manifest, decided)));

describe("erasure policies", () => {
  it("have their first value unless the host decided otherwise", () => {
    expect(valuesOf(policiesFor(manifest))).to.deep.equal({ shared: "keep", reports: "record" });
    expect(policiesFor(manifest, { reports: "erase" })).to.deep.equal([{ id: "shared", value: "keep", text: "They stay." }, { id: "reports", value: "erase", text: "They go." }]);
  });

  it("are none where the manifest declares none, and names that every object has decide nothing", () => {
    expect(policiesFor(MANIFEST, { shared: "leave" })).to.deep.equal([]);
    const odd: Manifest = { ...manifest, erasurePolicies: [{ ...policies![0]!, id: "constructor" }] };
    expect(valuesOf(policiesFor(odd, {}))).to.deep.equal({ constructor: "keep" });
    expect(policiesFor({ ...manifest, erasurePolicies: [{ ...policies![0]!, values: [] }] })).to.deep.equal([]);
  });

  it("are refused with their place, and never with the value that was given", () => {
    for (const [decided, at, reason] of [[{ shared: "SECRET" }, "shared", "it is one of keep, leave"], [{ other: "keep" }, "other", "no connector has such a policy"], [{ "a b\n": "keep" }, "erasure policies", "no connector has such a policy"], [{ "two words": "keep" }, "erasure policies", "no connector has such a policy"]] as const) {
      expect(thrownBy(() => checkPolicyValues(decided, [MANIFEST, manifest]))).to.deep.include({ code: "CONFIG_INVALID", facts: { at, reason } });
    }
    expect(() => checkPolicyValues({ shared: "leave" }, [MANIFEST, manifest])).not.to.throw();
  });
});

describe("the permissions of a related deletion", () => {
  it("are those that read and delete what is related, and those of the policies as they are decided", () => {
    const ids = (decided = {}) => relatedScopes(manifest, policiesFor(manifest, decided)).map(({ id }) => id);
    expect(ids()).to.deep.equal(["chats", "erase_chats"]);
    expect(ids({ reports: "erase" })).to.deep.equal(["chats", "orders", "erase_chats"]);
    expect(relatedScopes(manifest, []).map(({ id }) => id), "nothing was decided").to.deep.equal(["chats", "erase_chats"]);
    // A value of another policy is not this one's, though it has its name.
    expect(relatedScopes(manifest, [{ id: "shared", value: "erase", text: "" }]).map(({ id }) => id)).to.deep.equal(["chats", "erase_chats"]);
  });

  it("are missing where what is related is not covered, whatever is granted", () => {
    expect(refusal({ scopes: [scope("chats", "granted")] })).to.deep.include({ code: "SCOPE_MISSING", facts: { scope: "chats", at: "Read chats", reason: "deleting related records needs it" } });
  });

  it("are missing where one is known to be, all of them named", () => {
    const missing = refusal({ categories: ["people"], scopes: [scope("erase_chats", "missing"), scope("orders", "missing")] }, { reports: "erase" });
    expect(missing).to.have.nested.property("facts.at", "Read chats, Read orders, Delete chats");
  });

  it("may be there where they cannot be tested, were never asked about, or read what is covered and may have been granted again, whatever else is missing", () => {
    for (const scopes of [[scope("erase_chats", "not_testable")], [], [scope("erase_chats", "granted"), scope("orders", "missing")], [scope("chats", "missing")]]) expect(() => refuseUnpermitted(manifest, sampleConnection({ categories: ["people", "chats"], scopes }), "related", policiesFor(manifest))).not.to.throw();
  });

  it("are not asked for where the subject's own records alone are deleted", () => {
    expect(() => refuseUnpermitted(manifest, sampleConnection({ categories: [] }), "subject", policiesFor(manifest))).not.to.throw();
  });

  it("do not help where the connector deletes nothing related", () => {
    expect(thrownBy(() => refuseUnpermitted(MANIFEST, sampleConnection(), "related", []))).to.deep.include({ code: "UNSUPPORTED_REQUEST", facts: { at: "erase", reason: "the connector deletes nothing beyond the person's own records" } });
  });
});
