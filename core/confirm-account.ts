import type { Connection } from "./connection.js";
import { DsrError } from "./errors.js";
import { history, type Run } from "./run.js";
import { confirmWorkspace } from "./session.js";

/**
 * Makes sure, before anything is read, looked at or deleted for a request, that its connection leads to the account that it was begun in: one of the same
 * name may have been made anew, to another account, where the same ids are nobody's or a stranger's.
 * @throws DsrError `WRONG_WORKSPACE`, and as `confirmWorkspace`
 */
export async function confirmAccount(run: Run): Promise<void> {
  const { workspace } = await history(run);
  if (workspace !== undefined && workspace !== run.session.connection.workspace.id) throw new DsrError("WRONG_WORKSPACE");
  await confirmWorkspace(run.host, run.session);
}

/** The connection as it is stored: what this very run learnt of the account is in it. */
export async function connectionNow({ host, session: { connection } }: Pick<Run, "host" | "session">): Promise<Connection> {
  return (await host.connections.get(connection.name)) ?? connection;
}
