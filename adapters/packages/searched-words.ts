import type { PackageHeader, PackageSummary } from "../../core/host-ports.js";
import { plainLine } from "./hidden-characters.js";
import { field } from "./json-fields.js";
import { categoryLabel } from "./package-facts.js";
import type { PackageTexts } from "./texts/package-texts.js";
import { utc } from "./times.js";

interface SearchedFor extends Pick<PackageSummary, "searched"> {
  readonly matches: readonly { readonly matchedBy: string }[];
  readonly nearMatches: readonly unknown[];
  readonly dropped?: number;
}

/** Where it was looked, by what kind of key and when, each in a sentence; and whom such a search counts as the person. */
export function searchedWords({ searched, matches, nearMatches, dropped = 0 }: SearchedFor, manifest: PackageHeader["manifest"], texts: PackageTexts): { readonly searches: readonly string[]; readonly remarks: readonly string[] } {
  const words = texts.statement;
  const placeOf = (where: string): string => {
    const category = manifest.places?.find(({ id }) => id === where)?.category;
    return category === undefined ? plainLine(where) : words.place(plainLine(categoryLabel(category, manifest, texts).text), plainLine(where));
  };
  if (searched.length === 0) return { searches: [], remarks: [words.notSearched] };
  const searches = searched.map(({ identifier, where, at }) => {
    const name = field(words.identifiers, identifier);
    return words.searchedLine(typeof name === "string" ? name : plainLine(identifier), placeOf(where), utc(Date.parse(at)));
  });
  const chosen = matches.filter(({ matchedBy }) => matchedBy === "chosen").length;
  return { searches, remarks: [words.exactOnly, ...(chosen === 0 ? [] : [words.chosen(chosen)]), ...(nearMatches.length === 0 ? [] : [words.nearMatches(nearMatches.length)]), ...(dropped === 0 ? [] : [words.dropped(dropped)])] };
}
