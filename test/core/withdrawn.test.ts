import { expect } from "chai";
import { createMemoryHost } from "../../adapters/in-memory/memory-host.js";
import { connect, DsrError, type Host } from "../../core/index.js";
import { noteWithdrawn } from "../../core/withdrawn.js";
import { MANIFEST, sampleAccount, sampleAuth } from "./sample-manifest.js";

describe("what a run finds to be taken away", () => {
  let host: Host;
  let note: (error: DsrError) => Promise<void>;
  beforeEach(async () => {
    host = createMemoryHost();
    const auth = { ...sampleAuth(), account: () => Promise.resolve(sampleAccount("Admin")) };
    const connected = await connect(host, MANIFEST, () => auth, { name: "acme", credential: "token", capabilities: ["access", "deletion"], categories: [] });
    if (!connected.ok) throw new Error("it did not connect");
    const { connection } = connected;
    note = (error) => noteWithdrawn(host, { connection, manifest: MANIFEST } as Parameters<typeof noteWithdrawn>[1], error);
  });
  const stored = async () => (await host.connections.get("acme"))!;
  const missing = async (): Promise<readonly string[]> => (await stored()).scopes.filter(({ status }) => status === "missing").map(({ id }) => id);

  it("is remembered of the connection: permissions one by one, the role, the token", async () => {
    expect([await missing(), (await stored()).account.status, (await stored()).status]).to.deep.equal([[], "ok", "connected"]);
    const before = (await stored()).scopes.map(({ id, status }) => `${id} ${status}`).filter((scope) => !scope.startsWith("write "));
    await note(new DsrError("SCOPE_MISSING", { scope: "write" }));
    // One that nobody asked about when connecting.
    await note(new DsrError("SCOPE_MISSING", { scope: "orders" }));
    expect(await missing()).to.deep.equal(["write", "orders"]);
    expect((await stored()).scopes.map(({ id, status }) => `${id} ${status}`)).to.deep.equal([...before, "write missing", "orders missing"]);
    expect((await stored()).scopes.find(({ id }) => id === "orders")).to.deep.include({ neededFor: [], basis: "observed" });
    expect((await stored()).scopes.find(({ id }) => id === "write")).to.deep.include({ label: "Write people", neededFor: ["deletion"], basis: "observed" });
    await note(new DsrError("ROLE_INSUFFICIENT"));
    expect((await stored()).account).to.deep.include({ required: "Admin", status: "insufficient" });
    await note(new DsrError("AUTH_REJECTED"));
    expect((await stored()).status).to.equal("broken");
    expect(await host.connections.credential("acme")).to.equal("token");
  });

  it("is nothing of a connection that was renewed since, whatever its former token comes to", async () => {
    await host.connections.change("acme", (now) => ({ ...now, renewedAt: "2026-01-16T09:00:00.000Z" }), "another token");
    const before = await stored();
    for (const error of [new DsrError("AUTH_REJECTED"), new DsrError("SCOPE_MISSING", { scope: "write" }), new DsrError("ROLE_INSUFFICIENT")]) await note(error);
    expect(await stored()).to.deep.equal(before);
  });

  it("is nothing where something else went wrong, or the connection is not there any more", async () => {
    const before = await stored();
    for (const error of [new DsrError("VENDOR_UNAVAILABLE"), new DsrError("VENDOR_REJECTED", { scope: "write" }), new DsrError("SCOPE_MISSING"), new DsrError("SCOPE_MISSING", { scope: "unheard of" })]) await note(error);
    expect(await stored()).to.deep.equal(before);
    await host.connections.remove("acme");
    await note(new DsrError("SCOPE_MISSING", { scope: "write" }));
    expect(await host.connections.get("acme")).to.equal(undefined);
  });
});
