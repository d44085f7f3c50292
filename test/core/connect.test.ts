import { expect } from "chai";
import { createMemoryHost, type MemoryHost } from "../../adapters/in-memory/memory-host.js";
import { check, connect, markBroken, reconnect, regionById, type ConnectInput, type OpenAuth } from "../../core/connect.js";
import type { Connection } from "../../core/connection.js";
import type { DsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { Manifest } from "../../core/manifest.js";
import type { Account, AuthPort } from "../../core/ports.js";
import { MANIFEST, sampleAccount, sampleAuth, sampleSession } from "./sample-manifest.js";
import { rejectionOf, thrownBy } from "./thrown.js";

const [first] = MANIFEST.regions;
const TWO: Manifest = { ...MANIFEST, regions: [...MANIFEST.regions, { id: "far", label: "Far away", apiOrigin: "https://api.far.example", appOrigin: "https://app.far.example", vendorId: "FAR" }] };
const ALL: ConnectInput = { name: "acme", credential: "token", capabilities: MANIFEST.requestTypes, categories: "granted" };

describe("connecting an account", () => {
  let host: MemoryHost;
  let origins: string[];

  beforeEach(() => {
    host = createMemoryHost();
    origins = [];
  });

  const inRegion = (region: string): Account => ({ ...sampleAccount(), workspace: { ...sampleAccount().workspace, region } });
  const auth = (account = sampleAccount(), more: Partial<AuthPort> = {}): OpenAuth => (origin) => {
    origins.push(origin);
    return { ...sampleAuth(), account: async () => account, ...more };
  };
  const connected = async (input: Partial<ConnectInput> = {}, account?: Account, manifest = MANIFEST): Promise<Connection> => {
    const result = await connect(host, manifest, auth(account), { ...ALL, ...input });
    if (!result.ok) throw new Error(result.code);
    return result.connection;
  };
  const refused = async (input: Partial<ConnectInput>, account?: Account, manifest = MANIFEST) => {
    const { code, facts } = (await rejectionOf(connect(host, manifest, auth(account), { ...ALL, ...input }))) as DsrError;
    return { code, ...facts };
  };

  it("asks where it is told to, or at the vendor's first region, and goes on where the account is", async () => {
    expect((await connected({}, inRegion(first!.vendorId), TWO)).region).to.equal(first!.id);
    expect(origins).to.deep.equal([first!.apiOrigin, first!.apiOrigin]);
    origins = [];
    const moved = await connected({ name: "moved" }, inRegion("FAR"), TWO);
    expect([moved.region, moved.apiOrigin, moved.vendorsOwn]).to.deep.equal(["far", "https://api.far.example", true]);
    expect(origins).to.deep.equal([first!.apiOrigin, "https://api.far.example"]);
    origins = [];
    expect((await connected({ name: "named", region: "far" }, inRegion("FAR"), TWO)).region).to.equal("far");
    expect(origins).to.deep.equal(["https://api.far.example", "https://api.far.example"]);
  });

  it("takes a region that the vendor does not name for the one that was asked for", async () => {
    expect((await connected({ region: "far" }, inRegion("nowhere"), TWO)).region).to.equal("far");
    expect((await connected({ name: "other" }, inRegion("nowhere"), TWO)).region).to.equal(first!.id);
  });

  it("refuses an account of another region than was named, and a region that there is not", async () => {
    expect(await refused({ region: first!.id }, inRegion("FAR"), TWO)).to.deep.equal({ code: "REGION_MISMATCH", at: "region", reason: "the account is in far" });
    expect(await refused({ region: "moon" }, undefined, TWO)).to.deep.equal({ code: "CONFIG_INVALID", at: "region", reason: `it is one of ${first!.id}, far` });
    expect((thrownBy(() => regionById(TWO, "moon")) as DsrError).code).to.equal("CONFIG_INVALID");
    expect(await host.connections.list()).to.deep.equal([]);
  });

  it("calls an address that was named instead, and says whether that is the vendor's own", async () => {
    const other = await connected({ apiUrl: "http://127.0.0.1:8080/" });
    expect([other.apiOrigin, other.vendorsOwn]).to.deep.equal(["http://127.0.0.1:8080", false]);
    expect(origins).to.deep.equal(["http://127.0.0.1:8080", "http://127.0.0.1:8080"]);
    const own = await connected({ name: "own", apiUrl: "https://api.far.example" }, undefined, TWO);
    expect([own.apiOrigin, own.vendorsOwn]).to.deep.equal(["https://api.far.example", true]);
    expect((await connected({ name: "usual" })).vendorsOwn).to.equal(true);
  });

  for (const apiUrl of ["nothing", "ftp://api.example", "https://user@api.example", "https://api.example/v2", "https://api.example/?a=b", "https://api.example/#a"]) {
    it(`refuses ${apiUrl} as an address before it calls anybody`, async () => {
      expect(await refused({ apiUrl })).to.deep.equal({ code: "CONFIG_INVALID", at: "API address", reason: "it is an HTTP address without a user, a path or a query" });
      expect(origins).to.deep.equal([]);
    });
  }

  it("refuses a selection of nothing, and of what the connector does not declare, before it calls anybody", async () => {
    const accessOnly = { ...MANIFEST, requestTypes: ["access"] as const };
    expect(await refused({ capabilities: [] })).to.deep.equal({ code: "UNSUPPORTED_REQUEST", at: "capabilities", reason: "none was selected" });
    expect(await refused({ capabilities: ["access", "deletion"] }, undefined, accessOnly)).to.deep.equal({ code: "UNSUPPORTED_REQUEST", at: "capabilities", reason: "the connector does not declare it" });
    expect(await refused({ categories: [MANIFEST.dataCategories[0]!.id, "ghosts"] })).to.deep.equal({ code: "CONFIG_INVALID", at: "categories", reason: "the connector does not declare such a data category" });
    expect(origins).to.deep.equal([]);
  });

  it("lets those who work for the account be selected exactly where the connector can tell them", async () => {
    const { teammates: _, ...without } = MANIFEST;
    const knowing: Manifest = { ...without, teammates: { scope: MANIFEST.scopes[0]!.id } };
    expect((await connected({ categories: ["teammates"] }, undefined, knowing)).name).to.equal("acme");
    expect((await refused({ name: "other", categories: ["teammates"] }, undefined, without)).at).to.equal("categories");
  });

  it("keeps a rate only where one was given, capabilities in the manifest's order, and stores under a free name alone", async () => {
    expect(await connected()).to.not.have.property("rate");
    expect((await connected({ name: "slow", rate: 40 })).rate).to.equal(40);
    expect((await connected({ name: "turned", capabilities: [...MANIFEST.requestTypes].reverse() })).capabilities).to.deep.equal(MANIFEST.requestTypes);
    expect((await connected({ name: "some", capabilities: ["access"] })).capabilities).to.deep.equal(["access"]);
    expect(await refused({})).to.deep.equal({ code: "CONNECTION_EXISTS" });
    expect(await host.connections.credential("slow")).to.equal("token");
  });

  it("of which something is missing says what, stores nothing, and names what would work", async () => {
    const lacking = auth(sampleAccount(), { probe: async () => ({ status: "missing", basis: "observed" }) });
    const result = await connect(host, MANIFEST, lacking, ALL);
    expect(result.ok ? undefined : result.code).to.equal("SCOPE_MISSING");
    expect(await host.connections.list()).to.deep.equal([]);
  });

  describe("anew", () => {
    it("keeps what was selected, or takes what is selected now, and refuses another workspace and an empty selection", async () => {
      const current = await connected({ capabilities: ["access"] });
      const again = await reconnect(host, MANIFEST, auth(), current, { credential: "new" });
      expect(again.ok && again.connection.capabilities).to.deep.equal(["access"]);
      expect(await host.connections.credential("acme")).to.equal("new");
      const more = await reconnect(host, MANIFEST, auth(), current, { credential: "newer", capabilities: [...MANIFEST.requestTypes].reverse() });
      expect(more.ok && more.connection.capabilities).to.deep.equal(MANIFEST.requestTypes);
      const elsewhere = { ...sampleAccount(), workspace: { ...sampleAccount().workspace, id: "another" } };
      expect(((await rejectionOf(reconnect(host, MANIFEST, auth(elsewhere), current, { credential: "theirs" }))) as DsrError).code).to.equal("WRONG_WORKSPACE");
      expect(((await rejectionOf(reconnect(host, MANIFEST, auth(), current, { credential: "none", capabilities: [] }))) as DsrError).code).to.equal("UNSUPPORTED_REQUEST");
      expect(await host.connections.credential("acme")).to.equal("newer");
    });

    describe("with categories", () => {
      const optional = MANIFEST.dataCategories.filter(({ coverage }) => coverage === "optional");
      const [one, other] = optional;
      const granting = (...missing: readonly string[]) => auth(sampleAccount(), { probe: async (id) => ({ status: missing.includes(id) ? "missing" : "granted", basis: "observed" }) });
      const renewed = async (current: Connection, port: OpenAuth) => {
        const result = await reconnect(host, MANIFEST, port, current, { credential: "new" });
        return result.ok ? result.connection.categories.filter((id) => optional.some((each) => each.id === id)) : result.code;
      };

      it("of a list requires exactly those, and keeps the old credential where one is missing", async () => {
        expect(optional.length).to.be.greaterThan(1);
        const current = await connected({ categories: [one!.id] });
        expect(await renewed(current, granting(one!.scope))).to.equal("SCOPE_MISSING");
        expect(await host.connections.credential("acme")).to.equal("token");
        expect(await renewed(current, granting())).to.deep.equal([one!.id]);
        expect(await renewed((await host.connections.get("acme"))!, granting()), "and once more").to.deep.equal([one!.id]);
      });

      it("that were granted, or of a version that kept no word of it, pins what is granted now", async () => {
        const { selected, ...old } = await connected();
        expect(selected).to.equal("granted");
        for (const current of [{ ...old, selected: "granted" as const }, old]) {
          expect(await renewed(current, granting(one!.scope))).to.deep.equal(optional.filter(({ scope }) => scope !== one!.scope).map(({ id }) => id));
          expect(await renewed(current, granting())).to.include.members([one!.id, other!.id]);
        }
      });
    });

    it("keeps the old credential while something is missing", async () => {
      const current = await connected();
      const lacking = auth(sampleAccount(), { probe: async () => ({ status: "missing", basis: "observed" }) });
      const result = await reconnect(host, MANIFEST, lacking, current, { credential: "new" });
      expect(result.ok ? undefined : result.code).to.equal("SCOPE_MISSING");
      expect(await host.connections.credential("acme")).to.equal("token");
    });
  });

  it("is checked without forgetting who works for it where that list cannot be read, and knows the list that is read the next time", async () => {
    const { teammates: _, ...without } = MANIFEST;
    const scope = MANIFEST.scopes[0]!.id;
    const knowing: Manifest = { ...without, teammates: { scope } };
    const listing = (status: "granted" | "not_testable", address: string) =>
      auth(sampleAccount(), { probe: async (id) => ({ status: id === scope ? status : "granted", basis: "observed" }), teammates: async () => [{ identifier: Identifier.parse("email", address), name: "Lee Jones" }] });
    const first = await connect(host, knowing, listing("granted", "one@example.test"), { ...ALL, categories: ["teammates"] });
    const known = first.ok ? first.connection.teammates : undefined;
    expect(known).to.have.length(1);
    const colleagues = first.ok ? first.connection.colleagues : undefined;
    expect(Object.keys(colleagues ?? {})).to.have.length(2);
    const checkedOver = async (port: OpenAuth) => {
      const connection = (await host.connections.get("acme"))!;
      await check(host, sampleSession({ connection, manifest: knowing, auth: port(connection.apiOrigin) }));
      return (await host.connections.get("acme"))?.teammates;
    };
    expect(await checkedOver(listing("not_testable", "other@example.test"))).to.deep.equal(known);
    expect((await host.connections.get("acme"))?.colleagues).to.deep.equal(colleagues);
    const later = await checkedOver(listing("granted", "other@example.test"));
    expect(later).to.have.length(1);
    expect(later).not.to.deep.equal(known);
  });

  describe("that is changed by somebody else while its permissions are looked at", () => {
    /** Does something just before the first answer about the account. */
    const meanwhile = (act: () => Promise<unknown>): OpenAuth =>
      auth(sampleAccount(), {
        account: async () => {
          await act();
          return sampleAccount();
        },
      });
    const checkedWhile = async (connection: Connection, act: () => Promise<unknown>): Promise<Connection | undefined> => {
      await check(host, sampleSession({ connection, manifest: MANIFEST, auth: meanwhile(act)(connection.apiOrigin) }));
      return host.connections.get("acme");
    };

    it("keeps what a check did not look at, and the token that was found rejected; what was broken before is well again", async () => {
      const connection = await connected();
      const broken = await checkedWhile(connection, () => host.connections.change("acme", (now) => ({ ...now, status: "broken", rate: 7, capabilities: ["access"], categories: [] })));
      expect(broken).to.deep.include({ status: "broken", rate: 7, capabilities: ["access"], categories: [] });
      expect((await checkedWhile(broken!, async () => undefined))?.status).to.equal("connected");
    });

    it("learns nothing of a check with the token that was replaced, and does not come back by it where it was removed", async () => {
      const connection = await connected();
      const renewed = { ...connection, renewedAt: "2026-01-15T10:00:00.000Z", scopes: [] };
      expect(await checkedWhile(connection, () => host.connections.change("acme", () => renewed))).to.deep.equal(renewed);
      expect(await checkedWhile(renewed, () => host.connections.remove("acme"))).to.equal(undefined);
    });

    it("is given no new token where it was removed, or made anew in another account", async () => {
      const current = await connected();
      const renewedWhile = async (act: () => Promise<unknown>) => ((await rejectionOf(reconnect(host, MANIFEST, meanwhile(act), current, { credential: "new" }))) as DsrError).code;
      expect(await renewedWhile(() => host.connections.put({ ...current, workspace: { ...current.workspace, id: "another" } }, "another's"))).to.equal("WRONG_WORKSPACE");
      expect(await host.connections.credential("acme")).to.equal("another's");
      for (const change of [{ apiOrigin: "http://127.0.0.1:4010" }, { connectedAt: "2026-03-01T00:00:00.000Z" }]) {
        expect(await renewedWhile(() => host.connections.put({ ...current, ...change }, "of that one")), "the same workspace, elsewhere or anew").to.equal("CONNECTION_UNKNOWN");
        expect(await host.connections.credential("acme")).to.equal("of that one");
      }
      expect(await renewedWhile(() => host.connections.remove("acme"))).to.equal("CONNECTION_UNKNOWN");
      expect(await host.connections.list()).to.deep.equal([]);
    });
  });

  it("of a name that another one took while it was looked at is refused, and the other one stays", async () => {
    let other: Connection | undefined;
    const slow = auth(sampleAccount(), {
      account: async () => {
        other ??= await connected({ credential: "other's" });
        return { ...sampleAccount(), workspace: { ...sampleAccount().workspace, id: "another" } };
      },
    });
    expect(await rejectionOf(connect(host, MANIFEST, slow, ALL))).to.include({ code: "CONNECTION_EXISTS" });
    expect([await host.connections.get("acme"), await host.connections.credential("acme")]).to.deep.equal([other, "other's"]);
  });

  it("says when its token was last replaced", async () => {
    const current = await connected();
    expect(current).not.to.have.property("renewedAt");
    const again = await reconnect(host, MANIFEST, auth(), current, { credential: "new" });
    expect(again.ok && again.connection.renewedAt).to.equal(new Date(host.clock.now()).toISOString());
  });

  it("is marked as broken where there is one of that name, and nothing is made where there is none", async () => {
    await connected();
    await markBroken(host, "acme");
    await markBroken(host, "nobody");
    expect((await host.connections.list()).map(({ name, status }) => [name, status])).to.deep.equal([["acme", "broken"]]);
  });
});
