import { FRESH_MS } from "../../core/freshness.js";
import type { Gap } from "../../core/outcome.js";
import type { ConnectorContext, DeletionOutline, ErasureWish, LooseRecord, Match, Target } from "../../core/ports.js";
import { createIntercomClient } from "./client.js";
import { typesInSettings } from "./custom-object-types.js";
import { decidedBy, type Decided } from "./erasure-policies.js";
import { manifest } from "./manifest.js";
import { contactNotShown, goesAlong, hasOthers, isReadFirst, LEFT, leftOf, sortLoose, sortRelated, whoElse, type Sorting } from "./related-records.js";
import type { RelatedThread } from "./related-thread.js";
import { isWatched, type SharingWatch } from "./sharing-watch.js";
import { carryingAnother, readByAddress, surveyOf, type Survey } from "./survey.js";

/** Whoever was active so lately may well come back before long, and is created anew. */
const RECENTLY_MS = 7 * 86_400_000;

const SUBJECT_ALONE: ErasureWish = { erase: "subject", policies: {}, spare: [], identifiers: [], settings: {} };

type Warning = DeletionOutline["warnings"][number];
type Kept = DeletionOutline["kept"][number];

/**
 * What deleting these contacts removes, what stays, and what cannot be seen with the permissions that are granted. Where only the contacts'
 * own permissions are, it takes no call. A related deletion names what is the person's alone as targets of their own, and `watch` is told of them.
 */
export async function planDeletion(context: ConnectorContext, matches: readonly Match[], loose: readonly LooseRecord[] = [], { erase, policies, spare, kept: keptContacts = [], identifiers, settings }: ErasureWish = SUBJECT_ALONE, watch?: Pick<SharingWatch, "note">): Promise<DeletionOutline> {
  const client = createIntercomClient(context);
  const beganMs = context.clock.now();
  const at = new Date(beganMs).toISOString();
  const decided = decidedBy(policies);
  const related = erase === "related";
  const survey = await surveyOf(client, {
    contactIds: matches.map(({ id }) => id),
    chosen: matches.flatMap(({ id, matchedBy }) => (matchedBy === "chosen" ? [id] : [])),
    kept: keptContacts,
    identifiers,
    covers: (category) => context.categories.includes(category),
    isRead: (thread, category, { contactIds, merged }) => related && isReadFirst(thread, category, { contactIds, ownIds: [...contactIds, ...merged], spare }, decided),
    readsContacts: manifest.dataCategories.some(({ id, coverage }) => coverage === "optional" && context.categories.includes(id)),
    withTexts: related && decided.groups === "redact",
    types: typesInSettings(settings),
  });
  const own = matches.filter(({ id }) => !survey.others.some((other) => other.id === id));
  const contactIds = own.map(({ id }) => id);
  const ownIds = [...contactIds, ...survey.merged];
  const sorting = { contactIds, spare, ...(related ? { ownIds } : {}) };
  const sorted = sortRelated(survey, sorting);
  const unread = loose.map(({ id }) => id).filter((id) => !survey.begun.some((thread) => thread.id === id));
  const looseRead = await readByAddress(client, related ? unread : [], identifiers);
  const moved = await carryingAnother(client, [...survey.begun, ...looseRead.there], [...contactIds, ...keptContacts, ...survey.others.map(({ id }) => id)], identifiers);
  const leftContacts = [...keptContacts, ...survey.others.map(({ id }) => id), ...moved];
  const byAddress = sortLoose(related ? [...survey.begun, ...looseRead.there] : [], spare, leftContacts);
  const vanished = [...survey.vanished, ...looseRead.vanished];
  const named = [...survey.named, ...(context.categories.includes("custom_objects") ? looseRead.there.flatMap((thread) => thread.named) : [])];
  const namesFurtherObjects = named.some((key) => !survey.objects.some(({ id }) => id === key));
  const left = [...(related ? [] : [...survey.begun.map((thread) => leftOf(thread, leftContacts)), ...unread.map(leftByAddress)]), ...(survey.begunAsTeammate.length === 0 ? [] : [AS_TEAMMATE])];
  const groups = sorted.groups.filter(({ id }) => !spare.includes(id));
  const targets = related ? [...targetsInGroups(groups, decided, sorting, ownIds), ...sorted.own, ...byAddress.own] : [];
  const watched = targets.filter(isWatched);
  watch?.note(watched, { ...sorting, identifiers }, beganMs);
  const hidden = groups.flatMap((thread) => textsNotShown(thread));
  const staying = sorted.groups.filter((thread) => !goesAlong(thread, sorting));
  return {
    targets: [...targets, ...own.map(({ id }) => ({ category: "contact", id }))],
    // What is not there by its id is nothing to delete, and is looked at like what goes along with a contact.
    dependents: [...(related ? sorted.all.filter((each) => !sorted.own.includes(each)) : sorted.all), ...vanished],
    ...(related ? { residuals: residualsOf(decided, sorted.groups, sorting, targets, hidden, namesFurtherObjects) } : {}),
    kept: [...companies(own), ...survey.others.map((each) => ({ category: "contact", ...each })), ...staying.map((thread) => keptGroup(thread, sorting, related, decided)), ...sorted.kept, ...byAddress.kept, ...callsOf([...survey.conversations, ...survey.begun, ...looseRead.there], context.categories), ...left],
    unseen: unseen(context.categories),
    warnings: [...warningsOf(own, context.clock.now()), ...[...survey.gaps, ...objectsNotShown(own, survey, context.categories)].map(({ code, ...gap }) => ({ ...gap, code: "RELATED_INCOMPLETE", gap: code })), ...sorted.warnings, ...(related ? byAddress.warnings : survey.begun.flatMap((thread) => contactNotShown(thread, leftContacts))), ...vanished.map(({ id }) => ({ code: "CHANGED_DURING_RUN", id })), ...hidden.map(({ category: _, ...gap }) => ({ ...gap, code: "TEXTS_NOT_SHOWN" })), ...doubts(related, decided, targets)],
    ...(watched.length === 0 ? {} : { confirmed: { targets: watched.length, afterMs: FRESH_MS } }),
    ...(survey.searched.length === 0 ? {} : { searched: survey.searched.map((each) => ({ ...each, at })) }),
  };
}

/** A contact that is archived, or that a human named unseen, does not tell which objects it refers to. */
function objectsNotShown(own: readonly Match[], { notShown }: Survey, covered: readonly string[]): readonly Gap[] {
  if (!covered.includes("custom_objects")) return [];
  const hidden = own.filter(({ id, extent, matchedBy }) => (extent !== undefined || matchedBy === "chosen") && notShown.includes(id));
  return hidden.map(({ id, extent }) => ({ category: "custom_objects", code: extent === undefined ? "RECORD_NOT_SHOWN" : "ARCHIVED_NOT_READABLE", id }));
}

/** What the plan's reader has to know of the way that it was decided. */
function doubts(related: boolean, { erasesMetrics }: Decided, targets: readonly Target[]): readonly Warning[] {
  return [
    ...(erasesMetrics && !related ? [{ code: "REPORTING_NOT_ERASED" }] : []),
    // Intercom lists what a contact refers to, and not who else does.
    ...(targets.some(({ category }) => category === "custom_object") ? [{ code: "SHARING_NOT_TOLD" }] : []),
  ];
}

/** What a related deletion takes out of conversations that stay. */
function targetsInGroups(groups: readonly RelatedThread[], { groups: policy }: Decided, sorting: Pick<Sorting, "contactIds">, ownIds: readonly string[]): readonly Target[] {
  if (policy === "keep") return [];
  // Nobody is taken out of what nobody else takes part in.
  if (policy === "detach") return groups.filter((thread) => hasOthers(thread, sorting)).flatMap(({ id, participants }) => participants.filter((each) => ownIds.includes(each)).map((each) => ({ category: "participation", id: `${id}:${each}` })));
  return groups.flatMap(({ id, texts }) => (texts ?? []).map((place) => ({ category: "message_text", id: `${id}:${place}` })));
}

const IN_GROUPS = {
  keep: "it stays as it is",
  alone: "it is not deleted by a call of its own",
  detach: "only the person is taken out of it",
  redact: "only the texts that the person wrote are taken out of it",
  redactNone: "no text that Intercom shows of it is the person's",
  redactShown: "only the texts of the person that Intercom shows are taken out of it, and what it does not show of it stays",
};

function keptGroup(thread: RelatedThread, sorting: Sorting, related: boolean, { groups }: Decided): Kept {
  const { id, texts } = thread;
  const redact = texts === undefined || texts.length > 0 ? "redact" : "redactNone";
  const decided = textsNotShown(thread).length > 0 ? "redactShown" : groups === "redact" ? redact : hasOthers(thread, sorting) ? groups : "alone";
  const what = related ? decided : "keep";
  return { category: "conversation", id, reason: `${whoElse(thread, sorting)}; ${IN_GROUPS[what]} (groupConversations: ${groups}${related || groups === "keep" ? "" : ", which takes a related deletion"})` };
}

/** What is not shown of a conversation that was read for the person's texts. */
function textsNotShown({ texts, hidden = [] }: RelatedThread): readonly Gap[] {
  return texts === undefined ? [] : hidden;
}

/** May be very many, and who works there knows of them. */
const AS_TEAMMATE: Kept = { category: "conversation", reason: "conversations that a teammate of this address began are the workspace's own" };

function leftByAddress(id: string): Kept {
  return { category: "conversation", id, reason: LEFT };
}

function companies(matches: readonly Match[]): readonly Kept[] {
  const attached = matches.some((match) => (match.holds["companies"] ?? 0) > 0);
  return attached ? [{ category: "company", reason: "a company is not the person's own; only the person's link to it goes" }] : [];
}

/** The phone calls of each conversation that shows one. */
function callsOf(threads: readonly RelatedThread[], covered: readonly string[]): readonly Kept[] {
  if (!covered.includes("calls")) return [];
  return threads.filter(({ showsCall }) => showsCall).map(({ id }) => ({ category: "call", id: `${id}:call`, reason: "Intercom offers no deletion of a phone call, and does not say whether one goes with its conversation" }));
}

/** What hangs on a contact, does not simply go with it, and is not looked at where its permission is not granted. */
function unseen(covered: readonly string[]): DeletionOutline["unseen"] {
  // Only a conversation shows that there was a call.
  const isSeen = (id: string): boolean => covered.includes(id) && (id !== "calls" || covered.includes("conversations"));
  return manifest.dataCategories
    .filter(({ id, deletion }) => (deletion.related !== undefined || deletion.how === "kept") && !isSeen(id))
    .map(({ id, scope }) => ({ category: id, scope: manifest.scopes.find((each) => each.id === scope)?.label ?? scope }));
}

function warningsOf(matches: readonly Match[], nowMs: number): readonly Warning[] {
  return [
    // A wish not to be written to is forgotten with the contact, and must be kept elsewhere.
    ...matches.filter((match) => (match.holds["opted_out"] ?? 0) > 0).map(({ id }) => ({ code: "OPT_OUT_FORGOTTEN", id })),
    ...matches.filter(({ lastActiveAt }) => lastActiveAt !== undefined && nowMs - Date.parse(lastActiveAt) < RECENTLY_MS).map(({ id }) => ({ code: "RECENTLY_ACTIVE", id })),
  ];
}

/** What stays whatever is deleted, but for what this deletion erases, and with what only this one leaves. */
function residualsOf({ groups, erasesMetrics }: Decided, shared: readonly RelatedThread[], sorting: Sorting, targets: readonly Target[], hidden: readonly Gap[], namesFurtherObjects: boolean): readonly string[] {
  const hasGroups = shared.length > 0;
  // What is not deleted by a call of its own, and may go with the contact, leaves its reporting data.
  const erased = erasesMetrics ? [...(shared.every((thread) => hasOthers(thread, sorting)) ? ["REPORTING_KEPT"] : []), ...(hasGroups ? [] : ["RATINGS_KEPT"])] : [];
  const besides = [...(targets.some(({ category }) => category === "ticket") ? ["TICKETS_REPORTED"] : []), ...(groups === "redact" && hasGroups ? ["AUTHOR_KEPT"] : []), ...(hidden.length > 0 ? ["TEXTS_NOT_SHOWN"] : []), ...(namesFurtherObjects ? ["OBJECTS_NAMED_ALONE"] : [])];
  return [...manifest.residuals.filter(({ code, observed }) => observed !== true && !erased.includes(code)).map(({ code }) => code), ...besides];
}
