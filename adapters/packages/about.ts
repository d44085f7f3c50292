import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { DsrError } from "../../core/errors.js";
import { isObject } from "./json-fields.js";
import type { AboutTopic } from "./texts/package-texts.js";

/** A text, or the same in several languages, by their codes. */
export type LocalText = string | Readonly<Record<string, string>>;

/**
 * What only the controller can tell a data subject (GDPR Art. 15(1) and (2)): why it holds the data, for how long, who gets it. What is left out
 * stands in the statement as a visible blank.
 */
export interface PackageAbout extends Partial<Readonly<Record<AboutTopic, LocalText>>> {
  /** The company's name, where the workspace is called something else. */
  readonly company?: LocalText;
  /** Why each data category is held, by its id. */
  readonly categoryPurposes?: Readonly<Record<string, LocalText>>;
}

const TEXTS: ReadonlySet<string> = new Set(["company", "purposes", "recipients", "transfers", "retention", "rights", "authority", "source", "automatedDecisions", "contact"]);
const MOST_CHARACTERS = 20_000;

/**
 * Reads `about.json`, which may give a purpose to each of these data categories. A file that is not there says nothing, which is allowed.
 * @throws DsrError `CONFIG_INVALID` with the place (`about.json /rights`) and the reason; no text of the file ever stands in it
 */
export async function readAbout(path: string, categories: readonly string[]): Promise<PackageAbout> {
  const name = basename(path);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw invalid(name, error instanceof TypeError ? "it is not UTF-8 text" : "it cannot be read");
  }
  return parseAbout(text, categories, name);
}

/** @throws DsrError `CONFIG_INVALID` */
export async function parseAbout(text: string, categories: readonly string[], name = "about.json"): Promise<PackageAbout> {
  // Loaded where there is a file to judge: most homes have none.
  const { parseJson } = await import("../settings/parse-json.js");
  const parsed = parseJson(text, name);
  for (const [key, value] of Object.entries(parsed)) {
    if (TEXTS.has(key)) checkText(value, `${name} /${key}`);
    else if (key === "categoryPurposes") checkPurposes(value, categories, `${name} /${key}`);
    else throw invalid(`${name} /${shown(key)}`, "there is no such entry");
  }
  return parsed;
}

function checkPurposes(value: unknown, categories: readonly string[], at: string): void {
  if (!isObject(value)) throw invalid(at, "it is an object with a text for each data category");
  for (const [category, text] of Object.entries(value)) {
    if (!categories.includes(category)) throw invalid(`${at}/${shown(category)}`, "no registered connector has such a data category");
    checkText(text, `${at}/${category}`);
  }
}

function checkText(value: unknown, at: string): void {
  const texts = typeof value === "string" ? [value] : isObject(value) ? Object.values(value) : [];
  const languages = isObject(value) ? Object.keys(value) : [];
  const valid = texts.length > 0 && texts.every((text) => typeof text === "string" && text.trim() !== "" && text.length <= MOST_CHARACTERS);
  if (!valid || !languages.every((language) => /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(language))) {
    throw invalid(at, `it is a text of at most ${MOST_CHARACTERS} characters, or such texts by their language ({"en": "…", "de": "…"}); leave it out where there is nothing to say`);
  }
}

function shown(key: string): string {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(key) ? key : "(a key that is no name)";
}

function invalid(at: string, reason: string): DsrError {
  return new DsrError("CONFIG_INVALID", { at, reason });
}
