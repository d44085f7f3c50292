import type { CollectedRecord, CollectInput, RequestExecutorPort } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** What tells of other people otherwise than the host decided. */
export const INDISCREET: readonly Saboteur[] = [
  saboteur("ACCESS-17", "tells who else has a part in a message, whatever the host decided", () => ({ executor: (port) => ({ collect: deciding(port, "include") }) })),
  saboteur("ACCESS-17", "withholds who else has a part in a message, whatever the host decided", () => ({ executor: (port) => ({ collect: deciding(port, "withhold") }) })),
  saboteur("ACCESS-17", "does not say that it withheld who else has a part in a message", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) yield { ...page, records: page.records.map(({ redactions: _, ...record }): CollectedRecord => record) };
      },
    }),
  })),
];

function deciding(port: RequestExecutorPort, otherPeople: CollectInput["settings"]["otherPeople"]): RequestExecutorPort["collect"] {
  return (input) => port.collect({ ...input, settings: { ...input.settings, otherPeople } });
}
