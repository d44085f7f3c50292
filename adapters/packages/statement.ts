import { isOwnReason } from "../../core/outcome.js";
import { disclosureLines } from "./disclosure-lines.js";
import { gapLines } from "./gap-lines.js";
import { plainLine, plainText } from "./hidden-characters.js";
import { categoryLabel, type PackageFacts } from "./package-facts.js";
import { field } from "./json-fields.js";
import { inLanguage } from "./texts/choose-texts.js";
import type { AboutTopic } from "./texts/package-texts.js";
import { utc, utcDate } from "./times.js";

/**
 * What may truthfully be told to the data subject, as plain text: nothing that was not observed, nothing of what the records say, and a visible
 * blank wherever the controller has to say something and has not.
 */
export function statementText(facts: PackageFacts): string {
  const { texts, header } = facts;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [texts.statement.searched, searched(facts)],
    [texts.statement.found, found(facts)],
    [texts.incomplete.heading, incomplete(facts)],
    [texts.redactions.heading, redacted(facts)],
    [texts.others.heading, others(facts)],
    [texts.notCovered.heading, notCovered(facts)],
    [header.request.context.law === "gdpr" ? texts.about.heading.gdpr : texts.about.heading.other, added(facts)],
    [texts.statement.limits, [texts.statement.limitsText(utc(facts.madeAtMs))]],
  ];
  return [underlined(texts.statementTitle, "="), head(facts), ...sections.map(([heading, lines], index) => `${underlined(`${index + 1}. ${heading}`, "-")}\n${lines.join("\n")}`)].join("\n\n") + "\n";
}

function underlined(heading: string, line: string): string {
  return `${heading}\n${line.repeat([...heading].length)}`;
}

function head({ header, texts, company, madeAtMs }: PackageFacts): string {
  const { request, connection, manifest } = header;
  const words = texts.facts;
  const rows: readonly (readonly [string, string | undefined])[] = [
    [words.company, company],
    [words.system, `${manifest.vendor.name}, ${connection.workspace.name} (${connection.workspace.region})`],
    [words.reference, request.context.reference],
    [words.request, request.id],
    [words.receivedAt, utcDate(Date.parse(request.context.receivedAt))],
    [words.madeAt, utc(madeAtMs)],
  ];
  const lines = rows.flatMap(([term, value]) => (value === undefined ? [] : [`${term}: ${plainLine(value)}`]));
  return [...lines, ...(request.vendorsOwn ? [] : ["", texts.notVendorsOwn])].join("\n");
}

function searched({ header, texts }: PackageFacts): readonly string[] {
  const { searched: places, matches, nearMatches } = header.summary;
  const words = texts.statement;
  const lines = places.map(({ identifier, where, at }) => {
    const name = field(words.identifiers, identifier);
    return item(words.searchedLine(typeof name === "string" ? name : plainLine(identifier), plainLine(where), utc(Date.parse(at))));
  });
  const chosen = matches.filter(({ matchedBy }) => matchedBy === "chosen").length;
  return [...lines, words.exactOnly, ...(chosen === 0 ? [] : [words.chosen(chosen)]), ...(nearMatches.length === 0 ? [] : [words.nearMatches(nearMatches.length)])];
}

function found({ header, texts, categories, attachments }: PackageFacts): readonly string[] {
  const { statement, incomplete, category: words } = texts;
  const lines = categories.map(({ label, count, incomplete: partly }) => {
    const what = count === 0 && !partly ? words.nothingFound : `${texts.records(count)}${partly ? ` (${incomplete.mark})` : ""}`;
    return item(statement.foundLine(plainLine(label.text), what));
  });
  return [statement.matches(header.summary.matches.length), ...lines, ...(attachments === 0 ? [] : [item(statement.attachments(attachments))])];
}

function incomplete({ header, texts, gaps }: PackageFacts): readonly string[] {
  const lines = gapLines(gaps, texts);
  if (lines.length === 0) return [texts.incomplete.none];
  const shown = lines.slice(0, MOST_LINES).map(({ category, code, sentence }) => item(`${plainLine(categoryLabel(category, header.manifest, texts).text)}: ${sentence} (${plainLine(code)})`));
  return lines.length > MOST_LINES ? [...shown, texts.incomplete.more(lines.length - MOST_LINES)] : shown;
}

const MOST_LINES = 100;

function redacted({ header, texts, redactions }: PackageFacts): readonly string[] {
  if (redactions.size === 0) return [texts.redactions.none];
  return [...redactions].map(([category, places]) => item(texts.redactions.found(places, plainLine(categoryLabel(category, header.manifest, texts).text))));
}

function others(facts: PackageFacts): readonly string[] {
  const { decisions, takenOut, caution } = disclosureLines(facts);
  return [...decisions, ...takenOut.map(item), ...(caution === undefined ? [] : [caution])];
}

function notCovered({ header, texts }: PackageFacts): readonly string[] {
  const words = texts.notCovered;
  if (header.summary.notCovered.length === 0) return [words.none];
  const lines = header.summary.notCovered.map(({ category, scope, reason }) => {
    const why = isOwnReason(reason) ? words.reasons[reason] : `${plainLine(reason)}.`;
    return item(`${plainLine(categoryLabel(category, header.manifest, texts).text)}: ${why}${scope === undefined ? "" : ` ${words.permission(plainLine(scope))}`}`);
  });
  return [...lines, words.intro];
}

const TOPICS: readonly AboutTopic[] = ["purposes", "recipients", "transfers", "retention", "rights", "authority", "source", "automatedDecisions", "contact"];

function added({ about, texts, header }: PackageFacts): readonly string[] {
  return TOPICS.map((topic) => {
    const told = about[topic];
    const text = told === undefined ? texts.about.blank : plainText(inLanguage(told, header.request.context.language)).replace(/\n/g, "\n    ");
    return `${item(texts.about.topics[topic])}:\n    ${text}`;
  });
}

function item(text: string): string {
  return `  - ${text}`;
}
