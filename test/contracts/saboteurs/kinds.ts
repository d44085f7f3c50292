import type { LookupResult, Match } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** What goes wrong once the vendor has a kind of record that it did not have before. */
export const KINDS: readonly Saboteur[] = [
  saboteur("LOOKUP-13", "finds records of the kinds that it knows", () => ({ lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map(known) }) })),
  saboteur("LOOKUP-13", "finds records of the kinds that it knows among archived people", () => ({ lookup: (port) => ({ findIn: async (extent, identifiers) => ((await port.findIn?.(extent, identifiers)) ?? []).map(known) }) })),
  saboteur("LOOKUP-13", "looks by their ids at records of the kinds that it knows", () => ({
    lookup: (port) => ({
      findById: async (...asked) => {
        const found = await port.findById(...asked);
        return found === undefined || isKnown(found) ? found : undefined;
      },
    }),
  })),
  saboteur("LOOKUP-13", "takes a record of another kind than those that it knows for one that may repeat", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, matches: result.matches.map((match) => ({ ...match, primary: match.kind === "customer" })) })) }),
  })),
];

function known(result: LookupResult): LookupResult {
  return { ...result, matches: result.matches.filter(isKnown) };
}

function isKnown({ kind }: Match): boolean {
  return kind === "customer" || kind === "prospect";
}
