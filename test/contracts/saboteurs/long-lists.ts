import { executorOver, lookupOver, saboteur, type Edit, type Saboteur } from "./sabotage.js";

/** What reads as many pages as anybody has ever seen, and takes what comes then for all. */
export const LONG_LISTS: readonly Saboteur[] = [
  saboteur("FAULT-18", "reads sixty pages of a search at most", () => ({ lookup: (_, context) => ({ find: (identifiers) => lookupOver(context, endedAfter(60, /search/)).find(identifiers) }) })),
  saboteur("FAULT-18", "reads two hundred pages of a list at most", () => ({ executor: (_, context) => ({ collect: (input) => executorOver(context, endedAfter(200, /orders/)).collect(input) }) })),
  saboteur("FAULT-18", "reads twenty pages of what hangs on a record at most while it plans", () => ({ executor: (_, context) => ({ planDeletion: (...asked) => executorOver(context, endedAfter(20, /messages/)).planDeletion(...asked) }) })),
  saboteur("FAULT-18", "reads forty pages of the list of archived people at most", () => ({ lookup: (_, context) => ({ findIn: (...asked) => lookupOver(context, endedAfter(40, /archived/)).findIn!(...asked) }) })),
  saboteur("FAULT-18", "looks for somebody by an id on the first forty pages of the list of archived people", () => ({ lookup: (_, context) => ({ findById: (...asked) => lookupOver(context, endedAfter(40, /archived/)).findById(...asked) }) })),
  saboteur("FAULT-18", "calls whom it does not see on the first forty pages of the list of archived people gone", () => ({ executor: (_, context) => ({ look: (target) => executorOver(context, endedAfter(40, /archived/)).look(target) }) })),
];

/** Takes what it read of a list for the whole, from so many pages on. */
function endedAfter(most: number, path: RegExp): Edit {
  let pages = 0;
  return { answer: (json, { url }) => (path.test(url.pathname) && (pages += 1) >= most ? { ...json, next: null } : json) };
}
