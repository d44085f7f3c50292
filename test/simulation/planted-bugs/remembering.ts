import type { JournalEntry } from "../../../core/journal.js";
import type { Lease, RequestJournal } from "../../../core/host-ports.js";
import type { Bug, Plant } from "./plant.js";

const journal = (change: (journal: RequestJournal) => Partial<RequestJournal>): Plant => ({
  host: (host) => {
    const { entries = host.journal.entries, ...changed } = change(host.journal);
    return { ...host, journal: { ...host.journal, ...changed, entries, fold: async (requestId, next, from) => (await entries(requestId)).reduce(next, from) } };
  },
});

/** Keeps entries back until the next one comes; what was kept back dies with the process. */
function behind(isKeptBack: (entry: JournalEntry) => boolean): Plant {
  return journal((port) => {
    const waiting = new Map<string, JournalEntry[]>();
    return {
      append: async (lease, entry) => {
        const kept = [...(waiting.get(lease.requestId) ?? []), entry];
        waiting.set(lease.requestId, isKeptBack(entry) ? kept : []);
        if (isKeptBack(entry)) return;
        for (const each of kept) await port.append(lease, each);
      },
      entries: async (requestId) => [...(await port.entries(requestId)), ...(waiting.get(requestId) ?? [])],
    };
  });
}

/** What an earlier process wrote about deletions is not read. */
const forgetful: Plant = journal((port) => {
  const before = new Map<string, number>();
  return {
    lease: async (requestId) => {
      if (!before.has(requestId)) before.set(requestId, (await port.entries(requestId)).length);
      return port.lease(requestId);
    },
    entries: async (requestId) => (await port.entries(requestId)).filter((entry, index) => index >= (before.get(requestId) ?? 0) || !["intent", "answered", "looked", "settled"].includes(entry.kind)),
  };
});

/** Mistakes in what is kept on the disk. */
export const REMEMBERING: Readonly<Record<string, Bug>> = {
  "the intent is written after the call": { breaks: ["INTENT"], plant: behind(({ kind }) => kind === "intent") },
  "the last entry is lost in a crash": { breaks: ["INTENT", "READ_FIRST", "TRUE_DELETION"], plant: behind(({ kind }) => kind !== "ended" && kind !== "planned") },
  "a resumed deletion knows nothing of what was done": { breaks: ["READ_FIRST", "INTENT", "TRUE_REMAINING"], plant: forgetful },
  "a resumed access request starts over": {
    breaks: ["ONCE"],
    plant: { connector: (connector) => ({ ...connector, executor: (context) => {
      const port = connector.executor(context);
      return { ...port, collect: (input) => port.collect({ ...input, checkpoint: undefined }) };
    } }) },
  },
  "a request that was parked is left alone for ever": {
    breaks: ["HEALS"],
    plant: {
      dsr: (dsr) => ({
        ...dsr,
        resume: async (id, options) => {
          const result = await dsr.result(id);
          return result.outcome === "parked" ? result : dsr.resume(id, options);
        },
        resumeEach: async (ids, onEnded, options) => {
          const results = await Promise.all(ids.map((id) => dsr.result(id)));
          const parked = results.filter(({ outcome }) => outcome === "parked");
          for (const result of parked) onEnded({ requestId: result.request.id, result });
          await dsr.resumeEach(ids.filter((id) => !parked.some(({ request }) => request.id === id)), onEnded, options);
        },
      }),
    },
  },
  "a lease is never given back": {
    breaks: ["HEALS", "ERRORS"],
    plant: journal((port) => ({
      lease: async (requestId): Promise<Lease | undefined> => {
        const lease = await port.lease(requestId);
        // The journal knows its leases, so it is changed and not copied.
        return lease === undefined ? undefined : Object.assign(lease, { release: async () => undefined });
      },
    })),
  },
  "a staged page is missing from the package": {
    breaks: ["TRUE_PACKAGE"],
    plant: { host: (host) => ({ ...host, staging: { ...host.staging, read: (requestId, count) => host.staging.read(requestId, Math.max(0, count - 1)) } }) },
  },
  "evidence leaves out its last record": {
    breaks: ["EVIDENCE"],
    plant: {
      host: (host) => ({
        ...host,
        evidence: {
          ...host.evidence,
          read: async (requestId) => {
            const { records } = await host.evidence.read(requestId);
            return { records: records.slice(0, -1), checkpoints: [] };
          },
        },
      }),
    },
  },
};
