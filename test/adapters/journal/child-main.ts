import { openHome, type Home } from "../../../adapters/journal/home.js";
import { createPackageFolderSink } from "../../../adapters/packages/package-folder.js";
import { isDsrError } from "../../../core/errors.js";
import type { Lease, StagedPage } from "../../../core/host-ports.js";
import { noFiles, sampleHeader, samplePage, sampleRecord } from "../packages/samples.js";
import { callsEntry, email, sampleConnection, sampleRequest } from "./samples.js";

/** What a test may ask of a process of its own. Answers are JSON; a refusal comes back as its code. */
export interface ChildCommands {
  open(directory: string, leaseTtlMs?: number, key?: string): Promise<string>;
  createRequest(id: string): Promise<string>;
  lease(requestId: string): Promise<boolean>;
  isLost(requestId: string): Promise<boolean>;
  release(requestId: string): Promise<void>;
  append(requestId: string, apiCalls: number): Promise<void>;
  /** Appends without end, telling the parent of each entry once it is durable. */
  appendForEver(requestId: string): Promise<void>;
  /** Does a mixed load on requests of its own and on a shared connection, and returns how many entries it wrote. */
  work(name: string, rounds: number): Promise<number>;
  putConnection(name: string, credential: string): Promise<void>;
  /** Writes a package whose pages have no end. */
  packageForEver(directory: string): Promise<void>;
}

const leases = new Map<string, Lease>();
let home: Home | undefined;

const opened = (): Home => {
  if (home === undefined) throw new Error("no home is open");
  return home;
};
const leaseOf = (requestId: string): Lease => {
  const lease = leases.get(requestId);
  if (lease === undefined) throw new Error("no lease is held");
  return lease;
};

const commands: ChildCommands = {
  open: async (directory, leaseTtlMs, key) => {
    home = await openHome({ directory, clock: { now: () => Date.now() }, ...(leaseTtlMs === undefined ? {} : { leaseTtlMs }), key });
    return home.vault.fingerprint;
  },
  createRequest: async (id) => (await opened().journal.open(sampleRequest({ id }), [email()])).id,
  lease: async (requestId) => {
    const lease = await opened().journal.lease(requestId);
    if (lease !== undefined) leases.set(requestId, lease);
    return lease !== undefined;
  },
  isLost: async (requestId) => leaseOf(requestId).lost.aborted,
  release: async (requestId) => leaseOf(requestId).release(),
  append: async (requestId, apiCalls) => opened().journal.append(leaseOf(requestId), callsEntry(apiCalls)),
  appendForEver: async (requestId) => {
    for (let n = 1; ; n++) {
      await opened().journal.append(leaseOf(requestId), callsEntry(n));
      await new Promise((resolve) => process.send?.({ durable: n }, resolve));
    }
  },
  work: async (name, rounds) => {
    const { journal, connections } = opened();
    for (let round = 1; round <= rounds; round++) {
      const request = await journal.open(sampleRequest({ id: `${name}r${round}` }), [email()]);
      const lease = await journal.lease(request.id);
      if (lease === undefined) throw new Error("the lease of a new request was not given");
      for (let n = 1; n <= 5; n++) await journal.append(lease, callsEntry(n));
      await connections.put(sampleConnection({ rate: round }), `token ${name}`);
      await connections.credential("acme");
      await journal.list({ open: true });
      await journal.entries(request.id);
      await lease.release();
    }
    return rounds * 5;
  },
  packageForEver: async (directory) => {
    const pages = async function* (): AsyncIterable<StagedPage> {
      for (let n = 0; ; n++) {
        yield samplePage([sampleRecord("contacts", String(n), "x".repeat(100_000))]);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    await createPackageFolderSink({ directory, clock: { now: () => Date.now() } }).write(sampleHeader(), pages(), noFiles);
  },
  putConnection: async (name, credential) => opened().connections.put(sampleConnection({ name }), credential),
};

process.on("message", ({ id, command, args }: { id: number; command: keyof ChildCommands; args: never[] }) => {
  const work = commands[command] as (...args: never[]) => Promise<unknown>;
  work(...args).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, error: isDsrError(error) ? error.code : String(error) }),
  );
});
process.send?.({ ready: true });
