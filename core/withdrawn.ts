import { markBroken } from "./connect.js";
import { isSameGrant, type Connection, type ScopeCheck } from "./connection.js";
import type { DsrError } from "./errors.js";
import type { Host } from "./host-ports.js";
import type { Session } from "./session.js";

/**
 * Remembers of a connection what a run found to be taken away: its token, a permission, the role. Until a check or a renewed token finds it
 * granted again, what needs it waits for somebody to mend that, and is not tried again and again.
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
