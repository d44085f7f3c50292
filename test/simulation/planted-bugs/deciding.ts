import type { Dsr } from "../../../adapters/inversify/dsr.js";
import type { MemoryHost } from "../../../adapters/in-memory/memory-host.js";
import type { Hold } from "../../../core/holds.js";
import type { Bug, Plant } from "./plant.js";

const journal = (change: (journal: MemoryHost["journal"]) => Partial<MemoryHost["journal"]>): Plant => ({ host: (host) => ({ ...host, journal: { ...host.journal, ...change(host.journal) } }) });

/** Knows each plan's code by itself, as a program does that never asks for it. */
function takingAnyCode(dsr: Dsr): Dsr {
  return {
    ...dsr,
    delete: async (planId, code, options) => {
      const result = await dsr.result(planId.slice(0, planId.lastIndexOf("-")));
      return dsr.delete(planId, "plan" in result && result.plan?.id === planId ? result.plan.confirm : code, options);
    },
  };
}

/** Mistakes about what may be done: codes, holds, cancellations, order. */
export const DECIDING: Readonly<Record<string, Bug>> = {
  "a plan's code says nothing of the plan": { breaks: ["BOUND"], plant: { host: (host) => ({ ...host, digest: { ...host.digest, sha256: (text) => (text.startsWith('{"choices":') ? "0".repeat(64) : host.digest.sha256(text)) } }) } },
  "any code confirms a plan": { breaks: ["BOUND"], plant: { dsr: takingAnyCode } },
  "holds are read once and remembered": {
    breaks: ["HELD"],
    plant: {
      host: (host) => {
        let known: Promise<readonly Hold[]> | undefined;
        return { ...host, holds: { ...host.holds, list: () => (known ??= host.holds.list()) } };
      },
    },
  },
  "a cancellation is not seen": { breaks: ["CANCELLED"], plant: journal(() => ({ cancelRequested: async () => false })) },
  "a deletion does not wait for an access request": { breaks: ["ACCESS_FIRST"], plant: journal((port) => ({ list: async (filter) => (filter.type === "access" && filter.open === true ? [] : port.list(filter)) })) },
  "a reference means nothing": {
    breaks: ["SAME_REQUEST"],
    plant: journal((port) => ({ open: (request, identifiers) => port.open({ ...request, context: { ...request.context, reference: request.id } }, identifiers) })),
  },
  "a reference is enough, whoever it is about": {
    breaks: ["SAME_REQUEST"],
    plant: journal((port) => ({
      open: async (request, identifiers) => {
        const stored = await port.open(request, identifiers);
        return { ...stored, subjectKey: request.subjectKey };
      },
    })),
  },
};
