import type { CollectedPage, ConnectorContext, DeletionOutline, RequestExecutorPort } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** What goes wrong only on some occasion: where others have a part in a record, where one vanishes, where a list goes round in circles. */
export const OCCASIONAL: readonly Saboteur[] = [
  saboteur("PRIVACY-3", "tells in a plan whose the record is that it keeps", () => ({
    executor: (port) => ({ planDeletion: planned(port, (outline, address) => ({ ...outline, kept: outline.kept.map((each) => ({ ...each, reason: `others than ${address} have a part in it` })) })) }),
  })),
  saboteur("PRIVACY-3", "quotes in a plan the record that it keeps", () => ({
    executor: (port, context) => ({
      planDeletion: async (...asked) => {
        const outline = await port.planDeletion(...asked);
        return { ...outline, kept: await Promise.all(outline.kept.map(async (each) => ({ ...each, reason: `others have a part in "${await textOf(context, each.id)}"` }))) };
      },
    }),
  })),
  saboteur("PRIVACY-3", "names a record that vanished by its address", () => ({ executor: (port) => ({ collect: showing(port, "CHANGED_DURING_RUN") }) })),
  saboteur("PRIVACY-3", "names a list that goes round in circles by whose it is", () => ({ executor: (port) => ({ collect: showing(port, "PAGING") }) })),
  saboteur("PRIVACY-3", "names a search that goes round in circles by who was looked for", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result, n) => ({ ...result, gaps: result.gaps.map((gap) => ({ ...gap, id: identifiers[n]!.reveal() })) })) }),
  })),
  saboteur("PRIVACY-3", "warns in a plan of a record that vanished by its address", () => ({
    executor: (port) => ({ planDeletion: planned(port, (outline, address) => ({ ...outline, warnings: outline.warnings.map((each) => (each.gap === "CHANGED_DURING_RUN" ? { ...each, id: address } : each)) })) }),
  })),
  saboteur("PRIVACY-4", "prints whose record vanished", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) {
          if (page.gaps.some(({ code }) => code === "CHANGED_DURING_RUN")) console.warn(`a record of ${input.identifiers[0]?.reveal()} vanished`);
          yield page;
        }
      },
    }),
  })),
];

/** Tells in each gap of this code whose record it is about. */
function showing(port: RequestExecutorPort, code: string): RequestExecutorPort["collect"] {
  return async function* (input) {
    const told = (gap: CollectedPage["gaps"][number]) => (gap.code === code ? { ...gap, id: input.identifiers[0]?.reveal() ?? "" } : gap);
    for await (const page of port.collect(input)) yield { ...page, gaps: page.gaps.map(told) };
  };
}

/** Draws every outline once more, knowing whom it is about. */
function planned(port: RequestExecutorPort, edit: (outline: DeletionOutline, address: string) => DeletionOutline): RequestExecutorPort["planDeletion"] {
  return async (matches, loose, wish) => edit(await port.planDeletion(matches, loose, wish), wish?.identifiers[0]?.reveal() ?? "");
}

async function textOf({ apiOrigin, fetch }: ConnectorContext, id = ""): Promise<string> {
  const { text } = (await (await fetch(new Request(`${apiOrigin}/messages/${id}`))).json()) as { readonly text: string };
  return text;
}
