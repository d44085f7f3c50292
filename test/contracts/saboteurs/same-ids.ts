import type { CollectedRecord } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** What goes wrong where an id is taken for one record's whatever its category. */
export const SAME_IDS: readonly Saboteur[] = [
  saboteur("ACCESS-21", "takes two records of one id for one, of whatever category they are", onceEach(({ id }) => id)),
  saboteur("ACCESS-21", "takes two records of one id for one but for the person's own", onceEach(({ category, id }) => (category === "person" ? `person ${id}` : id))),
];

/** A record is packaged once by what it is known by here. */
function onceEach(known: (record: CollectedRecord) => string): Parameters<typeof saboteur>[2] {
  return () => ({
    executor: (port) => ({
      collect: async function* (input) {
        const seen = new Set<string>();
        for await (const page of port.collect(input)) {
          const records = page.records.filter((record) => !seen.has(known(record)));
          for (const record of records) seen.add(known(record));
          yield { ...page, records };
        }
      },
    }),
  });
}
