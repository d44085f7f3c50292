import { expect } from "chai";
import { createMemoryHost } from "../../adapters/in-memory/memory-host.js";
import { Identifier, isTeammate, knownTeammates, staffOf, subjectKey, type AuthPort, type Connection } from "../../core/index.js";
import { MANIFEST, sampleAccount, sampleAuth, sampleConnection } from "./sample-manifest.js";

const host = createMemoryHost();
const [kim, lee, eve] = ["kim@example.test", "lee@example.test", "eve@example.test"].map((address) => Identifier.parse("email", address));
const key = (identifier = eve): string => subjectKey(host.digest, identifier!);
const manifest = { ...MANIFEST, teammates: { scope: "orders" } };
const may = (status: "granted" | "missing"): Connection["scopes"] => [{ id: "orders", label: "Read the team", fix: "", neededFor: [], status, basis: "observed" }];

describe("who works for the account", () => {
  const listing: AuthPort = { ...sampleAuth(), teammates: async () => [{ identifier: lee! }] };

  it("is whoever authorised, and whoever the vendor lists where that may be read, as digests alone", async () => {
    const staff = await staffOf(host, manifest, listing, { ...sampleAccount(), identifier: kim! }, may("granted"));
    expect(staff).to.deep.equal({ authorisedBy: { id: "a1", role: "Admin", subjectKey: key(kim) }, teammates: [key(lee)], colleagues: { [key(lee)]: key(lee) } });
    expect([kim, lee, eve].map((each) => isTeammate(staff, key(each)))).to.deep.equal([true, true, false]);
  });

  it("is not known of others where the list may not be read, or there is none", async () => {
    for (const staff of [await staffOf(host, manifest, listing, { ...sampleAccount(), identifier: kim! }, may("missing")), await staffOf(host, manifest, sampleAuth(), { ...sampleAccount(), identifier: kim! }, may("granted"))]) {
      expect(Object.keys(staff)).to.deep.equal(["authorisedBy"]);
      expect([kim, lee].map((each) => isTeammate(staff, key(each)))).to.deep.equal([true, undefined]);
    }
  });

  it("is not told of who authorised where the vendor does not say who that is", async () => {
    const staff = await staffOf(host, manifest, sampleAuth(), sampleAccount(), []);
    expect(staff).to.deep.equal({ authorisedBy: { id: "a1", role: "Admin" } });
    expect(Object.keys(staff.authorisedBy)).to.deep.equal(["id", "role"]);
    expect(isTeammate(sampleConnection(), key())).to.equal(undefined);
  });

  it("is known again in a text, by a whole name in any order and by an address, without either being kept", async () => {
    const naming: AuthPort = { ...sampleAuth(), teammates: async () => [{ id: "t7", identifier: lee!, name: "Lee  Anne Jones" }, { name: "Max" }, { name: "Zoë Ångström" }] };
    const staff = await staffOf(host, manifest, naming, sampleAccount(), may("granted"));
    expect(JSON.stringify(staff)).not.to.match(/lee|jones|max|zoë/i);
    expect(staff.teammates).to.deep.equal([key(lee)]);
    const known = knownTeammates(host, staff)!;
    for (const named of ["Lee Anne Jones", "Jones, Lee Anne", "lee_anne_jones", "LEE ANNE JONES", "Lee@Example.test"]) expect(known(named), named).to.equal("t7");
    for (const named of ["Lee", "Max", "Lee Jones", "Anne Jones", "eve@example.test", "@", "lee@", "", " "]) expect(known(named), named).to.equal(undefined);
    expect(known("Zoe\u0308 A\u030angstro\u0308m")).to.be.a("string").and.to.equal(known("Zoë Ångström"));
    expect(knownTeammates(host, {})).to.equal(undefined);
    const twice: AuthPort = { ...sampleAuth(), teammates: async () => [{ id: "t1", name: "Ann Lee" }, { id: "t2", name: "Lee, Ann" }] };
    const ofTwo = knownTeammates(host, await staffOf(host, manifest, twice, sampleAccount(), may("granted")))!;
    expect(ofTwo("Ann Lee"), "one of two").to.match(/^[0-9a-f]{64}$/);
  });
});
