import { isOwnReason, type Gap, type NotCovered } from "../../core/outcome.js";
import type { ConnectionThen, PackageHeader } from "../../core/host-ports.js";
import type { PrivacyRequest } from "../../core/request.js";
import type { PackageAbout } from "./about.js";
import { addedWords } from "./added-words.js";
import { disclosureLines } from "./disclosure-lines.js";
import { gapLines } from "./gap-lines.js";
import { plainLine, plainText } from "./hidden-characters.js";
import { accountName, categoryLabel, fromConnector, type PackageFacts } from "./package-facts.js";
import { searchedWords } from "./searched-words.js";
import type { AboutTopic, PackageTexts } from "./texts/package-texts.js";
import { utc, utcDate } from "./times.js";

/** What every statement tells from, whatever the request was for. */
export interface StatementFacts {
  readonly request: PrivacyRequest;
  /** Undefined where nothing is known of it any more. */
  readonly connection: ConnectionThen | undefined;
  readonly manifest: PackageHeader["manifest"];
  readonly texts: PackageTexts;
  /** Of what the controller tells, where that stands in several. */
  readonly language: string;
  readonly about: PackageAbout;
  readonly company: string | undefined;
  readonly madeAtMs: number;
}

/** A heading and its lines. */
export type Section = readonly [string, readonly string[]];

/** The sections under a title, numbered, as plain text. */
export function statementOf(title: string, facts: StatementFacts, sections: readonly Section[]): string {
  const numbered = sections.map(([heading, lines], index) => `${underlined(`${index + 1}. ${heading}`, "-")}\n${lines.join("\n")}`);
  return `${[underlined(title, "="), head(facts), ...numbered].join("\n\n")}\n`;
}

function underlined(heading: string, line: string): string {
  return `${heading}\n${line.repeat([...heading].length)}`;
}

function head({ request, connection, manifest, texts, company, madeAtMs }: StatementFacts): string {
  const words = texts.facts;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [words.company, company],
    [words.system, connection === undefined ? manifest.vendor.name : `${manifest.vendor.name}, ${accountName(connection)} (${connection.workspace.region})`],
    [words.reference, request.context.reference],
    [words.request, request.id],
    [words.receivedAt, utcDate(Date.parse(request.context.receivedAt))],
    [words.madeAt, utc(madeAtMs)],
  ];
  const lines = rows.flatMap(([term, value]) => (value === undefined ? [] : [`${term}: ${plainLine(value)}`]));
  return [...lines, ...(request.vendorsOwn ? [] : ["", texts.statement.notVendorsOwn])].join("\n");
}

export function searchedLines(found: Parameters<typeof searchedWords>[0], { manifest, texts }: Pick<StatementFacts, "manifest" | "texts">): readonly string[] {
  const { searches, remarks } = searchedWords(found, manifest, texts);
  return [...searches.map(item), ...remarks];
}

const MOST_LINES = 100;

/** `rest` tells of how many more there are, and where they stand. */
export function incompleteLines(gaps: readonly Gap[], { manifest, texts }: Pick<StatementFacts, "manifest" | "texts">, rest: (count: number) => string): readonly string[] {
  const lines = gapLines(gaps, texts);
  if (lines.length === 0) return [texts.incomplete.none];
  const shown = lines.slice(0, MOST_LINES).map(({ category, code, sentence }) => item(`${plainLine(categoryLabel(category, manifest, texts).text)}: ${sentence} (${plainLine(code)})`));
  return lines.length > MOST_LINES ? [...shown, rest(lines.length - MOST_LINES)] : shown;
}

export function otherLines(facts: Pick<PackageFacts, "settings" | "withheld" | "texts">): readonly string[] {
  const { decisions, takenOut, caution } = disclosureLines(facts);
  return [...decisions, ...takenOut.map(item), ...(caution === undefined ? [] : [caution])];
}

export function notCoveredLines(notCovered: readonly NotCovered[], { manifest, texts }: Pick<StatementFacts, "manifest" | "texts">): readonly string[] {
  const words = texts.notCovered;
  if (notCovered.length === 0) return [words.none];
  const lines = notCovered.map(({ category, scope, reason }) => {
    const why = isOwnReason(reason) ? words.reasons[reason] : `${plainLine(fromConnector(reason, manifest, texts).text)}.`;
    return item(`${plainLine(categoryLabel(category, manifest, texts).text)}: ${why}${scope === undefined ? "" : ` ${words.permission(plainLine(scope))}`}`);
  });
  return [...lines, words.intro];
}

/** What an access found: how many records of the person's own, and how many of each category. Of what is incomplete, none is not nothing. */
export interface FoundFacts {
  readonly nothingFound: boolean;
  readonly own: number;
  readonly categories: readonly { readonly label: string; readonly count: number; readonly incomplete: boolean }[];
  readonly attachments: number;
}

export function foundLines({ nothingFound, own, categories, attachments }: FoundFacts, texts: PackageTexts): readonly string[] {
  const { statement, incomplete: { mark }, category: words } = texts;
  if (nothingFound) return [texts.nothingFound];
  const lines = categories.map(({ label, count, incomplete }) => item(statement.foundLine(label, count === 0 && !incomplete ? words.nothingFound : `${texts.records(count)}${incomplete ? ` (${mark})` : ""}`)));
  return [own === 0 ? statement.noneOwn : statement.matches(own), ...lines, ...(attachments === 0 ? [] : [item(statement.attachments(attachments))])];
}

/** What the controller adds. */
export function addedSection(topics: readonly AboutTopic[], facts: StatementFacts): Section {
  const { heading, topics: said } = addedWords(topics, facts);
  return [heading, said.map(({ topic, text }) => `${item(topic)}:\n    ${plainText(text).replace(/\n/g, "\n    ")}`)];
}

/** `seenAtMs`: when the vendor last showed anything; undefined where it showed nothing. */
export function limitsSection({ texts: { statement } }: StatementFacts, seenAtMs: number | undefined): Section {
  return [statement.limits, [seenAtMs === undefined ? statement.nothingShown : statement.limitsText(utc(seenAtMs))]];
}

export function item(text: string): string {
  return `  - ${text}`;
}
