import type { LookAnswer, RequestExecutorPort } from "../../../core/ports.js";
import { believing } from "./moved.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** What goes wrong with records that become part of others. */
export const MERGED: readonly Saboteur[] = [
  saboteur("DELETE-22", "takes what became part of another record for gone", () => ({ executor: (port) => ({ look: seeing(port, ({ into: _, ...look }) => ({ ...look, answer: "absent" })) }) }), ["DOUBT-16"]),
  saboteur("DELETE-22", "deletes the record that its own became part of", () => ({
    executor: (port) => ({ erase: async (target, policies) => port.erase({ ...target, id: (await port.look(target)).into ?? target.id }, policies) }),
  })),
  saboteur("DELETE-22", "plans to delete the record that the person's became part of", () => ({
    executor: (port) => ({
      planDeletion: async (matches, loose, wish) => {
        const { targets, ...outline } = await port.planDeletion(matches, loose, wish);
        return { ...outline, targets: await Promise.all(targets.map(async (target) => ({ ...target, id: (target.category === "person" && (await port.look(target)).into) || target.id }))) };
      },
    }),
  }), ["DELETE-23"]),
  saboteur("DOUBT-16", "does not say which record another one became part of", () => ({ executor: (port) => ({ look: seeing(port, ({ into: _, ...look }) => look) }) })),
  saboteur("DOUBT-16", "takes what became part of another record for that one", () => ({
    executor: (port) => ({ look: async (target) => port.look({ ...target, id: (await port.look(target)).into ?? target.id }) }),
  }), ["DELETE-22"]),
  saboteur("ACCESS-19", "says nothing of what became part of another record", () => ({ executor: (port) => ({ collect: followed(port, async function* () {}) }) })),
  saboteur("ACCESS-19", "reads the record that the person's became part of, whoever's it is", () => ({
    executor: (port, context) => ({ collect: followed(port, (input, id) => believing(context, { ...input, matches: [{ id, kind: "customer" }], checkpoint: undefined }, () => true)) }),
  })),
];

function seeing(port: RequestExecutorPort, wrong: (look: LookAnswer) => LookAnswer): RequestExecutorPort["look"] {
  return async (target) => {
    const look = await port.look(target);
    return look.answer === "merged" ? wrong(look) : look;
  };
}

type Collect = RequestExecutorPort["collect"];

/** Collects something else in the place of what became part of another record. */
function followed(port: RequestExecutorPort, instead: (input: Parameters<Collect>[0], into: string) => ReturnType<Collect>): Collect {
  return async function* (input) {
    for await (const page of port.collect(input)) {
      const gone = page.gaps.find(({ id }) => id !== undefined)?.id;
      const { into } = gone === undefined ? {} : await port.look({ category: "person", id: gone });
      yield into === undefined ? page : { ...page, gaps: [] };
      if (into !== undefined) yield* instead(input, into);
    }
  };
}
