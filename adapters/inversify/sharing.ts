import type { Connection } from "../../core/connection.js";
import { createReadTogether, type ReadTogether } from "../../core/read-together.js";

interface Shared {
  readonly readTogether: ReadTogether;
  sessions: number;
}

/** What sessions that are open at the same time share: those of one connection to one account by one credential, and none beside them. It goes with the last of them. */
export function createSharing(shared = new Map<string, Shared>()): (connection: Connection) => { readonly readTogether: ReadTogether; readonly leave: () => void } {
  return ({ connector, name, apiOrigin, workspace, connectedAt, renewedAt }) => {
    const grant = JSON.stringify([connector, name, apiOrigin, workspace.id, connectedAt, renewedAt]);
    const standing = shared.get(grant) ?? { readTogether: createReadTogether(), sessions: 0 };
    standing.sessions += 1;
    shared.set(grant, standing);
    return {
      readTogether: standing.readTogether,
      leave: () => {
        standing.sessions -= 1;
        if (standing.sessions === 0) shared.delete(grant);
      },
    };
  };
}
