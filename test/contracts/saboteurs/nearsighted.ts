import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import { isDsrError, type ErrorCode } from "../../../core/errors.js";
import type { CollectedPage, ConnectorContext } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

const FAULTS: readonly ErrorCode[] = ["VENDOR_UNAVAILABLE", "RATE_LIMITED"];
const isFault = (error: unknown): boolean => FAULTS.some((code) => isDsrError(error, code));

/** The honest connector, over a line on which a further page that cannot be had is an empty one. */
const throughTheFirstPage = (context: ConnectorContext): ConnectorContext => ({
  ...context,
  fetch: async (request) => {
    const isFurther = new URL(request.url).searchParams.has("cursor") || (request.method === "POST" && /"cursor":"/.test(await request.clone().text()));
    try {
      return await context.fetch(request);
    } catch (error) {
      if (isFurther && isFault(error)) return Response.json({ people: [], orders: [], messages: [], next: null });
      throw error;
    }
  },
});

/** What sees no further than to where it can read. */
export const NEARSIGHTED: readonly Saboteur[] = [
  saboteur("FAULT-14", "takes a further page of a list that it cannot have for the end", () => ({ executor: (_, context) => ({ collect: (input) => createMemoryConnector().executor(throughTheFirstPage(context)).collect(input) }) })),
  saboteur("FAULT-14", "takes a further page of a search that it cannot have for the end", () => ({ lookup: (_, context) => ({ find: (asked) => createMemoryConnector().lookup(throughTheFirstPage(context)).find(asked) }) })),
  saboteur("FAULT-14", "takes a further page of archived people that it cannot have for the end", () => ({ lookup: (_, context) => ({ findIn: (...asked) => createMemoryConnector().lookup(throughTheFirstPage(context)).findIn!(...asked) }) })),
  saboteur("FAULT-14", "leaves out what it cannot read of a person's second record", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        let last: CollectedPage | undefined;
        try {
          for await (const page of port.collect(input)) yield (last = page);
        } catch (error) {
          // The reference connector counts the lists in its checkpoint: three for each record.
          const [list] = JSON.parse(last?.checkpoint ?? "[0]") as [number];
          if (list < 3 || !isFault(error)) throw error;
        }
      },
    }),
  })),
];
