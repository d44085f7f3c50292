import type { CollectedRecord } from "../../../core/ports.js";
import type { AccessResult } from "../../../core/results.js";
import { heldBy } from "../truth.js";
import { CATEGORIES, type Told } from "./results.js";

type Records = Readonly<Record<string, readonly CollectedRecord[]>>;

/** A package holds all that is covered of the person, nothing of anybody else, and the result tells of every gap. */
export function judgePackage(told: Told<AccessResult>): void {
  const { world: { judge, state }, result } = told;
  if (result.outcome !== "complete" && result.outcome !== "complete_with_gaps") return;
  const kept = state.packages.get(result.request.id);
  if (kept === undefined || result.package === null) return judge.fail("TRUE_PACKAGE", `${result.outcome} without a package`);
  const covered = new Set((kept.manifest["connection"] as { readonly categories: readonly string[] }).categories);
  const unread = new Set(result.notCovered.map(({ category }) => category));
  const unnamed = CATEGORIES.filter((category) => !covered.has(category) && !unread.has(category));
  judge.expect(unnamed.length === 0, "TRUE_COVERAGE", () => `${unnamed.join()} is neither covered nor named`);
  judge.expect((result.outcome === "complete") === (result.gaps.length === 0), "TRUE_PACKAGE", () => `${result.outcome} with ${result.gaps.length} gaps`);
  for (const category of covered) {
    if (unread.has(category)) continue;
    const [told, held] = [result.counts[category] ?? 0, kept.records[category]?.length ?? 0];
    judge.expect(told === held, "TRUE_PACKAGE", () => `${told} ${category} are counted, and the package holds ${held}`);
  }
  judgeWhole(told, kept.records, [...covered].filter((category) => !unread.has(category)));
  judgeOwn(told, kept.records);
}

/** Through what else a category's records are found. */
const THROUGH: Readonly<Record<string, readonly string[]>> = { calls: ["conversations"], custom_objects: ["contacts", "conversations", "tickets"] };

/** Of each contact that was there all the time, everything. Where a category has a gap, it says itself that it is not whole. */
function judgeWhole({ world: { judge, happened }, result, person, vendor }: Told<AccessResult>, records: Records, covered: readonly string[]): void {
  const gaps = new Set(result.gaps.map(({ category }) => category));
  for (const contact of person.contacts) {
    const isLeftOut = result.gaps.some(({ code, id }) => code === "NOT_THE_PERSONS" && id === contact.id);
    if (!(isLeftOut || result.matches.some(({ id }) => id === contact.id)) || contact.status !== "live" || vendor.isGone(contact.id)) continue;
    if (isLeftOut) {
      judge.expect(vendor.movedAtMs.has(contact.id) || happened.has("wrong_email"), "TRUE_PACKAGE", () => `${contact.id} of ${person.key} is left out as somebody else's, and it is theirs`);
      continue;
    }
    const held = heldBy(vendor, contact);
    for (const category of covered) {
      if ([category, ...(THROUGH[category] ?? [])].some((each) => gaps.has(each))) continue;
      for (const item of held.get(category) ?? []) {
        const record = records[category]?.find(({ id }) => id === item.id);
        judge.expect(record !== undefined, "TRUE_PACKAGE", () => `${category} ${item.id} of ${person.key} is missing, and no gap says so`);
        if (record !== undefined && item.text !== "") judge.expect(JSON.stringify(record.data).includes(item.text), "TRUE_PACKAGE", () => `a text of ${category} ${item.id} is missing`);
      }
    }
  }
}

/** Whose call it is, where it is one. */
function callerOf(value: unknown): string {
  return (value as { readonly contact_id?: string } | null)?.contact_id ?? "";
}

/** Of another participant's call in a conversation of theirs it may be told that there was one. */
function isToldOf(call: unknown, conversations: ReadonlySet<string> | undefined): boolean {
  const { conversation_id: conversationId, ...told } = call as Readonly<Record<string, unknown>>;
  return conversations?.has(String(conversationId)) === true && !("phone" in told) && !("transcript" in told);
}

/** Nothing that was ever only somebody else's, and nobody else's words: but what the vendor made a part of the person's own record is theirs. */
function judgeOwn({ world: { judge }, person, vendor }: Told<AccessResult>, records: Records): void {
  const own = new Map<string, Set<string>>();
  for (const contact of person.contacts) {
    for (const [category, items] of vendor.everHeld(contact)) own.set(category, new Set([...(own.get(category) ?? []), ...items.map(({ id }) => id)]));
  }
  // The conversation endpoints show tickets, too.
  own.set("conversations", new Set([...(own.get("conversations") ?? []), ...(own.get("tickets") ?? [])]));
  const isOfMerged = (value: unknown): boolean => vendor.isPartOf(callerOf(value), person);
  for (const [category, list] of Object.entries(records)) {
    const foreign = list.filter(({ id, data }) => own.get(category)?.has(id) !== true && !(category === "calls" && (isOfMerged(data) || isToldOf(data, own.get("conversations")))));
    judge.expect(foreign.length === 0, "STRANGER", () => `${category} ${foreign.map(({ id }) => id).join()} stand in the package of ${person.key}`);
  }
  const isOwnAuthor = (value: unknown): boolean => vendor.isPartOf((value as { readonly author?: { readonly id?: string } } | null)?.author?.id ?? "", person);
  const text = JSON.stringify(records, (_, value: unknown) => (isOwnAuthor(value) || isOfMerged(value) ? undefined : value));
  for (const other of vendor.people) {
    if (other === person) continue;
    judge.expect(!text.includes(` of ${other.key}.`) && !text.includes(other.address), "STRANGER", () => `words of ${other.key} stand in the package of ${person.key}`);
  }
}
