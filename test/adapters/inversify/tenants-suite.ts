import { expect } from "chai";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Identifier, openLocalDsr, type InputLine, type LocalDsr } from "../../../adapters/index.js";
import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import type { AccessResult } from "../../../core/results.js";

const TENANTS = ["acme", "beta"] as const;
type Tenant = (typeof TENANTS)[number];

const person = (n: number): string => `shared${n}@example.test`;

/** Where the tenants' records lie. */
export interface TenantsStore {
  /** An empty database; the home folder's own file when left out. */
  databaseUrl?(): Promise<string>;
  /** How many people each of them is asked about. */
  readonly people: number;
  /** Under which keys their rate is counted. */
  limitKeys(home: string): Promise<readonly string[]>;
}

/** Two accounts of two customers in one home, with people of the same addresses. */
export function describeTenants(name: string, store: TenantsStore): void {
  const { people } = store;
  describe(`S7: two tenants at the same time, ${name}`, () => {
    const sandboxes = new Map<Tenant, RunningSandbox>();
    let home: string;
    let dsr: LocalDsr;

    beforeEach(async () => {
      home = mkdtempSync(join(tmpdir(), "dsr-tenants-"));
      dsr = await openLocalDsr({ home, timings: { looksMs: [0, 10] }, ...(store.databaseUrl === undefined ? {} : { databaseUrl: await store.databaseUrl() }) });
      for (const [index, tenant] of TENANTS.entries()) {
        const running = await startIntercomSandbox({ fixture: "empty", seed: index + 1, rateLimit: "off", indexLagMs: { create: 0, update: 0, delete: 0 } });
        sandboxes.set(tenant, running);
        for (let n = 0; n < people; n++) {
          const contact = running.sandbox.build.addContact({ email: person(n), name: `CANARY_${tenant}_${n}` });
          for (let each = 0; each < 3; each++) running.sandbox.build.addConversation({ contacts: [contact], parts: [{ body: `<p>CANARY_${tenant}_words</p>`, from: contact }] });
        }
        const connected = await dsr.connect({ connector: "intercom", name: tenant, apiUrl: running.url }, { capabilities: ["access", "deletion"], categories: "granted" }, running.firstLine.token);
        if (!connected.ok) throw new Error(connected.code);
        running.sandbox.calls.clear();
      }
    });
    afterEach(async () => {
      await dsr.close();
      for (const running of sandboxes.values()) await running.close();
      rmSync(home, { recursive: true, force: true });
    });

    const other = (tenant: Tenant): Tenant => (tenant === "acme" ? "beta" : "acme");
    const below = (folder: string): readonly string[] => (readdirSync(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    async function* lines(): AsyncIterable<InputLine> {
      for (let n = 0; n < people; n++) yield { line: n + 1, asked: { input: { identifier: Identifier.parse("email", person(n)), reference: `T-${n}` } } };
    }

    it("share no byte of a package, no call and no token, though their people have the same addresses and references", async () => {
      const results = await Promise.all(TENANTS.map(async (tenant) => [tenant, await dsr.batch(tenant, { type: "access", lines: lines() })] as const));
      for (const [tenant, { rows, totals }] of results) {
        expect(totals.outcomes).to.deep.equal({ complete: people });
        for (const { requestId } of rows) {
          const { package: written } = (await dsr.result(requestId ?? "")) as AccessResult;
          const text = below(written!.path).map((file) => readFileSync(file, "latin1")).join("");
          expect(text).to.contain(`CANARY_${tenant}_words`).and.not.to.contain(`CANARY_${other(tenant)}`);
        }
        const { sandbox } = sandboxes.get(tenant)!;
        // A token of the other one would have been refused, and told.
        expect(sandbox.calls.records.filter(({ status }) => status === 401 || status === 403)).to.deep.equal([]);
      }
    });

    it("delete each their own, and count their limits apart", async () => {
      const planned = await Promise.all(TENANTS.map((tenant) => dsr.batch(tenant, { type: "deletion", lines: lines() })));
      const [first] = planned;
      // One of them goes first: the other's people stay until their own plan is carried out.
      await dsr.runBatch(first!.plan!.id, first!.plan!.confirm);
      const left = await dsr.plan("beta", { identifier: Identifier.parse("email", person(0)) });
      expect(left.outcome).to.equal("planned");
      expect([...(await store.limitKeys(home))].sort()).to.deep.equal(["intercom:acme", "intercom:beta"]);
      const requests = await dsr.requests({ type: "deletion" });
      for (const tenant of TENANTS) expect(requests.filter(({ connection }) => connection === tenant).length).to.be.at.least(people);
      const ids = (tenant: Tenant): readonly string[] => sandboxes.get(tenant)!.sandbox.calls.records.filter(({ method }) => method === "DELETE").map(({ path }) => path);
      expect([ids("acme").length, ids("beta").length]).to.deep.equal([people, 0]);
    });

    it("go on alone where the other one's vendor is down", async () => {
      sandboxes.get("acme")!.sandbox.inject({ path: /.*/, fault: { kind: "status", status: 503 }, times: 1_000 });
      const [broken, well] = await Promise.all(TENANTS.map((tenant) => dsr.batch(tenant, { type: "deletion", lines: lines() }, { patienceMs: 0 })));
      expect(broken).to.deep.include({ outcome: "stopped", stopped: { code: "VENDOR_UNAVAILABLE" } });
      expect(well!.totals.records).to.equal(people);
    });
  });
}
