import { markBroken } from "./connect.js";
import { isSameGrant, type Connection, type ScopeCheck } from "./connection.js";
import type { DsrError } from "./errors.js";
import type { Host } from "./host-ports.js";
import type { Target } from "./ports.js";
import type { Session } from "./session.js";

/**
 * Remembers of a connection what a run found to be taken away: its token, a permission, the role. Until a check, a renewed token or a deletion that
 * somebody goes on with finds it granted again, what needs it waits for somebody to mend that, and is not tried again and again.
 */
export async function noteWithdrawn(host: Host, { connection, manifest }: Session, { code, facts }: DsrError): Promise<void> {
  const { name } = connection;
  // What was found with a former token says nothing of one that was made anew under its name, or renewed, since.
  const isMeant = (now: Connection): boolean => isSameGrant(connection, now);
  if (code === "AUTH_REJECTED") return markBroken(host, name, isMeant);
  if (code === "ROLE_INSUFFICIENT") await host.connections.change(name, (now) => (isMeant(now) ? { ...now, account: { ...now.account, status: "insufficient" } } : now));
  const scope = manifest.scopes.find(({ id }) => id === facts.scope);
  if (code !== "SCOPE_MISSING" || scope === undefined) return;
  const { id, label, fix } = scope;
  await host.connections.change(name, (now) => {
    if (!isMeant(now)) return now;
    const before = now.scopes.find((each) => each.id === id);
    const missing: ScopeCheck = { id, label, fix, neededFor: before?.neededFor ?? [], status: "missing", basis: "observed" };
    return { ...now, scopes: before === undefined ? [...now.scopes, missing] : now.scopes.map((each) => (each.id === id ? missing : each)) };
  });
}

/** A deletion that the vendor answered proves the permission for it, which may have been missing before. */
export async function noteGranted(host: Host, { connection, manifest }: Session, { category }: Target): Promise<void> {
  const ofSubject = manifest.scopes.filter(({ neededFor }) => category === manifest.subjectCategory && neededFor.includes("deletion")).map(({ id }) => id);
  const related = manifest.dataCategories.flatMap(({ deletion }) => (deletion.related?.target === category ? [deletion.related.scope] : []));
  const isProven = ({ id, status }: ScopeCheck): boolean => status === "missing" && [...ofSubject, ...related].includes(id);
  if (!connection.scopes.some(isProven)) return;
  await host.connections.change(connection.name, (now) => {
    if (!isSameGrant(connection, now)) return now;
    return { ...now, scopes: now.scopes.map((each) => (isProven(each) ? { ...each, status: "granted" as const, basis: "observed" as const } : each)) };
  });
}
