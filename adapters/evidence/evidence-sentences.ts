import type { EvidenceRecord } from "../../core/evidence.js";
import type { EvidenceFact, SeenChoices } from "../../core/evidence-facts.js";
import { mayHoldMore } from "../../core/outcome.js";

/** One record in words for people: what happened, and what there is to say of it. */
export interface EvidenceSentence {
  readonly seq: number;
  readonly at: string;
  readonly what: string;
  readonly details: readonly string[];
}

/** Never says more than the record: that a vendor destroyed something is nothing that anybody could see from outside. */
export function sentenceOf({ seq, at, fact }: EvidenceRecord): EvidenceSentence {
  const { what, details = [] } = wordsOf(fact);
  const { apiCalls } = fact;
  return { seq, at, what, details: [...details, apiCalls === undefined ? "" : `${apiCalls} ${apiCalls === 1 ? "call" : "calls"} to the vendor since the record before`].filter((each) => each !== "") };
}

interface Words {
  readonly what: string;
  readonly details?: readonly string[];
}

function wordsOf(fact: EvidenceFact): Words {
  switch (fact.kind) {
    case "opened":
      return openedWords(fact);
    case "asked":
      return { what: Object.keys(fact.choices).length > 0 ? "what was chosen by hand" : fact.package === undefined ? "all that is found was asked for" : "how the package is wanted", details: [...choiceWords(fact.choices), ...(fact.package ?? []).map((each) => WANTED[each])] };
    case "found":
      return foundWords(fact);
    case "page":
      return { what: `read page ${fact.number}: ${countWords(fact.counts)}`, details: [...(fact.searched ?? []).map(searchWords), ...fact.gaps.map(gapWords), ...(fact.notCovered ?? []).map(notCoveredWords), ...(fact.strangers ?? []).map((record) => `${record} is somebody else's: left out`)] };
    case "packaged":
      return { what: `wrote the access package${fact.sealed === true ? ", sealed for one recipient" : ""}: ${countWords(fact.counts)}`, details: [redactionWords(fact.redactions), `sha256 ${fact.sha256}`, `kept until ${fact.expiresAt}`, ...(fact.notCovered ?? []).map(notCoveredWords)] };
    case "planned":
      return plannedWords(fact);
    case "confirmed":
      return { what: `plan ${fact.plan} was confirmed`, details: [named("by", fact.operator)] };
    case "intent":
      return { what: `announced the deletion of ${fact.category} ${fact.record}, attempt ${fact.attempt}` };
    case "declined":
      return { what: `the deletion of ${fact.category} ${fact.record}, attempt ${fact.attempt}, was not carried out: ${fact.code}` };
    case "answered":
      return {
        what: `the vendor answered "${ANSWERS[fact.answer]}" about ${fact.category} ${fact.record}, attempt ${fact.attempt}`,
        details: [named("remains:", fact.residual), named("the vendor's request id", fact.vendorRequestId), named("the vendor's reference", fact.reference)],
      };
    case "looked":
      return {
        what: `looked at ${fact.category} ${fact.record} by its id: ${LOOKS[fact.answer]}`,
        details: [named("merged into", fact.into), named("the vendor's request id", fact.vendorRequestId)],
      };
    case "settled":
      return { what: `${fact.category} ${fact.record}: ${OUTCOMES[fact.outcome]}` };
    case "surveyed":
      return { what: fact.dependents.length === 0 ? "looked again for what hangs on the records: nothing more was found" : `found ${fact.dependents.length} more since the plan, to be looked at afterwards`, details: [...fact.dependents.map(({ category, record }) => `${category} ${record}`), ...(fact.searched ?? []).map(searchWords)] };
    case "proved":
      return provedWords(fact);
    case "calls":
      return { what: "stopped without an ending" };
    case "ended":
      return endedWords(fact);
    case "turned_away":
      return { what: `somebody wanted to go on and was refused: ${fact.why}; nothing was done` };
    case "looked_again":
      return lookedAgainWords(fact);
    case "look_failed":
      return { what: `could not look for the person again yet: ${fact.why}`, details: [`due ${fact.dueAt}`] };
    case "look_missed":
      return { what: `gave up looking for the person again: ${fact.why}`, details: [`due ${fact.dueAt}`] };
    case "package_removed":
      return removedWords(fact);
    case "pages_dropped":
      return { what: "dropped the pages that were read and that nobody went on with" };
    case "key_destroyed":
      return { what: "made the address and the vendor's ids unreadable: their key is gone, and nobody can tell any more whom the pseudonyms stand for" };
  }
}

const WANTED = { folder: "in a folder that was named", recipient: "sealed for one recipient alone" } as const;
const ANSWERS = { deleted: "deleted", absent: "no such record", accepted: "accepted", not_deleted: "not deleted" } as const;
const LOOKS = { present: "still there", absent: "not there", merged: "part of another record", unknown: "shown neither way" } as const;
const OUTCOMES = { deleted: "deleted, and not there any more", already_absent: "was not there already", not_deleted: "not deleted", unknown: "not known yet" } as const;

function openedWords({ type, connector, connectorVersion, connection, vendorsOwn, subject, reference, law, receivedAt, dueAt, verified, operator, settings, takenOver }: Fact<"opened">): Words {
  return {
    what: `a request for ${type} at ${connection}`,
    details: [
      named("reference", reference),
      `received ${receivedAt}, law ${law}${dueAt === undefined ? "" : `, due ${dueAt}`}`,
      verified === undefined ? "how the person was verified was not stated" : `the person was verified by ${verified.method}, ${verified.at}`,
      named("operator", operator),
      settingWords(settings),
      `connector ${connector} ${connectorVersion}${vendorsOwn ? "" : "; not at the vendor's own API"}`,
      `the person stands here as ${subject}`,
      takenOver === undefined ? "" : `the first ${takenOver} entries are older than this record of them`,
    ],
  };
}

function foundWords({ matches, loose = [], teammate, near, dropped, searched, notCovered, gaps, account, connectorVersion, exemptions = [] }: Fact<"found">): Words {
  return {
    what: `looked the person up: ${matches.length > 0 ? `${matches.length} found` : loose.length > 0 ? "no record of the person's own found" : gaps.some(({ code }) => code === "COUNT_MISMATCH" || code === "PAGING") ? "nothing found, in a list that was not whole" : "nothing found"}`,
    details: [
      ...searched.map(searchWords),
      ...matches.map(({ record, kind, matchedBy, extent }) => `${kind} ${record}, ${matchedBy}${extent === undefined ? "" : `, found among the ${extent} alone`}`),
      ...loose.map(({ category, record, as, matchedBy }) => `${category} ${record}, by its ${as}, ${matchedBy}`),
      teammate === undefined ? "" : teammate ? "the person works for the account" : "compared with those who work for the account: nobody of them",
      near.length === 0 ? "" : `${near.length} near, not included: ${near.map(({ record, why }) => `${record} (${why})`).join(", ")}`,
      dropped === 0 ? "" : `${dropped} without the address left out`,
      ...notCovered.map(notCoveredWords),
      ...gaps.map(gapWords),
      account === undefined ? "" : `account ${account.workspace}, region ${account.region}, API ${account.apiVersion}, connector ${connectorVersion}`,
      exemptions.length === 0 ? "" : `the connector is exempt from rules of its contract: ${exemptions.map(({ rule, until }) => `${rule} until ${until}`).join(", ")}`,
      account === undefined ? "" : `permissions: ${account.permissions.map(({ id, status, basis }) => `${id} ${status} (${basis})`).join(", ") || "none are needed"}`,
    ],
  };
}

function plannedWords({ plan, hash, expiresAt, counts, targets, dependents = [], policies = [], kept, unseen, warnings, choices, searched = [] }: Fact<"planned">): Words {
  return {
    what: `planned ${plan}: ${countWords(counts)} would go`,
    details: [
      `hash ${hash}, good until ${expiresAt}`,
      ...searched.map(searchWords),
      ...targets.map(({ category, record }) => `would go: ${category} ${record}`),
      ...dependents.map(({ category, record }) => `to be looked at afterwards: ${category} ${record}`),
      ...policies.map(({ id, value }) => `decided: ${id} ${value}`),
      ...kept.map(({ category, record, reason }) => `would stay: ${category}${record === undefined ? "" : ` ${record}`}, ${reason}`),
      ...unseen.map(({ category, scope }) => `not seen: ${category}, which needs "${scope}"`),
      ...warnings.map(({ code, category, gap, record, have, of }) => `warning: ${[code, category, gap, record, have === undefined || of === undefined ? undefined : `${have} of ${of}`].filter((each) => each !== undefined).join(" ")}`),
      ...choiceWords(choices),
    ],
  };
}

function provedWords({ proofs, code }: Fact<"proved">): Words {
  if (code !== undefined) return { what: `the vendor's own record of deletions could not be read: ${code}` };
  const listed = proofs.filter(({ listedAt }) => listedAt !== undefined).length;
  return {
    what: `looked into the vendor's own record of deletions: ${listed} of ${proofs.length} stand there`,
    details: proofs.map(({ category, record, listedAt, residual }) => `${category} ${record}: ${listedAt === undefined ? "not listed" : `listed as deleted ${listedAt}`}${residual === undefined ? "" : `; remains: ${residual}`}`),
  };
}

function endedWords({ outcome, why, scope, resumeAt, holds = [], remains = [] }: Fact<"ended">): Words {
  return {
    what: `ended: ${outcome}${why === undefined ? "" : `, ${why}`}`,
    details: [
      named("permission", scope),
      named("to be resumed from", resumeAt),
      ...holds.map(({ id, basis }) => `hold ${id}: ${basis}`),
      remains.length === 0 ? "" : `remains: ${remains.join(", ")}`,
    ],
  };
}

/** Who is shown by the search alone is not back: an index goes on showing what is gone. */
function lookedAgainWords({ searched, gaps, shown, followed = [] }: Fact<"looked_again">): Words {
  const back = shown.filter(({ answer }) => answer !== "absent").length;
  // Of what was to stay a look tells nothing, and this record does not say whether there was any.
  const lag = shown.length > 0 ? "shown by the search, and not there when read by id" : `${mayHoldMore(gaps) ? "not seen in a list that was not whole" : "not found"}, apart from what was to stay`;
  return {
    what: `looked for the person again: ${back > 0 ? `${back} there again` : lag}`,
    details: [...searched.map(searchWords), ...shown.map(({ record, kind, answer }) => `${kind} ${record}: ${SHOWN[answer]}`), ...followed.map(({ record, category, answer }) => `${category} ${record}: ${SHOWN[answer]}`), ...gaps.map(gapWords)],
  };
}

function searchWords({ identifier, where, at }: Fact<"found">["searched"][number]): string {
  return `searched by ${identifier} in ${where}, ${at}`;
}

const SHOWN = { ...LOOKS, present: "there when read by its id", absent: "not there when read by its id" } as const;

function removedWords({ folder, file }: Fact<"package_removed">): Words {
  if (folder === undefined) return { what: file === undefined ? "there was no access package to remove" : REMOVALS[file] };
  return { what: REMOVALS[folder], details: [file === undefined || file === folder ? "" : `the same as one file: ${REMOVALS[file]}`] };
}

const REMOVALS = {
  deleted: "removed the access package, whose time was over: it is not there any more",
  not_found: "the access package, whose time was over, was not where it had been put: it was moved, or removed before",
  not_deleted: "the access package, whose time was over, could not be removed: it is still there",
} as const;

type Fact<K extends EvidenceFact["kind"]> = Extract<EvidenceFact, { kind: K }>;

function choiceWords({ erase, only, exclude = [], also = [], extents = [] }: SeenChoices): readonly string[] {
  return [
    erase === "related" ? "also what is related to the person's own records and theirs alone" : "",
    only === undefined ? "" : `only ${only.join(", ")}`,
    ...exclude.map(({ record, reason }) => `not ${record}: ${reason}`),
    ...also.map(({ record, reason }) => `also ${record}: ${reason}`),
    extents.length === 0 ? "" : `looked also among: ${extents.join(", ")}`,
  ];
}

function gapWords({ category, code, record, have, of }: Fact<"page">["gaps"][number]): string {
  return `gap: ${category}${record === undefined ? "" : ` ${record}`}, ${code}${have === undefined ? "" : `, ${have} of ${of ?? "more"}`}`;
}

function notCoveredWords({ category, scope, reason }: Fact<"found">["notCovered"][number]): string {
  return `not covered: ${category}, ${reason}${scope === undefined ? "" : ` (${scope})`}`;
}

function redactionWords(redactions: Fact<"packaged">["redactions"] = []): string {
  return redactions.length === 0 ? "" : `withheld, by rule: ${redactions.map(({ rule, count }) => `${count} ${rule}`).join(", ")}`;
}

function settingWords(settings: Fact<"opened">["settings"]): string {
  if (settings === undefined) return "";
  const own = Object.entries(settings.connector).map(([name, words]) => `, ${name}: ${words.join(" ") || "none"}`);
  return `other people: ${settings.otherPeople}, notes: ${settings.notes}${own.join("")}`;
}

function countWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([category, count]) => `${count} ${category}`).join(", ") || "nothing";
}

function named(name: string, value: string | undefined): string {
  return value === undefined ? "" : `${name} ${value}`;
}
