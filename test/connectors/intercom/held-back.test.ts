import { expect } from "chai";
import { connectedWorld, createWorld } from "./world.js";

const FOR_A_WHILE = { kind: "retry_after", value: "20" } as const;

describe("what is changed at Intercom and is no person's record", () => {
  it("is changed however long Intercom held it back: a rehearsal leaves nobody behind", async () => {
    const world = await connectedWorld();
    world.sandbox.inject({ method: "DELETE", path: /contacts/, fault: FOR_A_WHILE });
    expect(await world.dsr.rehearse("acme")).to.include({ leftBehind: false });
  });

  it("is changed however long Intercom held it back: a code is exchanged", async () => {
    const { dsr, sandbox } = createWorld();
    const [target, app] = [{ connector: "intercom", name: "acme" }, { clientId: sandbox.app.clientId, clientSecret: sandbox.app.clientSecret }];
    const page = new URL(await dsr.beginAuthorisation(target, app, "https://app.example.test/callback"));
    page.searchParams.set("decision", "authorise");
    const callback = (await sandbox.fetch(new Request(page))).headers.get("location") ?? "";
    sandbox.inject({ path: /eagle\/token$/, fault: FOR_A_WHILE });
    expect(await dsr.completeAuthorisation(target, app, callback, "https://app.example.test/callback")).to.be.a("string").and.not.to.equal("");
  });

  it("is changed however long Intercom held it back: a grant is ended", async () => {
    const { dsr, sandbox } = await connectedWorld();
    sandbox.inject({ path: /auth\/uninstall$/, fault: FOR_A_WHILE });
    expect(await dsr.disconnect("acme", { revoke: true })).to.deep.equal({ givenUp: [], notGivenUp: [] });
    expect(sandbox.calls.records.filter(({ path }) => path.endsWith("/auth/uninstall"))).to.have.lengthOf(2);
  });
});
