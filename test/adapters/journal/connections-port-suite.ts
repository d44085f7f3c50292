import { expect } from "chai";
import { DsrError } from "../../../core/errors.js";
import type { ConnectionStore, OAuthStates } from "../../../core/host-ports.js";
import { refusal } from "./refusal.js";
import { CANARY_TOKEN, sampleConnection } from "./samples.js";

/** One store, opened by two workers. */
export interface ConnectionsWorld {
  readonly a: { readonly connections: ConnectionStore; readonly oauthStates: OAuthStates };
  readonly b: { readonly connections: ConnectionStore; readonly oauthStates: OAuthStates };
  close(): void | Promise<void>;
}

/** What every store of connections and OAuth states must keep. */
export function describeConnections(name: string, open: () => Promise<ConnectionsWorld>): void {
  describe(`${name} keeps the connection and OAuth state ports`, () => {
    let world: ConnectionsWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    it("returns a connection and its credential as they were given", async () => {
      const connection = sampleConnection({ rate: 20 });
      await world.a.connections.put(connection, CANARY_TOKEN);
      expect(await world.b.connections.get("acme")).to.deep.equal(connection);
      expect(await world.b.connections.credential("acme")).to.equal(CANARY_TOKEN);
    });

    it("adds one connection of a name, and no other in its place, whoever comes at the same time", async () => {
      const adding = Array.from({ length: 6 }, (_, n) => world[n % 2 === 0 ? "a" : "b"].connections.add(sampleConnection({ rate: n }), `token ${n}`).then(() => n, ({ code }: DsrError) => code));
      const [added, ...others] = (await Promise.all(adding)).sort();
      expect(others).to.deep.equal(Array.from({ length: 5 }, () => "CONNECTION_EXISTS"));
      expect([(await world.b.connections.get("acme"))?.rate, await world.a.connections.credential("acme")]).to.deep.equal([added, `token ${added}`]);
    });

    it("knows no connection that was not stored", async () => {
      expect(await world.a.connections.get("acme")).to.equal(undefined);
      expect(await world.a.connections.list()).to.deep.equal([]);
      await refusal("CONNECTION_UNKNOWN", () => world.a.connections.credential("acme"));
    });

    it("keeps the credential when a connection is stored again without one", async () => {
      await world.a.connections.put(sampleConnection(), CANARY_TOKEN);
      await world.b.connections.put(sampleConnection({ status: "broken" }));
      expect((await world.a.connections.get("acme"))?.status).to.equal("broken");
      expect(await world.a.connections.credential("acme")).to.equal(CANARY_TOKEN);
    });

    it("replaces the credential when a new one is given", async () => {
      await world.a.connections.put(sampleConnection(), CANARY_TOKEN);
      await world.b.connections.put(sampleConnection(), "renewed");
      expect(await world.a.connections.credential("acme")).to.equal("renewed");
    });

    it("has no credential for a connection that never had one", async () => {
      await world.a.connections.put(sampleConnection());
      await refusal("CONNECTION_UNKNOWN", () => world.a.connections.credential("acme"));
    });

    it("hands out a credential for one very connection only as long as no other one was made under its name", async () => {
      const connection = sampleConnection();
      await world.a.connections.put(connection, CANARY_TOKEN);
      await world.b.connections.change("acme", (now) => ({ ...now, status: "broken", renewedAt: "2026-02-01T00:00:00.000Z" }), "renewed");
      expect(await world.a.connections.credential("acme", connection)).to.equal("renewed");
      await world.b.connections.remove("acme");
      await refusal("CONNECTION_UNKNOWN", () => world.a.connections.credential("acme", connection));
      for (const another of [{ connectedAt: "2026-03-01T00:00:00.000Z" }, { workspace: { ...connection.workspace, id: "elsewhere" } }, { apiOrigin: "https://api.elsewhere.example" }]) {
        await world.b.connections.put(sampleConnection(another), "another's");
        await refusal("CONNECTION_UNKNOWN", () => world.a.connections.credential("acme", connection));
        expect(await world.a.connections.credential("acme", sampleConnection(another))).to.equal("another's");
      }
    });

    it("lists connections by name, each with its own credential", async () => {
      for (const name of ["beta", "acme", "Zeta"]) await world.a.connections.put(sampleConnection({ name }), `token of ${name}`);
      expect((await world.b.connections.list()).map((each) => each.name)).to.deep.equal(["Zeta", "acme", "beta"]);
      for (const name of ["beta", "acme", "Zeta"]) expect(await world.b.connections.credential(name)).to.equal(`token of ${name}`);
    });

    it("changes a connection as it stands, with what others changed at the same time, and keeps its credential", async () => {
      await world.a.connections.put(sampleConnection({ rate: 0 }), CANARY_TOKEN);
      await Promise.all(Array.from({ length: 20 }, (_, n) => world[n % 2 === 0 ? "a" : "b"].connections.change("acme", (now) => ({ ...now, rate: (now.rate ?? 0) + 1 }))));
      const changed = await world.b.connections.change("acme", (now) => ({ ...now, status: "broken" }));
      expect(changed).to.deep.equal(sampleConnection({ rate: 20, status: "broken" }));
      expect(await world.a.connections.get("acme")).to.deep.equal(changed);
      expect(await world.a.connections.credential("acme")).to.equal(CANARY_TOKEN);
    });

    it("replaces the credential with the change where one is given, and neither where the change is refused", async () => {
      await world.a.connections.put(sampleConnection(), CANARY_TOKEN);
      await world.a.connections.change("acme", (now) => ({ ...now, status: "broken" }), "renewed");
      expect(await world.b.connections.credential("acme")).to.equal("renewed");
      const refuse = (): never => {
        throw new DsrError("WRONG_WORKSPACE");
      };
      await refusal("WRONG_WORKSPACE", () => world.a.connections.change("acme", refuse, "stranger"));
      expect([(await world.b.connections.get("acme"))?.status, await world.b.connections.credential("acme")]).to.deep.equal(["broken", "renewed"]);
    });

    it("makes no connection by a change", async () => {
      expect(await world.a.connections.change("acme", () => sampleConnection(), CANARY_TOKEN)).to.equal(undefined);
      await world.a.connections.put(sampleConnection(), CANARY_TOKEN);
      await world.b.connections.remove("acme");
      expect(await world.a.connections.change("acme", (now) => now)).to.equal(undefined);
      expect(await world.b.connections.list()).to.deep.equal([]);
      await refusal("CONNECTION_UNKNOWN", () => world.b.connections.credential("acme"));
    });

    it("removes a connection together with its credential", async () => {
      await world.a.connections.put(sampleConnection(), CANARY_TOKEN);
      await world.b.connections.remove("acme");
      expect(await world.a.connections.get("acme")).to.equal(undefined);
      await refusal("CONNECTION_UNKNOWN", () => world.a.connections.credential("acme"));
      await world.a.connections.put(sampleConnection());
      await refusal("CONNECTION_UNKNOWN", () => world.a.connections.credential("acme"));
      await world.a.connections.remove("never there");
    });

    it("removes one very connection only as long as no other one was made under its name", async () => {
      const connection = sampleConnection();
      await world.a.connections.put(connection, CANARY_TOKEN);
      await world.b.connections.change("acme", (now) => ({ ...now, status: "broken", renewedAt: "2026-02-01T00:00:00.000Z" }));
      await world.a.connections.remove("acme", connection);
      await refusal("CONNECTION_UNKNOWN", () => world.a.connections.remove("acme", connection));
      const another = sampleConnection({ connectedAt: "2026-03-01T00:00:00.000Z" });
      await world.b.connections.put(another, "another's");
      await refusal("CONNECTION_UNKNOWN", () => world.a.connections.remove("acme", connection));
      expect([await world.a.connections.get("acme"), await world.a.connections.credential("acme")]).to.deep.equal([another, "another's"]);
    });

    describe("an OAuth state", () => {
      it("is good once, for its purpose", async () => {
        await world.a.oauthStates.issue("state-1", "connect acme", 2_000);
        expect(await world.b.oauthStates.consume("state-1", "connect acme", 1_000)).to.equal(true);
        expect(await world.a.oauthStates.consume("state-1", "connect acme", 1_000)).to.equal(false);
      });

      it("is not good for another purpose, and burnt by the attempt", async () => {
        await world.a.oauthStates.issue("state-1", "connect acme", 2_000);
        expect(await world.b.oauthStates.consume("state-1", "connect beta", 1_000)).to.equal(false);
        expect(await world.b.oauthStates.consume("state-1", "connect acme", 1_000)).to.equal(false);
      });

      it("is not good from the moment on at which it expires", async () => {
        await world.a.oauthStates.issue("state-1", "connect acme", 2_000);
        await world.a.oauthStates.issue("state-2", "connect acme", 2_000);
        expect(await world.a.oauthStates.consume("state-1", "connect acme", 2_000)).to.equal(false);
        expect(await world.a.oauthStates.consume("state-2", "connect acme", 1_999)).to.equal(true);
      });

      it("is not good when it was never issued", async () => {
        await world.a.oauthStates.issue("state-1", "connect acme", 2_000);
        expect(await world.a.oauthStates.consume("state-2", "connect acme", 1_000)).to.equal(false);
        expect(await world.a.oauthStates.consume("", "connect acme", 1_000)).to.equal(false);
      });
    });
  });
}
