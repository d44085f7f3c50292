import { ALL_TOPICS, CONTACT_TOPICS } from "./added-words.js";
import { plainLine } from "./hidden-characters.js";
import { categoryLabel, type PackageFacts } from "./package-facts.js";
import { addedSection, foundLines, incompleteLines, item, limitsSection, notCoveredLines, otherLines, searchedLines, statementOf, type Section, type StatementFacts } from "./statement-sections.js";

/**
 * What may truthfully be told to the data subject, as plain text: nothing that was not observed, nothing of what the records say, and a visible
 * blank wherever the controller has to say something and has not.
 */
export function statementText(facts: PackageFacts): string {
  const { texts, header } = facts;
  const basis: StatementFacts = { ...facts, ...header, language: header.request.context.language };
  const sections: readonly Section[] = [
    [texts.statement.searched, searchedLines(header.summary, basis)],
    [texts.statement.found, foundLines({ ...facts, own: header.summary.matches.length, categories: facts.categories.map(({ label, count, incomplete }) => ({ label: plainLine(label.text), count, incomplete })) }, texts)],
    [texts.incomplete.heading, incompleteLines(facts.gaps, basis, texts.incomplete.more)],
    // Of nobody nothing was blanked out or withheld.
    ...(facts.nothingFound ? [] : [[texts.redactions.heading, redacted(facts)] as const, [texts.others.heading, otherLines(facts)] as const]),
    [texts.notCovered.heading, notCoveredLines(header.summary.notCovered, basis)],
    addedSection(facts.nothingFound ? CONTACT_TOPICS : ALL_TOPICS, basis),
    limitsSection(basis, header.seenAt === undefined ? facts.madeAtMs : Date.parse(header.seenAt)),
  ];
  return statementOf(texts.statementTitle, basis, sections);
}

function redacted({ header, texts, redactions }: PackageFacts): readonly string[] {
  if (redactions.size === 0) return [texts.redactions.none];
  return [...redactions].map(([category, places]) => item(texts.redactions.found(places, plainLine(categoryLabel(category, header.manifest, texts).text))));
}
