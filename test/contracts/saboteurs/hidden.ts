import type { IdentifierLookupPort, LookupResult, Match } from "../../../core/ports.js";
import { lookupOver, saboteur, type Saboteur } from "./sabotage.js";

/** What is looked for with less care where the search does not show it, and what is one person to whom two are. */
export const HIDDEN: readonly Saboteur[] = [
  saboteur("LOOKUP-10", "looks for the first of several among archived people alone", () => ({
    lookup: (port) => ({
      findIn: async (extent, identifiers) => {
        const results = await port.findIn!(extent, identifiers);
        return results.map((result, n) => (n === 0 ? result : { ...result, matches: [], nearMatches: [] }));
      },
    }),
  })),
  saboteur("LOOKUP-10", "reports no near matches among archived people", () => ({ lookup: (port) => ({ findIn: each(port, (result) => ({ ...result, nearMatches: [] })) }) })),
  saboteur("LOOKUP-10", "overlooks archived people whose domain is not written in plain letters", () => ({
    lookup: (_, context) => ({ findIn: lookupOver(context, { answer: (json) => ({ ...json, people: json.people?.filter(({ email }: { email: string }) => /^[\x20-\x7e]*$/.test(email)) }) }).findIn! }),
  })),
  saboteur("LOOKUP-10", "leaves the addresses of archived people escaped", () => ({
    lookup: (_, context) => ({ findIn: lookupOver(context, { answer: (json) => ({ ...json, people: json.people?.map((person: { email: string }) => ({ ...person, email: person.email.replace(/&/g, "&amp;").replace(/'/g, "&#39;") })) }) }).findIn! }),
  })),
  saboteur("LOOKUP-10", "calls every archived person found exactly", () => ({ lookup: (port) => ({ findIn: each(port, edited((match) => ({ ...match, matchedBy: "exact" }))) }) })),
  saboteur("DELETE-8", "takes two archived people of one address for one", () => ({ lookup: (port) => ({ findIn: each(port, edited((match) => ({ ...match, primary: false }))) }) })),
  saboteur("DELETE-8", "takes who writes an address in other letters for the same person", () => {
    const lessSure = edited((match) => ({ ...match, primary: match.primary && match.matchedBy === "exact" }));
    return { lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map(lessSure), findIn: each(port, lessSure) }) };
  }),
];

function each(port: IdentifierLookupPort, edit: (result: LookupResult) => LookupResult): NonNullable<IdentifierLookupPort["findIn"]> {
  return async (extent, identifiers) => (await port.findIn!(extent, identifiers)).map(edit);
}

function edited(edit: (match: Match) => Match): (result: LookupResult) => LookupResult {
  return (result) => ({ ...result, matches: result.matches.map(edit) });
}
