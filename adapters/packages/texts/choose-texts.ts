import { de } from "./de.js";
import { en } from "./en.js";
import type { PackageTexts } from "./package-texts.js";

const CATALOGUES: ReadonlyMap<string, PackageTexts> = new Map([en, de].map((texts) => [texts.language, texts]));

/** The catalogue of a BCP 47 language (`de-AT`), English where there is none. */
export function chooseTexts(language: string): PackageTexts {
  return CATALOGUES.get(baseLanguage(language)) ?? en;
}

export function hasTexts(language: string): boolean {
  return CATALOGUES.has(baseLanguage(language));
}

/** A text that may stand in several languages, in the one asked for, or in another of its kind (`de-AT` for `de`), or in English, or in whichever there is. */
export function inLanguage(text: string | Readonly<Record<string, string>>, language: string): string {
  if (typeof text === "string") return text;
  const languages = Object.keys(text);
  const sameBase = languages.find((each) => baseLanguage(each) === baseLanguage(language));
  const chosen = [language, baseLanguage(language), sameBase, "en"].find((each) => each !== undefined && languages.includes(each)) ?? languages[0];
  return chosen === undefined ? "" : (text[chosen] ?? "");
}

function baseLanguage(language: string): string {
  return language.toLowerCase().split(/[-_]/)[0] ?? "";
}
