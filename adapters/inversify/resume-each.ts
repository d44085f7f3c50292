import { DsrError, isDsrError } from "../../core/errors.js";
import type { Host } from "../../core/host-ports.js";
import type { Identifier } from "../../core/identifier.js";
import { historyOf } from "../../core/replay.js";
import { ENDED_STATES } from "../../core/request.js";
import { gatherLookups } from "../../core/shared-lookup.js";
import type { Dsr, Resumed } from "./dsr.js";
import type { RequestWork } from "./requests.js";

/** Goes on with several requests at the same time, whose lookups are made together: for each connection by the first that asks there. */
export function createResumeEach(host: Pick<Host, "journal" | "connections" | "clock">, resume: RequestWork["resume"]): Dsr["resumeEach"] {
  return async (requestIds, onEnded, options = {}) => {
    const lookups = new Map<string, ReturnType<typeof gatherLookups>>();
    const lookupsAt = (name: string): ReturnType<typeof gatherLookups> => {
      const known = lookups.get(name) ?? gatherLookups(() => peopleAt(host, name, requestIds), host.clock);
      lookups.set(name, known);
      return known;
    };
    const one = async (requestId: string): Promise<Resumed> => {
      try {
        const request = await host.journal.find(requestId);
        if (request === undefined) throw new DsrError("REQUEST_UNKNOWN");
        return { requestId, result: await resume(requestId, { ...options, lookup: (own) => lookupsAt(request.connection)(requestId, own) }) };
      } catch (error) {
        return { requestId, code: isDsrError(error) ? error.code : "INTERNAL" };
      }
    };
    await Promise.all(requestIds.map(async (requestId) => onEnded(await one(requestId))));
  };
}

/** Whom the deletions at one connection are about that have not ended, each person once. */
async function peopleAt({ journal, connections }: Pick<Host, "journal" | "connections">, name: string, requestIds: readonly string[]): Promise<ReadonlyMap<string, readonly Identifier[]>> {
  const account = (await connections.get(name))?.workspace.id;
  const seen = new Set<string>();
  const people = new Map<string, readonly Identifier[]>();
  for (const id of requestIds) {
    const request = await journal.find(id);
    if (request?.type !== "deletion" || request.connection !== name || ENDED_STATES.has(request.state) || seen.has(request.subjectKey)) continue;
    seen.add(request.subjectKey);
    people.set(id, await whomAt(journal, id, account));
  }
  return people;
}

/** Nobody where the request was begun in another account, which is not to hear of its person; nor where the address cannot be read, or was destroyed this very moment: that one asks and is told by itself. */
async function whomAt(journal: Host["journal"], requestId: string, account: string | undefined): Promise<readonly Identifier[]> {
  try {
    const { workspace = account } = await historyOf(journal, requestId);
    return workspace === account ? await journal.identifiers(requestId) : [];
  } catch {
    return [];
  }
}
