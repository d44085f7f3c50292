import { isSameGrant, type Connection } from "./connection.js";
import { DsrError, isDsrError } from "./errors.js";
import type { Download } from "./files.js";
import type { Host } from "./host-ports.js";
import type { Manifest } from "./manifest.js";
import type { Account, AuthPort, IdentifierLookupPort, RequestExecutorPort } from "./ports.js";
import { coversTeammates, requiresTeammates } from "./scopes.js";
import { staffOf, type Staff } from "./teammates.js";

/** One connection, opened: the three ports bound to its connector, for as long as something is done with it. */
export interface Session {
  readonly connection: Connection;
  readonly manifest: Manifest;
  readonly auth: AuthPort;
  readonly lookup: IdentifierLookupPort;
  readonly executor: RequestExecutorPort;
  /** Fetches files of records; never with the credential, and no call of the vendor's API. */
  readonly download: Download;
  /** Requests sent to the vendor in this session so far, repetitions included. */
  readonly apiCalls: () => number;
}

/**
 * Makes sure, before any person is read, that the credential still belongs to the pinned workspace, and learns who works there. The vendor is
 * asked only when the last answer is older than `accountTtlMs`.
 * @throws DsrError `WRONG_WORKSPACE`, `AUTH_REJECTED`; `SCOPE_MISSING` where the list of who works there was required and may not be read any more
 */
export async function confirmWorkspace(host: Host, session: Session): Promise<void> {
  const { connection } = session;
  if (connection.status === "broken") throw new DsrError("AUTH_REJECTED");
  const age = host.clock.now() - Date.parse(connection.checkedAt);
  // A version that kept no names did not ask for them.
  const knowsStaff = connection.colleagues !== undefined || session.auth.teammates === undefined || !coversTeammates(session.manifest, connection);
  if (age >= 0 && age < host.timings.accountTtlMs && knowsStaff) return;
  const account = await session.auth.account();
  if (account.workspace.id !== connection.workspace.id) throw new DsrError("WRONG_WORKSPACE");
  const { staff, isTaken } = await staffNow(host, session, account);
  const checkedAt = new Date(host.clock.now()).toISOString();
  await host.connections.change(connection.name, (now) => {
    if (!isSameGrant(connection, now)) return now;
    const { teammates: _, colleagues: __, ...rest } = now;
    return { ...rest, ...staff, scopes: isTaken ? withoutTeammates(now.scopes, session.manifest) : now.scopes, checkedAt };
  });
}

interface StaffNow {
  readonly staff: Staff;
  /** The permission to read the list was taken away. */
  readonly isTaken: boolean;
}

/** Whose list was not required goes on without it where the permission was taken away: teammates are not covered any more. */
async function staffNow(host: Host, { connection, manifest, auth }: Session, account: Account): Promise<StaffNow> {
  const { scopes } = connection;
  try {
    return { staff: await staffOf(host, manifest, auth, account, scopes), isTaken: false };
  } catch (error) {
    const taken = isDsrError(error, "SCOPE_MISSING") && error.facts.scope === manifest.teammates?.scope;
    if (!taken || requiresTeammates(connection)) throw error;
    return { staff: await staffOf(host, manifest, auth, account, withoutTeammates(scopes, manifest)), isTaken: true };
  }
}

function withoutTeammates(scopes: Connection["scopes"], { teammates }: Manifest): Connection["scopes"] {
  return scopes.map((each) => (each.id === teammates?.scope ? { ...each, status: "missing" as const, basis: "observed" as const } : each));
}
