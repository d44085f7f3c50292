import type { Connection } from "./connection.js";
import { DsrError } from "./errors.js";
import type { Manifest, Scope } from "./manifest.js";

/** How far a deletion goes: the subject's own records, or also what is related to them and the subject's alone. */
export type Erase = "subject" | "related";

/** One of the manifest's erasure policies as the host decided it: its id, the value's, and what that does. */
export interface ChosenPolicy {
  readonly id: string;
  readonly value: string;
  readonly text: string;
}

/** What a host decided about erasure policies, by their ids. Those that it leaves out have their default. */
export type PolicyValues = Readonly<Record<string, string>>;

/** Every policy of a manifest, as it is decided. */
export function policiesFor({ erasurePolicies = [] }: Manifest, decided: PolicyValues = {}): readonly ChosenPolicy[] {
  return erasurePolicies.flatMap(({ id, values }) => {
    const chosen = values.find((value) => Object.hasOwn(decided, id) && value.id === decided[id]) ?? values[0];
    return chosen === undefined ? [] : [{ id, value: chosen.id, text: chosen.text }];
  });
}

/** The same as connectors take them. */
export function valuesOf(policies: readonly ChosenPolicy[]): PolicyValues {
  return Object.fromEntries(policies.map(({ id, value }) => [id, value]));
}

/**
 * Judges what a host decided against what its connectors declare.
 * @throws DsrError `CONFIG_INVALID` with the policy's id and the reason; no value stands in it
 */
export function checkPolicyValues(decided: PolicyValues, manifests: readonly Manifest[]): void {
  const declared = manifests.flatMap(({ erasurePolicies = [] }) => erasurePolicies);
  for (const [id, value] of Object.entries(decided)) {
    const policies = declared.filter((policy) => policy.id === id);
    if (policies.length === 0) throw new DsrError("CONFIG_INVALID", { at: /^[A-Za-z0-9_.-]{1,64}$/.test(id) ? id : "erasure policies", reason: "no connector has such a policy" });
    const unfit = policies.find(({ values }) => !values.some((each) => each.id === value));
    if (unfit !== undefined) throw new DsrError("CONFIG_INVALID", { at: id, reason: `it is one of ${unfit.values.map((each) => each.id).join(", ")}` });
  }
}

/** The scopes that a related deletion needs beside the deletion's own: to see each category that it deletes from, to delete there, and for the policies. */
export function relatedScopes({ dataCategories, erasurePolicies = [], scopes }: Manifest, policies: readonly ChosenPolicy[]): readonly Scope[] {
  const byCategory = dataCategories.flatMap(({ scope, deletion }) => (deletion.related === undefined ? [] : [scope, deletion.related.scope]));
  const byPolicy = erasurePolicies.flatMap(({ id, values }) => values.find((value) => policies.some((policy) => policy.id === id && policy.value === value.id))?.scopes ?? []);
  return scopes.filter((scope) => byCategory.includes(scope.id) || byPolicy.includes(scope.id));
}

/**
 * Refuses a related deletion where a permission for it is known to be missing, before anything is stored or called. One that cannot be
 * tested without harm shows when it is used.
 * @throws DsrError `UNSUPPORTED_REQUEST`, `SCOPE_MISSING` with the vendor's labels
 */
export function refuseUnpermitted(manifest: Manifest, connection: Connection, erase: Erase, policies: readonly ChosenPolicy[]): void {
  if (erase === "subject") return;
  const related = manifest.dataCategories.filter(({ deletion }) => deletion.related !== undefined);
  if (related.length === 0) throw new DsrError("UNSUPPORTED_REQUEST", { at: "erase", reason: "the connector deletes nothing beyond the person's own records" });
  const unseen = new Set(related.filter(({ id }) => !connection.categories.includes(id)).map(({ scope }) => scope));
  // What was granted when connecting, and is read when planning, is asked for then: it may have been granted again since it was found to be taken away.
  const read = new Set(related.filter(({ id }) => connection.categories.includes(id)).map(({ scope }) => scope));
  const missing = relatedScopes(manifest, policies).filter(({ id }) => unseen.has(id) || (!read.has(id) && connection.scopes.some((scope) => scope.id === id && scope.status === "missing")));
  const [first] = missing;
  if (first !== undefined) throw new DsrError("SCOPE_MISSING", { scope: first.id, at: missing.map(({ label }) => label).join(", "), reason: "deleting related records needs it" });
}
