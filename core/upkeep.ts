import type { PackageRemoval, Timings } from "./host-ports.js";
import { mayHoldMore } from "./outcome.js";
import type { Target } from "./ports.js";
import type { DependentHistory, LaterLook, RequestHistory } from "./request-history.js";
import { ENDED_STATES } from "./request.js";

/** What is still to be done about a request by itself: `look` for the person again, remove the `package`, destroy the `key`. */
export interface Chore {
  readonly what: "look" | "package" | "key";
  /** ISO 8601. */
  readonly at: string;
}

/**
 * What is still to come after a request has ended, the earliest first. Decided from its history alone, so that whoever comes next, after a
 * crash too, decides the same. The key goes last: with it goes the knowledge of whom to look for and what to remove.
 */
export function choresOf(history: RequestHistory, timings: Timings): readonly Chore[] {
  if (history.keyDestroyedAt !== undefined) return [];
  const looks = laterLooksDue(history, timings);
  const packageAt = packageDue(history);
  const keyAt = keyDue(history, timings, [...looks, ...(packageAt === undefined ? [] : [packageAt])]);
  const chores = [
    ...looks.map((atMs) => ({ what: "look" as const, atMs })),
    ...(packageAt === undefined ? [] : [{ what: "package" as const, atMs: packageAt }]),
    ...(keyAt === undefined ? [] : [{ what: "key" as const, atMs: keyAt }]),
  ];
  // Stable, so that of two at the same time the key stays last.
  return chores.sort((a, b) => a.atMs - b.atMs).map(({ what, atMs }) => ({ what, at: new Date(atMs).toISOString() }));
}

/**
 * When the person is to be looked for again. One look counts for every time that has come by then; one that saw what the search alone still
 * shows, or a list that was not whole, is followed by one more.
 */
export function laterLooksDue(history: RequestHistory, { laterLooksMs, lagLookMs }: Pick<Timings, "laterLooksMs" | "lagLookMs">): readonly number[] {
  const { ended, laterLooks } = history;
  if (ended?.outcome !== "verified") return [];
  // Seen and not yet said: the process ended in between.
  if (laterLooks.some(isBack)) return [Date.parse(ended.at)];
  const endedMs = Date.parse(ended.at);
  const regular = laterLooksMs.map((ms) => endedMs + ms);
  let due = [...regular, ...(wasStillShown(history) || leftBehind(history).length > 0 ? [endedMs + lagLookMs] : [])];
  for (const look of laterLooks) {
    const atMs = Date.parse(look.at);
    const wasRegular = due.some((each) => each <= atMs && regular.includes(each));
    due = due.filter((each) => each > atMs);
    if (wasRegular && (look.shown.length > 0 || isIncomplete(look))) due = [...due, atMs + lagLookMs];
  }
  return due.sort((a, b) => a - b);
}

/** Something that the search showed is there when it is read by its id. */
export function isBack({ shown }: Pick<LaterLook, "shown">): boolean {
  return shown.some(({ answer }) => answer !== "absent");
}

/** Nobody was there, as far as the vendor's list went: it may hold more. */
export function isIncomplete(look: Pick<LaterLook, "shown" | "gaps">): boolean {
  return !isBack(look) && mayHoldMore(look.gaps);
}

/** What hung on the subject's records, was not to stay, and was there when it was last looked at. */
export function leftBehind({ dependents, plan }: Pick<RequestHistory, "dependents" | "plan">): readonly DependentHistory[] {
  const stays = ({ category, id }: Target): boolean => plan?.kept.some((kept) => kept.id === id && kept.category === category) ?? false;
  return dependents.filter(({ target, looks }) => looks.length > 0 && looks.at(-1)?.look.answer !== "absent" && !stays(target));
}

/** The search showed what was not there any more when it was to be deleted. */
function wasStillShown({ finding, targets }: RequestHistory): boolean {
  return targets.some(({ target, settled }) => settled?.outcome === "already_absent" && (finding?.matches.some(({ id }) => id === target.id) ?? false));
}

/** A package that could not be removed is due until it is. */
function packageDue({ receipt, removed }: RequestHistory): number | undefined {
  if (receipt === undefined) return undefined;
  return removed !== undefined && !isLeft(removed.removal) ? undefined : Date.parse(receipt.expiresAt);
}

/** Something of the package is still there. */
export function isLeft({ folder, file }: PackageRemoval): boolean {
  return folder === "not_deleted" || file === "not_deleted";
}

function keyDue({ ended, receipt }: RequestHistory, { keyKeptMs }: Timings, others: readonly number[]): number | undefined {
  if (ended === undefined || !ENDED_STATES.has(ended.outcome)) return undefined;
  const endedMs = Date.parse(ended.at);
  const isDone = ended.outcome === "verified" || receipt !== undefined;
  return Math.max(isDone ? endedMs : endedMs + keyKeptMs, ...others);
}
