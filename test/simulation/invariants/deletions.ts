import type { JournalEntry } from "../../../core/journal.js";
import { ENDED_STATES, type PrivacyRequest } from "../../../core/request.js";
import type { Target } from "../../../core/ports.js";
import type { Logged } from "../journal-log.js";
import type { Delivered, SentCall } from "../network.js";
import { vendorOf, type World } from "../world.js";
import type { PlanWatch } from "./plans.js";

/** What a probe deletes: nobody's, and it does not exist. */
const NOBODY = "000000000000000000000000";

/** A deletion that was sent, for one announced target. */
interface Sent {
  readonly call: SentCall;
  requestId: string;
  /** Of the entry that announced it. */
  intent: number;
  /** It surely was not carried out: it never left, or the vendor turned it away. */
  surelyNot: boolean;
  /** It took the record away. */
  hadEffect: boolean;
}

export interface DeletionWatch {
  onSend(call: SentCall): void;
  onUnsent(call: SentCall): void;
  onArrival(call: SentCall, answer: { readonly status: number; readonly effect: boolean }): void;
  onDelivered(delivered: Delivered): void;
  onEntry(logged: Logged): void;
  onDisk(): void;
}

/** Every deletion at the vendor follows from a plan that a human confirmed, and from an intent that is on the disk. */
export function createDeletionWatch(world: () => World, onDeletion: PlanWatch["onDeletion"]): DeletionWatch {
  const sent = new Map<string, Sent[]>();
  /** The last call that read a record and was answered. */
  const reads = new Map<string, number>();
  const cancelledAtMs = new Map<string, number>();
  const holds = new Map<string, { readonly subjectKey: string; readonly placedAtMs: number; releasedAtMs: number }>();

  const onSend = (call: SentCall): void => {
    const target = deletedBy(call);
    if (target === undefined) return;
    const { id } = target;
    const key = keyOf(call.vendor.makeup.connection, target);
    const { judge, log, state, vendors } = world();
    const announced = [...state.requests.values()]
      .filter(({ request }) => request.type === "deletion" && request.connection === call.vendor.makeup.connection)
      .flatMap(({ request }) => standingIntent(log.of(request.id), target).map((intent) => ({ request, intent })));
    const wasRead = ({ request, intent }: (typeof announced)[number]): boolean => {
      const before = (sent.get(key) ?? []).filter((each) => each.requestId === request.id && !each.surelyNot).at(-1);
      return before === undefined || (before.intent !== intent && (reads.get(key) ?? 0) > before.call.number);
    };
    // Two requests may have announced the deletion of one record: then it is the one that may send it.
    const due = announced.find(wasRead) ?? announced[0];
    if (due === undefined) return judge.fail("INTENT", `${call.method} ${call.path} is sent without a durable intent`);
    judge.expect(wasRead(due), "READ_FIRST", () => `the deletion of ${id} is sent again, and nothing was read in between`);
    const { request, intent } = due;
    const { plan, confirmed } = planOf(log.of(request.id), intent);
    judge.expect(confirmed && plan?.targets.some((each) => isSame(each, target)) === true, "INTENT", () => `${id} is deleted, which no confirmed plan names`);
    if (target.category !== "contact") world().happened.add("related deletion");
    onDeletion(plan?.id, target);
    const byHand = plan?.choices.also?.map((choice) => choice.id) ?? [];
    // What hangs on contacts is the person's where all of these are. One that is gone touches nobody.
    for (const contactId of target.category === "contact" ? [id] : call.vendor.participantsOf(target)) {
      const owner = vendors.flatMap((vendor) => vendor.ownerOf(contactId) ?? [])[0];
      judge.expect(byHand.includes(contactId) || (owner !== undefined && isAskedFor(world(), request, owner.address)), "STRANGER", () => `${target.category} ${id} of ${owner?.relation} ${owner?.key} is deleted`);
    }
    sent.set(key, [...(sent.get(key) ?? []), { call, requestId: request.id, intent, surelyNot: false, hadEffect: false }]);
  };
  const surelyNot = (call: SentCall): void => {
    const target = deletedBy(call);
    if (target === undefined) return;
    for (const each of sent.get(keyOf(call.vendor.makeup.connection, target)) ?? []) if (each.call === call) each.surelyNot = true;
  };

  /** Where two requests had announced the same deletion, only the answer tells which of them sent it. */
  const attribute = ({ request, entry }: Logged): void => {
    if (entry.kind !== "answered" && entry.kind !== "declined") return;
    const every = sent.get(keyOf(request.connection, entry.target)) ?? [];
    const intent = world().log.of(request.id).findLast((each) => each.entry.kind === "intent" && isSame(each.entry.target, entry.target))?.index;
    const own = every.filter((each) => each.requestId === request.id && each.intent === intent);
    // One that surely did not happen is not what is answered; it may well be what was declined.
    const all = every.filter(({ surelyNot: isNot }) => !isNot);
    if (intent === undefined || own.some(({ surelyNot: isNot }) => !isNot || entry.kind === "declined")) return;
    const taken = all.findLast((each) => each.requestId !== request.id && !isAnswered(world().log.of(each.requestId), entry.target, each.intent));
    if (taken !== undefined) Object.assign(taken, { requestId: request.id, intent });
  };

  /** What a request took away itself was not absent before. Where several announced the deletion, nobody knows whose it was. */
  const judgeAbsence = ({ request, entry }: Logged): void => {
    if (entry.kind !== "settled" || entry.outcome !== "already_absent") return;
    const all = sent.get(keyOf(request.connection, entry.target)) ?? [];
    const own = all.every(({ requestId }) => requestId === request.id) && all.some(({ hadEffect }) => hadEffect);
    world().judge.expect(!own, "TRUE_REMAINING", () => `${entry.target.id} is called absent before, and its own deletion took it away`);
  };

  return {
    onSend,
    onUnsent: surelyNot,
    onArrival: (call, { status, effect }) => {
      const target = deletedBy(call);
      const sending = target === undefined ? undefined : sent.get(keyOf(call.vendor.makeup.connection, target))?.find((each) => each.call === call);
      // What had become part of a record that was gone by then was gone itself.
      const into = target === undefined ? undefined : call.vendor.sandbox.state.contacts.get(target.id)?.mergedInto;
      if (sending !== undefined && effect && (into == null || !call.vendor.isGone(into))) sending.hadEffect = true;
      if (!effect && status >= 400 && status < 500 && ![404, 408, 410].includes(status)) surelyNot(call);
      if (effect && call.method === "DELETE") world().judge.expect(deletedBy(call) !== undefined, "STRANGER", () => `${call.path} is deleted, which is no record of a person`);
    },
    onDelivered: ({ call, status }) => {
      const read = call.method === "GET" ? targetAt(call.path) : undefined;
      if (read !== undefined && [200, 404, 410].includes(status)) reads.set(keyOf(call.vendor.makeup.connection, read), call.number);
    },
    onEntry: (logged) => {
      const { request, entry, atMs } = logged;
      const { judge, log, state } = world();
      attribute(logged);
      judgeAbsence(logged);
      if (entry.kind === "intent") {
        judge.expect((cancelledAtMs.get(request.id) ?? Infinity) >= atMs, "CANCELLED", () => `${request.id} goes on deleting after it was cancelled`);
        const standing = [...holds.values()].some((hold) => hold.subjectKey === request.subjectKey && hold.placedAtMs < atMs && hold.releasedAtMs >= atMs);
        judge.expect(!isSeenElsewhere(world(), logged), "STRANGER", () => `${entry.target.id} has another address since the person was looked for`);
        judge.expect(!standing, "HELD", () => `${request.id} goes on deleting although a hold stands`);
      }
      if (entry.kind === "confirmed") {
        const open = [...state.requests.values()].map((each) => each.request).some((each) => each.type === "access" && each.connection === request.connection && each.subjectKey === request.subjectKey && !ENDED_STATES.has(each.state) && log.openedAtMs(each.id) < atMs);
        judge.expect(!open, "ACCESS_FIRST", () => `${request.id} is confirmed while an access request of the person is open`);
      }
    },
    onDisk: () => {
      const { state, clock } = world();
      for (const [id, { cancelRequested }] of state.requests) {
        if (!cancelRequested) cancelledAtMs.delete(id);
        else if (!cancelledAtMs.has(id)) cancelledAtMs.set(id, clock.elapsedMs());
      }
      for (const [id, { subjectKey, releasedAt }] of state.holds) {
        const known = holds.get(id) ?? { subjectKey, placedAtMs: clock.elapsedMs(), releasedAtMs: Infinity };
        if (releasedAt !== undefined) known.releasedAtMs = Math.min(known.releasedAtMs, clock.elapsedMs());
        holds.set(id, known);
      }
    },
  };
}

/** The record that a call deletes; undefined where it deletes none. */
function deletedBy({ method, path }: Pick<SentCall, "method" | "path">): Target | undefined {
  const target = method === "DELETE" ? targetAt(path) : undefined;
  return target?.id === NOBODY ? undefined : target;
}

/** What a plan calls the record at a path. */
function targetAt(path: string): Target | undefined {
  const [, plural = "", id] = /^\/(contacts|conversations|tickets)\/([^/]+)$/.exec(path) ?? [];
  if (id !== undefined) return { category: plural.slice(0, -1), id };
  const [, type, instance] = /^\/custom_object_instances\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  return type === undefined ? undefined : { category: "custom_object", id: `${type}:${instance}` };
}

/** Contacts' ids are nobody else's; those of other records are unique within an account only. */
function keyOf(connection: string, { category, id }: Target): string {
  return `${connection} ${category} ${id}`;
}

function isSame(one: Target, other: Target): boolean {
  return one.category === other.category && one.id === other.id;
}

/** The index of the intent for a record after which nothing is known of it yet, if there is one. */
function standingIntent(entries: readonly Logged[], target: Target): readonly number[] {
  const last = entries.findLast(({ entry }) => "target" in entry && isSame(entry.target, target));
  return last?.entry.kind === "intent" ? [last.index] : [];
}

/** Whether it is known what the vendor said to the deletion that this intent announced. */
function isAnswered(entries: readonly Logged[], target: Target, intent: number): boolean {
  const next = entries.slice(intent + 1).find(({ entry }) => (entry.kind === "intent" || entry.kind === "answered" || entry.kind === "declined") && isSame(entry.target, target));
  return next !== undefined && next.entry.kind !== "intent";
}

type Plan = Extract<JournalEntry, { kind: "planned" }>["plan"];

/** The plan that stood when an entry was written, and whether it was confirmed. */
function planOf(entries: readonly Logged[], before: number): { readonly plan: Plan | undefined; readonly confirmed: boolean } {
  let plan: Plan | undefined;
  let confirmed = false;
  for (const { entry } of entries.slice(0, before)) {
    if (entry.kind === "planned") [plan, confirmed] = [entry.plan, false];
    if (entry.kind === "confirmed") confirmed = entry.planId === plan?.id;
  }
  return { plan, confirmed };
}

function isAskedFor({ state }: World, { id }: PrivacyRequest, address: string): boolean {
  return state.requests.get(id)?.identifiers.some((identifier) => identifier.reveal().toLowerCase() === address.toLowerCase()) === true;
}

/** A call is under way for at most so long. */
const UNDER_WAY_MS = 70_000;

/** Whether a record is to be deleted for the first time that, when the person was last looked for, had another address than the person's. */
function isSeenElsewhere(world: World, { request, entry, index }: Logged): boolean {
  if (entry.kind !== "intent") return false;
  const { id } = entry.target;
  const vendor = vendorOf(world, request.connection);
  const movedAtMs = vendor.movedAtMs.get(id);
  const before = world.log.of(request.id).slice(0, index);
  // Nothing shows what has gone since, or was archived.
  if (movedAtMs === undefined || vendor.isGone(id) || vendor.archivedAtMs.has(id)) return false;
  if (before.some((each) => each.entry.kind === "intent" && each.entry.target.id === id)) return false;
  const plan = planOf(before, index).plan;
  const into = vendor.sandbox.state.contacts.get(id)?.mergedInto;
  // What became part of another record of the plan goes with that one.
  if (plan?.targets.some((target) => target.id === into) === true) return false;
  const byHand = plan?.choices.also?.some((choice) => choice.id === id) === true;
  return !byHand && before.some((each) => each.entry.kind === "found" && each.atMs > movedAtMs + UNDER_WAY_MS);
}
