import type { DeletionOutline, DeletionProof, EraseAnswer, ErasureSubject, ErasureWish, LookAnswer, LookupResult, LooseRecord, Manifest, Match, PolicyValues, Target } from "../../core/index.js";
import type { Change } from "./memory-world.js";

/** A vendor that answers what a test says, for answers that the reference vendor never gives. */
export interface ScriptedVendor {
  /** Makes the connector speak with this vendor. What is asked for an account and for pages still goes to the reference vendor. */
  readonly change: Change;
  /** What it was asked, in order: `find`, `look person P1`. */
  readonly calls: string[];
  /** What it has deleted: shown by no search, and absent. */
  readonly gone: Set<string>;
  matches: readonly Match[];
  /** What its search answers beside the matches. */
  beside: Partial<LookupResult>;
  /** Whom only the archive shows. */
  archived: readonly Match[];
  /** Whom it shows by their id. */
  byId: (id: string) => Match | undefined;
  outline: (matches: readonly Match[], wish: ErasureWish, loose: readonly LooseRecord[]) => Partial<DeletionOutline>;
  /** Whether a record that hangs on the person's is theirs alone still. */
  confirm: ((target: Target, subject: ErasureSubject) => void) | undefined;
  erase: (target: Target, policies: PolicyValues) => EraseAnswer;
  look: (target: Target) => LookAnswer;
  prove: ((targets: readonly Target[], policies: PolicyValues) => readonly DeletionProof[]) | undefined;
}

export function match(id: string, more: Partial<Match> = {}): Match {
  return { id, kind: "prospect", matchedBy: "exact", primary: false, holds: {}, ...more };
}

export function person(id: string): Target {
  return { category: "person", id };
}

export function message(id: string): Target {
  return { category: "message", id };
}

/** Until told otherwise it knows one record, P1, deletes whatever it is asked to, and says so. */
export function scriptedVendor(manifest: Partial<Manifest> = {}): ScriptedVendor {
  const gone = new Set<string>();
  const named = ({ category, id, extent }: Target): string => `${category} ${id}${extent === undefined ? "" : ` in ${extent}`}`;
  const answer = (matches: readonly Match[], where: string, beside: Partial<LookupResult>): LookupResult => ({
    matches: matches.filter(({ id }) => !gone.has(id)),
    nearMatches: [],
    searched: [{ identifier: "email", where, at: "2026-01-15T09:00:00.000Z" }],
    notCovered: [],
    gaps: [],
    dropped: 0,
    ...beside,
  });
  const vendor: ScriptedVendor = {
    calls: [],
    gone,
    matches: [match("P1")],
    beside: {},
    archived: [],
    byId: () => undefined,
    outline: () => ({}),
    confirm: undefined,
    erase: ({ id }) => (gone.add(id), { answer: "deleted" }),
    look: ({ id }) => ({ answer: gone.has(id) ? "absent" : "present" }),
    prove: undefined,
    change: (usual) => ({
      ...usual,
      manifest: { ...usual.manifest, ...manifest },
      lookup: () => ({
        find: async () => (vendor.calls.push("find"), [answer(vendor.matches, "search", vendor.beside)]),
        findIn: async (extent) => (vendor.calls.push(`find in ${extent}`), [answer(vendor.archived, extent, {})]),
        findById: async (id) => (vendor.calls.push(`find ${id}`), vendor.byId(id)),
      }),
      executor: (context) => ({
        collect: usual.executor(context).collect,
        planDeletion: async (matches, loose = [], wish) => {
          vendor.calls.push("outline");
          if (wish === undefined) throw new Error("a plan without a wish");
          return { targets: matches.map(({ id }) => person(id)), kept: [], unseen: [], warnings: [], ...vendor.outline(matches, wish, loose) };
        },
        ...(vendor.confirm === undefined ? {} : { confirm: async (target, subject) => (vendor.calls.push(`confirm ${named(target)}`), vendor.confirm?.(target, subject)) }),
        erase: async (target, policies = {}) => (vendor.calls.push(`erase ${named(target)}`), vendor.erase(target, policies)),
        look: async (target) => (vendor.calls.push(`look ${named(target)}`), vendor.look(target)),
        ...(vendor.prove === undefined ? {} : { prove: async (targets, policies = {}) => (vendor.calls.push(`prove ${targets.map(named).join(", ")}`), vendor.prove?.(targets, policies) ?? []) }),
      }),
    }),
  };
  return vendor;
}
