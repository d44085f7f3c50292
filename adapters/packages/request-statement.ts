import type { StatementSubject } from "../../core/host-ports.js";
import type { TargetOutcome } from "../../core/outcome.js";
import { NOT_CHOSEN } from "../../core/plan.js";
import { settingsOf } from "../../core/request-settings.js";
import type { AccessResult, DeletionResult, RequestResult } from "../../core/results.js";
import type { PackageAbout } from "./about.js";
import { ALL_TOPICS, CONTACT_TOPICS } from "./added-words.js";
import { plainLine } from "./hidden-characters.js";
import { field } from "./json-fields.js";
import { accountName, categoryLabel, fromConnector } from "./package-facts.js";
import { addedSection, foundLines, incompleteLines, item, limitsSection, notCoveredLines, otherLines, searchedLines, statementOf, type Section, type StatementFacts } from "./statement-sections.js";
import { chooseTexts, inLanguage } from "./texts/choose-texts.js";
import { utc } from "./times.js";

/**
 * What may truthfully be told to the data subject of any request, as its journal tells it: what was searched and found, what was deleted and seen
 * to be gone, what remains and for how long, and what nobody looked at.
 */
export function requestStatement({ request, result, manifest, connection, language = request.context.language, atMs }: StatementSubject, about: PackageAbout): string {
  const texts = chooseTexts(language);
  const company = about.company === undefined ? companyOf(connection) : inLanguage(about.company, language);
  const facts: StatementFacts = { request, connection, manifest, texts, language, about, company, madeAtMs: atMs };
  const state: Section = [texts.statement.state, [isNothingGone(result) ? texts.statement.nothingGone : texts.statement.states[result.outcome]]];
  const searched: Section = [texts.statement.searched, searchedLines(result, facts)];
  const limits = limitsSection(facts, lastSeenMs(result));
  return "package" in result
    ? statementOf(texts.statementTitle, facts, [state, searched, ...accessSections(result, facts), limits])
    : statementOf(texts.statement.deletionTitle, facts, [state, searched, ...deletionSections(result, facts), addedSection(CONTACT_TOPICS, facts), limits]);
}

/** Whose account it was is told as long as that is known. */
function companyOf(connection: StatementFacts["connection"]): string | undefined {
  return connection?.workspace.name === undefined ? undefined : accountName(connection);
}

/** Stopped before anything of what was to be deleted was seen to be gone. */
function isNothingGone(result: RequestResult): boolean {
  return result.outcome === "partial" && "targets" in result && !result.targets.some(isGone);
}

function isGone({ outcome }: DeletionResult["targets"][number]): boolean {
  return outcome === "deleted" || outcome === "already_absent";
}

/** When the system last showed something that the statement tells of. */
function lastSeenMs(result: RequestResult): number | undefined {
  const { targets, dependents = [], laterLooks } = "targets" in result ? result : { targets: [], laterLooks: [] };
  const read = "package" in result && result.readUntil !== null ? [result.readUntil] : [];
  const times = [...read, ...[...result.searched, ...laterLooks.filter(({ outcome }) => outcome !== "missed")].map(({ at }) => at), ...targets.flatMap(({ verifiedAbsentAt }) => verifiedAbsentAt ?? []), ...dependents.flatMap(({ lookedAt }) => lookedAt ?? [])].map((at) => Date.parse(at));
  return times.length === 0 ? undefined : Math.max(...times);
}

function accessSections(result: AccessResult, facts: StatementFacts): readonly Section[] {
  const { searched, matches, loose, counts, gaps, redactions } = result;
  const { texts, manifest, request } = facts;
  const words = texts.statement;
  const isPackaged = result.package !== null;
  const categories = manifest.dataCategories.flatMap(({ id }) => (Object.hasOwn(counts, id) ? [{ label: label(id, facts), count: counts[id] ?? 0, incomplete: gaps.some(({ category }) => category === id) }] : []));
  const nothingRead = matches.length === 0 && categories.length === 0;
  const found = nothingRead && loose.length > 0 ? [words.loose(loose.length)] : foundLines({ nothingFound: nothingRead, own: matches.length, categories, attachments: counts["attachments"] ?? 0 }, texts);
  return [
    [words.found, searched.length === 0 ? [words.notKnown] : [...found, ...(isPackaged ? [] : [words.notPackaged])]],
    ...(nothingRead && gaps.length === 0 ? [] : [[texts.incomplete.heading, incompleteLines(gaps, facts, texts.incomplete.notListed)] as const]),
    ...(nothingRead || !isPackaged ? [] : [[texts.others.heading, otherLines({ settings: settingsOf(request), withheld: redactions, texts })] as const]),
    notCoveredSection(result, [], facts),
    addedSection(nothingRead ? CONTACT_TOPICS : ALL_TOPICS, facts),
  ];
}

/** Before the person was searched, nothing was looked at. */
function notCoveredSection({ searched, notCovered }: RequestResult, unseen: RequestResult["notCovered"], facts: StatementFacts): Section {
  const { heading, nothingLookedAt } = facts.texts.notCovered;
  return [heading, searched.length === 0 ? [nothingLookedAt] : notCoveredLines([...notCovered, ...unseen], facts)];
}

function deletionSections(result: DeletionResult, facts: StatementFacts): readonly Section[] {
  const { outcome, searched, matches, loose, gaps, targets, dependents = [], plan, residuals, laterLooks, notCovered } = result;
  const { texts } = facts;
  const words = texts.statement;
  // Why a record was left out is an operator's note, and nobody else's business.
  const notChosen = (plan?.kept ?? []).flatMap(({ id, reason }) => (id !== undefined && reason === NOT_CHOSEN ? [id] : []));
  const excluded = [...new Set([...(plan?.choices.exclude ?? []).map(({ id }) => id), ...notChosen])];
  // What was to stay and went along all the same is told as gone.
  const went = new Set(dependents.filter(({ state }) => state === "absent").map(({ id }) => id));
  const kept = (plan?.kept ?? []).filter(({ id }) => id === undefined || !(excluded.includes(id) || went.has(id)));
  // The plan's reasons say what it comes to, not what came of it.
  const isCarriedOut = outcome === "verified";
  const isDone = isCarriedOut || targets.every(isGone);
  const back = laterLooks.flatMap(({ shown }) => shown.filter(({ answer }) => answer !== "absent"));
  const remains = [
    ...targetLines(targets.filter((each) => !isGone(each)), isCarriedOut, facts),
    ...(back.length === 0 ? [] : [item(words.thereAgain(back.length))]),
    ...linesOf(residuals.map((residual) => ({ ...residual, said: residualText(residual, facts) })), facts),
    ...(targets.length === 0 ? [] : [...linesOf(kept.map((each) => ({ ...each, said: isDone ? `${connectors(each.reason, facts)}.` : words.planned(`${connectors(each.reason, facts)}.`) })), facts), ...(excluded.length === 0 ? [] : [item(words.excluded(excluded.length))])]),
  ];
  const related = (plan?.warnings ?? []).filter(({ code }) => code === "RELATED_INCOMPLETE");
  const incomplete = [
    ...(gaps.length === 0 ? [] : incompleteLines(gaps, facts, texts.incomplete.notListed)),
    ...(related.length === 0 ? [] : [item(words.relatedIncomplete), ...related.flatMap(({ gap, category, ...each }) => (category === undefined || gap === undefined ? [] : incompleteLines([{ ...each, category, code: gap }], facts, texts.incomplete.notListed)))]),
  ];
  // The search alone showed them; what is there after all is told as what remains.
  const vanished = (plan?.warnings ?? []).flatMap(({ code, id }) => (code === "CHANGED_DURING_RUN" && id !== undefined && !dependents.some((each) => each.id === id && each.state === "present") ? [id] : []));
  const gone = [...targetLines(targets.filter(isGone), isCarriedOut, facts), ...goneLines(dependents.filter(({ id }) => !vanished.includes(id)), facts)];
  const unseen = (plan?.unseen ?? []).map(({ category, scope }) => ({ category, scope, reason: "not granted" as const })).filter(({ category }) => !notCovered.some((each) => each.category === category));
  return [
    [words.found, searched.length === 0 ? [words.notKnown] : deletionFound(matches.length, loose.length, vanished.length, texts)],
    ...(incomplete.length === 0 ? [] : [[texts.incomplete.heading, incomplete] as const]),
    [words.deleted, targets.length === 0 ? [words.nothingDeleted] : [...(gone.length === 0 ? [words.nothingGone] : gone), ...laterLooks.map((look) => words.laterLooks[lookedAgain(look, [...targets, ...dependents])](utc(Date.parse(look.at))))]],
    [words.remains, targets.length === 0 ? [words.nothingTouched] : remains.length === 0 ? [words.nothingRemains] : [...new Set(remains)]],
    notCoveredSection(result, unseen, facts),
  ];
}

/** What is there under its own id was not created anew. */
function lookedAgain({ outcome, shown, besides }: DeletionResult["laterLooks"][number], known: readonly { readonly id: string }[]): keyof StatementFacts["texts"]["statement"]["laterLooks"] {
  const back = shown.filter(({ answer }) => answer !== "absent");
  const same = back.filter(({ id }) => known.some((each) => each.id === id)).length;
  if (outcome === "absent" || outcome === "incomplete") return besides === true ? `${outcome}Besides` : outcome;
  if (outcome === "missed" || same === 0) return outcome;
  return same === back.length ? "restored" : "restoredAndBack";
}

function deletionFound(own: number, loose: number, vanished: number, { nothingFound, statement: words }: StatementFacts["texts"]): readonly string[] {
  const found = [...(own === 0 ? [] : [words.records(own)]), ...(loose === 0 ? [] : [words.loose(loose)])];
  return [...(found.length === 0 ? [nothingFound] : found), ...(vanished === 0 ? [] : [words.vanished(vanished)])];
}

function residualText({ code, text }: DeletionResult["residuals"][number], facts: StatementFacts): string {
  const own = field(facts.texts.statement.residuals, code);
  return typeof own === "string" ? own : connectors(text, facts);
}

/** What is said of single records is said once for all of a kind, with how many they are; the rest as it stands. */
function linesOf(remains: readonly { readonly category?: string; readonly id?: string; readonly said: string }[], facts: StatementFacts): readonly string[] {
  const lineOf = ({ category, said }: (typeof remains)[number], many: string): string => item(category === undefined ? said : `${label(category, facts)}${many}: ${said}`);
  const alike = (one: (typeof remains)[number], other: (typeof remains)[number]): boolean => other.id !== undefined && one.category === other.category && one.said === other.said;
  return remains.map((each) => lineOf(each, each.id === undefined ? "" : ` (${facts.texts.records(remains.filter((other) => alike(each, other)).length)})`));
}

/** What hung on the person's records, was not deleted by a call of its own, and was seen to be gone. */
function goneLines(dependents: NonNullable<DeletionResult["dependents"]>, facts: StatementFacts): readonly string[] {
  const { statement, records } = facts.texts;
  const gone = dependents.filter(({ state }) => state === "absent");
  return [...new Set(gone.map(({ category }) => category))].map((category) => {
    const some = gone.filter((each) => each.category === category);
    const seen = some.flatMap(({ lookedAt }) => (lookedAt === undefined ? [] : [Date.parse(lookedAt)]));
    return item(`${label(category, facts)}: ${records(some.length)}. ${statement.wentAlong}${seen.length === 0 ? "" : ` ${statement.seenGone(utc(Math.max(...seen)))}`}`);
  });
}

function connectors(text: string, { manifest, texts }: StatementFacts): string {
  return plainLine(fromConnector(text, manifest, texts).text);
}

const OUTCOMES: readonly TargetOutcome[] = ["deleted", "already_absent", "not_deleted", "unknown"];

/** For each kind of record and each thing that became of it how many, and when the last one was seen to be gone. What is still there once the plan is carried out was an earlier one's. */
function targetLines(targets: DeletionResult["targets"], isDone: boolean, facts: StatementFacts): readonly string[] {
  const { statement, records } = facts.texts;
  return [...new Set(targets.map(({ category }) => category))].flatMap((category) =>
    [...OUTCOMES, "untouched" as const, "earlier" as const].flatMap((outcome) => {
      const some = targets.filter((target) => target.category === category && (isDone && !isGone(target) ? "earlier" : target.untouched === true ? "untouched" : target.outcome) === outcome);
      if (some.length === 0) return [];
      const seen = some.flatMap(({ verifiedAbsentAt }) => (verifiedAbsentAt === undefined ? [] : [Date.parse(verifiedAbsentAt)]));
      const when = seen.length === 0 ? "" : ` ${statement.seenGone(utc(Math.max(...seen)))}`;
      return [item(`${label(category, facts)}: ${records(some.length)}. ${outcome === "untouched" || outcome === "earlier" ? statement[outcome] : statement.outcomes[outcome]}${when}`)];
    }),
  );
}

/** What a target is a record of has a name in the singular; categories are named for many. */
function label(category: string, { manifest, texts }: StatementFacts): string {
  const many = [`${category}s`, category.replace(/y$/, "ies")];
  const id = manifest.dataCategories.find((each) => many.includes(each.id))?.id ?? category;
  return plainLine(categoryLabel(id, manifest, texts).text);
}
