import type { PolicyValues } from "./erasure.js";
import type { PlanChoices } from "./plan.js";
import type { ErasureWish, LooseRecord, Match } from "./ports.js";
import { settingsOf } from "./request-settings.js";
import { identifiersOf, type Run } from "./run.js";

/** What a connector is told of the choices; `subjectIds` are those of the subject's own records, of which it is handed all but those that stay. */
export async function wishOf(run: Run, choices: PlanChoices, policies: PolicyValues, { subjectIds, keptIds, loose }: { readonly subjectIds: readonly string[]; readonly keptIds: readonly string[]; readonly loose: readonly LooseRecord[] }): Promise<ErasureWish> {
  const { erase = "subject", exclude = [] } = choices;
  const spare = [...exclude.map(({ id }) => id).filter((id) => !subjectIds.includes(id)), ...notChosen(loose, choices)];
  return { erase, policies, spare, ...(keptIds.length === 0 ? {} : { kept: keptIds }), identifiers: await identifiersOf(run), settings: settingsOf(run.request).connector };
}

/** Where a human named any of what belongs to no record of the subject's, that is all of it that goes. */
export function notChosen(loose: readonly LooseRecord[], { only = [] }: PlanChoices): readonly string[] {
  return loose.some(({ id }) => only.includes(id)) ? loose.map(({ id }) => id).filter((id) => !only.includes(id)) : [];
}

/** A record of the subject of which only the id is known. */
export function unseenMatch(id: string): Match {
  return { id, kind: "unknown", matchedBy: "chosen", primary: false, holds: {} };
}
