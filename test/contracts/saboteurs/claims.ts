import type { Identifier } from "../../../core/identifier.js";
import type { LookupResult } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** What claims to have looked where it did not. */
export const CLAIMS: readonly Saboteur[] = [
  saboteur("LOOKUP-10", "looks among archived people for nobody whom its search shows", () => {
    let shown: readonly string[] = [];
    const known = (identifier: Identifier) => shown.includes(identifier.reveal());
    return {
      lookup: (port) => ({
        find: async (identifiers) => {
          const results = await port.find(identifiers);
          shown = identifiers.flatMap((each, n) => ((results[n]?.matches.length ?? 0) === 0 ? [] : [each.reveal()]));
          return results;
        },
        findIn: async (extent, identifiers) => (identifiers.some(known) ? identifiers.map(() => claiming("people/archived")) : port.findIn!(extent, identifiers)),
      }),
    };
  }, ["LOOKUP-12"]),
  saboteur("LOOKUP-12", "says of every search that it looked among archived people, too", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, searched: [...result.searched, ...claiming("people/archived").searched] })) }),
  })),
  saboteur("LOOKUP-12", "does not say that it looked among archived people", () => ({
    lookup: (port) => ({ findIn: async (extent, identifiers) => (await port.findIn!(extent, identifiers)).map((result) => ({ ...result, searched: [] })) }),
  })),
  saboteur("LOOKUP-12", "says that it looked for whom it remembers not to have found", () => ({
    lookup: (port) => {
      const missed = new Set<string>();
      return {
        find: async (identifiers) => {
          if (identifiers.length > 0 && identifiers.every((each) => missed.has(each.reveal()))) return identifiers.map(() => claiming("people/search"));
          const results = await port.find(identifiers);
          for (const [n, { matches }] of results.entries()) if (matches.length === 0) missed.add(identifiers[n]!.reveal());
          return results;
        },
      };
    },
  })),
  saboteur("LOOKUP-12", "says on its pages that it searched where it did not", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) yield { ...page, searched: claiming("messages/search").searched };
      },
    }),
  })),
  saboteur("LOOKUP-12", "says in a plan that it searched where it did not", () => ({
    executor: (port) => ({ planDeletion: async (...asked) => ({ ...(await port.planDeletion(...asked)), searched: claiming("messages/search").searched }) }),
  })),
];

/** A search that found nobody. */
function claiming(where: string): LookupResult {
  return { matches: [], nearMatches: [], searched: [{ identifier: "email", where, at: "2026-01-15T09:00:00.000Z" }], notCovered: [], gaps: [], dropped: 0 };
}
