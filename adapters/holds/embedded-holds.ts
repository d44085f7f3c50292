import type { Hold } from "../../core/holds.js";
import type { Holds } from "../../core/host-ports.js";
import type { Database } from "../journal/database.js";
import { createLedger } from "../journal/ledger.js";
import type { Vault } from "../vault/vault.js";

/** What is written down of holds. */
export type HoldFact = { readonly placed: Hold } | { readonly released: string; readonly at: string };

/** Holds as a list of the home's store: sealed, with the person's keyed digest and nothing else of the person. */
export function createHolds(database: Database, vault: Pick<Vault, "seal" | "open" | "mac">): Holds {
  const ledger = createLedger<HoldFact>(database, vault, "holds");
  return {
    place: (hold) => database.write("holds", () => ledger.add({ placed: hold })),
    list: () => database.read(async () => holdsOf(await ledger.read())),
    release: (id, at) =>
      database.write("holds", async () => {
        const hold = holdsOf(await ledger.read()).find((each) => each.id === id);
        if (hold === undefined || hold.releasedAt !== undefined) return hold;
        await ledger.add({ released: id, at });
        return { ...hold, releasedAt: at };
      }),
  };
}

/** The holds that these facts tell of, oldest first. */
export function holdsOf(facts: readonly HoldFact[]): readonly Hold[] {
  const holds = new Map<string, Hold>();
  for (const fact of facts) {
    if ("placed" in fact) holds.set(fact.placed.id, fact.placed);
    else {
      const hold = holds.get(fact.released);
      if (hold !== undefined) holds.set(hold.id, { ...hold, releasedAt: hold.releasedAt ?? fact.at });
    }
  }
  return [...holds.values()];
}
