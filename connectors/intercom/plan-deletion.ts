import type { ConnectorContext, DeletionOutline, ErasureWish, LooseRecord, Match, Target } from "../../core/ports.js";
import { createIntercomClient, type IntercomClient } from "./client.js";
import { typesInSettings } from "./custom-object-types.js";
import { decidedBy, type Decided } from "./erasure-policies.js";
import { ownTexts } from "./group-conversation.js";
import { manifest } from "./manifest.js";
import { LEFT, leftOf, sortLoose, sortRelated } from "./related-records.js";
import { readByAddress, surveyOf, type RelatedThread } from "./survey.js";

/** Whoever was active so lately may well come back before long, and is created anew. */
const RECENTLY_MS = 7 * 86_400_000;

const SUBJECT_ALONE: ErasureWish = { erase: "subject", policies: {}, spare: [], identifiers: [], settings: {} };

type Warning = DeletionOutline["warnings"][number];
type Kept = DeletionOutline["kept"][number];

/**
 * What deleting these contacts removes, what stays, and what cannot be seen with the permissions that are granted. Where only the contacts'
 * own permissions are, it takes no call. A related deletion names what is the person's alone as targets of their own.
 */
export async function planDeletion(context: ConnectorContext, matches: readonly Match[], loose: readonly LooseRecord[] = [], { erase, policies, spare, identifiers, settings }: ErasureWish = SUBJECT_ALONE): Promise<DeletionOutline> {
  const client = createIntercomClient(context);
  const contactIds = matches.map(({ id }) => id);
  const at = new Date(context.clock.now()).toISOString();
  const decided = decidedBy(policies);
  const related = erase === "related";
  const survey = await surveyOf(client, { contactIds, identifiers, covers: (category) => context.categories.includes(category), withMerged: related && decided.groups === "redact", types: typesInSettings(settings) });
  const sorted = sortRelated(survey, { contactIds, spare });
  const unread = loose.map(({ id }) => id).filter((id) => !survey.begun.some((thread) => thread.id === id));
  const byAddress = sortLoose(related ? [...survey.begun, ...(await readByAddress(client, unread))] : [], spare);
  const left = [...(related ? [] : [...survey.begun.map(leftOf), ...unread.map(leftByAddress)]), ...(survey.begunAsTeammate.length === 0 ? [] : [AS_TEAMMATE])];
  const groupTargets = related ? await targetsInGroups(client, sorted.groups.filter(({ id }) => !spare.includes(id)), decided, [...contactIds, ...survey.merged]) : [];
  const targets = related ? [...groupTargets, ...sorted.own, ...byAddress.own] : [];
  return {
    targets: [...targets, ...matches.map(({ id }) => ({ category: "contact", id }))],
    dependents: related ? sorted.all.filter((each) => !sorted.own.includes(each)) : sorted.all,
    ...(related ? { residuals: residualsOf(decided, sorted.groups.length > 0, targets) } : {}),
    kept: [...companies(matches), ...sorted.groups.map((thread) => keptGroup(thread, related, decided)), ...sorted.kept, ...byAddress.kept, ...left],
    unseen: unseen(context.categories),
    warnings: [...warningsOf(matches, context.clock.now()), ...survey.gaps.slice(0, 1).map(() => ({ code: "RELATED_INCOMPLETE" })), ...sorted.warnings, ...byAddress.warnings, ...doubts(related, decided, targets)],
    ...(survey.searched.length === 0 ? {} : { searched: survey.searched.map((each) => ({ ...each, at })) }),
  };
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
async function targetsInGroups(client: IntercomClient, groups: readonly RelatedThread[], { groups: policy }: Decided, ownIds: readonly string[]): Promise<readonly Target[]> {
  if (policy === "keep") return [];
  if (policy === "detach") return groups.flatMap(({ id, participants }) => participants.filter((each) => ownIds.includes(each)).map((each) => ({ category: "participation", id: `${id}:${each}` })));
  const person = { contactIds: new Set(ownIds), isOwnAddress: () => false };
  const targets: Target[] = [];
  for (const { id } of groups) {
    const { data } = await client.GET("/conversations/{conversation_id}", { params: { path: { conversation_id: id } } });
    targets.push(...ownTexts(data, person).map((place) => ({ category: "message_text", id: `${id}:${place}` })));
  }
  return targets;
}

function keptGroup({ id }: RelatedThread, related: boolean, { groups }: Decided): Kept {
  const what = { keep: "it stays as it is", detach: "only the person is taken out of it", redact: "only the texts that the person wrote are taken out of it" }[related ? groups : "keep"];
  return { category: "conversation", id, reason: `others take part in it; ${what} (groupConversations: ${groups}${related || groups === "keep" ? "" : ", which takes a related deletion"})` };
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

/** What hangs on a contact and is not looked at where its permission is not granted. */
function unseen(covered: readonly string[]): DeletionOutline["unseen"] {
  return manifest.dataCategories
    .filter(({ id, deletion }) => deletion.related !== undefined && !covered.includes(id))
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
function residualsOf({ groups, erasesMetrics }: Decided, hasGroups: boolean, targets: readonly Target[]): readonly string[] {
  const erased = erasesMetrics ? ["REPORTING_KEPT", ...(hasGroups ? [] : ["RATINGS_KEPT"])] : [];
  const besides = [...(targets.some(({ category }) => category === "ticket") ? ["TICKETS_REPORTED"] : []), ...(groups === "redact" && hasGroups ? ["AUTHOR_KEPT"] : [])];
  return [...manifest.residuals.filter(({ code, observed }) => observed !== true && !erased.includes(code)).map(({ code }) => code), ...besides];
}
