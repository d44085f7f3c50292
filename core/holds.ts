import { DsrError } from "./errors.js";
import type { Host } from "./host-ports.js";
import type { Identifier } from "./identifier.js";
import { subjectKey } from "./intake.js";
import type { Run } from "./run.js";

/** A legal hold on one person: nothing of that person is deleted while it stands. Holds no address. */
export interface Hold {
  readonly id: string;
  /** Keyed digest of the person's identifier, as requests carry it. */
  readonly subjectKey: string;
  /** Why, in the host's words. */
  readonly basis: string;
  readonly placedAt: string;
  /** ISO 8601; it stands until it is released when left out. */
  readonly until?: string;
  readonly releasedAt?: string;
}

export type HoldState = "standing" | "expired" | "released";

/** A hold as people see it: nothing in it tells who it is about. */
export type HoldSummary = Omit<Hold, "subjectKey"> & { readonly state: HoldState };

export interface HoldInput {
  readonly identifier: Identifier;
  readonly basis: string;
  readonly until?: string;
}

/** Thrown by a deletion that met a hold. */
export class Held extends DsrError {
  readonly holds: readonly Pick<Hold, "id" | "basis">[];

  constructor(holds: readonly Hold[]) {
    super("HELD");
    this.holds = holds.map(({ id, basis }) => ({ id, basis }));
  }
}

/**
 * Called before a deletion is planned and before each of its effects. @throws Held (`HELD`) while a hold stands on the person, or on one of
 * `others`, whose records are deleted along (keyed digests, as in a plan)
 */
export async function refuseHeld({ host, request }: Pick<Run, "host" | "request">, others: readonly string[] = []): Promise<void> {
  const nowMs = host.clock.now();
  const people = new Set([request.subjectKey, ...others]);
  const standing = (await host.holds.list()).filter((hold) => people.has(hold.subjectKey) && holdState(hold, nowMs) === "standing");
  if (standing.length > 0) throw new Held(standing);
}

export function holdState({ until, releasedAt }: Pick<Hold, "until" | "releasedAt">, nowMs: number): HoldState {
  if (releasedAt !== undefined) return "released";
  return until !== undefined && Date.parse(until) <= nowMs ? "expired" : "standing";
}

/** Places a hold. @throws DsrError `REQUEST_INVALID` */
export async function placeHold(host: Host, { identifier, basis, until }: HoldInput): Promise<HoldSummary> {
  const nowMs = host.clock.now();
  const reason = faultOfBasis(basis);
  if (reason !== undefined) throw new DsrError("REQUEST_INVALID", { at: "basis", reason });
  if (until !== undefined && !(Date.parse(until) > nowMs)) throw new DsrError("REQUEST_INVALID", { at: "until", reason: "it is no date that is still to come" });
  const hold: Hold = {
    id: host.random.id(),
    subjectKey: subjectKey(host.digest, identifier),
    basis,
    placedAt: new Date(nowMs).toISOString(),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
  };
  await host.holds.place(hold);
  return summary(hold, nowMs);
}

/** Releases a hold; one that was released before stays as it was. @throws DsrError `REQUEST_INVALID` where there is no such hold */
export async function releaseHold(host: Host, id: string): Promise<HoldSummary> {
  const nowMs = host.clock.now();
  const released = await host.holds.release(id, new Date(nowMs).toISOString());
  if (released === undefined) throw new DsrError("REQUEST_INVALID", { at: "hold", reason: "there is no such hold" });
  return summary(released, nowMs);
}

/** Every hold that was not released, oldest first. */
export async function listHolds(host: Host): Promise<readonly HoldSummary[]> {
  const nowMs = host.clock.now();
  return (await host.holds.list()).map((hold) => summary(hold, nowMs)).filter(({ state }) => state !== "released");
}

function summary({ subjectKey: _, ...hold }: Hold, nowMs: number): HoldSummary {
  return { ...hold, state: holdState(hold, nowMs) };
}

/** The basis goes into results and evidence, so it must not name the person by address. */
function faultOfBasis(basis: unknown): string | undefined {
  if (typeof basis !== "string" || basis.trim().length === 0 || basis.length > 200) return "it is text of 1 to 200 characters";
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(basis)) return "it holds control characters";
  return /@|＠/.test(basis) ? "it looks like it holds an address" : undefined;
}
