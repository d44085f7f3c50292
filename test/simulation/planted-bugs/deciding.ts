import type { Dsr } from "../../../adapters/inversify/dsr.js";
import type { MemoryHost } from "../../../adapters/in-memory/memory-host.js";
import type { Hold } from "../../../core/holds.js";
import type { DeletionResult } from "../../../core/results.js";
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

/** What is told of a plan, with its last target among what is kept. */
const concealing = async <T extends DeletionResult>(told: Promise<T>): Promise<T> => {
  const result = await told;
  if (result.plan === null) return result;
  const { targets, kept } = result.plan;
  return { ...result, plan: { ...result.plan, targets: targets.slice(0, -1), kept: [...kept, ...targets.slice(-1).map((target) => ({ ...target, reason: "chosen" }))] } };
};

/** Mistakes about what may be done: codes, holds, cancellations, order. */
export const DECIDING: Readonly<Record<string, Bug>> = {
  "a plan's code says nothing of the plan": { breaks: ["BOUND"], plant: { host: (host) => ({ ...host, digest: { ...host.digest, sha256: (text) => (text.startsWith('{"choices":') ? "0".repeat(64) : host.digest.sha256(text)) } }) } },
  "a plan shows a target as kept": {
    breaks: ["DRY_RUN"],
    plant: { dsr: (dsr) => ({ ...dsr, plan: (...input) => concealing(dsr.plan(...input)) }) },
  },
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
