import type { ErasureWish, Match } from "../../../core/ports.js";
import { mutateInVain, saboteur, type Sabotage, type Saboteur } from "./sabotage.js";

/** What changes something where it was only to look: on some occasion, not on every one. */
export const HASTY: readonly Saboteur[] = [
  saboteur("LOOKUP-6", "mutates while it looks among archived people", () => ({
    lookup: (port, context) => ({ findIn: (...asked) => mutateInVain(context).then(() => port.findIn!(...asked)) }),
  }), ["LOOKUP-5", "ACCESS-4", "DELETE-1"]),
  saboteur("ACCESS-4", "mutates while it reads of archived people", () => ({
    executor: (port, context) => ({
      collect: async function* (input) {
        if (input.matches.some(({ extent }) => extent !== undefined)) await mutateInVain(context);
        yield* port.collect(input);
      },
    }),
  })),
  saboteur("DELETE-1", "mutates while it plans a related deletion", () => planningHastily((_, wish) => wish?.erase === "related"), ["DELETE-4", "DELETE-5"]),
  saboteur("DELETE-1", "mutates while it plans for archived people", () => planningHastily((matches) => matches.some(({ extent }) => extent !== undefined))),
  saboteur("DELETE-1", "mutates while it plans for whom a human named", () => planningHastily((matches) => matches.some(({ matchedBy }) => matchedBy === "chosen"))),
];

function planningHastily(where: (matches: readonly Match[], wish?: ErasureWish) => boolean): Sabotage {
  return {
    executor: (port, context) => ({
      planDeletion: async (matches, loose, wish) => {
        if (where(matches, wish)) await mutateInVain(context);
        return port.planDeletion(matches, loose, wish);
      },
    }),
  };
}
