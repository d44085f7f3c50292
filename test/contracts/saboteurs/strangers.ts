import { isDsrError } from "../../../core/errors.js";
import type { CollectedRecord, CollectInput, Match, RequestExecutorPort } from "../../../core/ports.js";
import { executorOver, saboteur, type Saboteur } from "./sabotage.js";

/** What somebody else would get wrong who has not read the other saboteurs. */
export const STRANGERS: readonly Saboteur[] = [
  saboteur("AUTH-8", "quotes the client's secret where the answer makes no sense", () => ({
    auth: (port) => ({
      exchangeCode: (input) =>
        port.exchangeCode(input).catch((error: unknown) => {
          throw isDsrError(error, "OAUTH_DENIED") ? error : new TypeError(`no token for ${input.clientSecret}`);
        }),
    }),
  })),
  saboteur("LOOKUP-8", "asks for an id in lower case, which at this vendor is another one's", () => ({ lookup: (port) => ({ findById: (id, identifiers, extent) => port.findById(extent === undefined ? id.toLowerCase() : id, identifiers, extent) }) }), ["FAULT-8"]),
  saboteur("ACCESS-2", "leaves the last page of a list out where it is full", () => ({
    executor: (_, context) => ({
      collect: executorOver(context, {
        answer: (json, { url }) => {
          for (const list of ["orders", "messages"]) if (json?.next === null && url.searchParams.has("cursor") && json[list]?.length === 2) json[list] = [];
        },
      }).collect,
    }),
  })),
  saboteur("ACCESS-2", "leaves the last page of a list out", () => ({
    executor: (_, context) => ({
      collect: executorOver(context, {
        answer: (json, { url }) => {
          for (const list of ["orders", "messages"]) if (json?.next === null && url.searchParams.has("cursor") && Array.isArray(json[list])) json[list] = [];
        },
      }).collect,
    }),
  })),
  saboteur("ACCESS-5", "tells the computer's time instead of the host's", () => ({
    executor: (port) => ({ collect: recordwise(port, (record) => ({ ...record, provenance: { ...record.provenance, at: new Date().toISOString() } })) }),
  })),
  saboteur("ACCESS-15", "keeps the fields of a record that it knows", () => ({
    executor: (port) => ({
      collect: recordwise(port, (record) => {
        const { id, kind, email, name, text, people, staff, notes, files } = record.data as Readonly<Record<string, unknown>>;
        return { ...record, data: { id, kind, email, name, text, people, staff, notes, files } };
      }),
    }),
  })),
  saboteur("ACCESS-15", "keeps what is text of a record", () => ({
    executor: (port) => ({ collect: recordwise(port, (record) => ({ ...record, data: Object.fromEntries(Object.entries(record.data as object).filter(([name, value]) => name === "files" || typeof value === "string")) })) }),
  }), ["ACCESS-17", "ACCESS-18", "ACCESS-22"]),
  saboteur("DELETE-8", "plans whom it found instead of whom a human chose", () => {
    let found: readonly Match[] = [];
    return {
      lookup: (port) => ({
        find: async (identifiers) => {
          const results = await port.find(identifiers);
          found = results.flatMap(({ matches }) => matches);
          return results;
        },
      }),
      executor: (port) => ({ planDeletion: (matches, loose, wish) => port.planDeletion(found.length > matches.length ? found : matches, loose, wish) }),
    };
  }, ["DELETE-21"]),
  saboteur("FAULT-9", "calls where its vendor usually is", () => ({ executor: (_, context) => executorOver({ ...context, apiOrigin: "https://api.memory.example" }, {}) })),
  saboteur("FAULT-10", "takes an interrupted search for one that found nobody", () => ({
    lookup: (port) => ({
      find: (identifiers) =>
        port.find(identifiers).catch((error: unknown) => {
          if (isDsrError(error, "INTERRUPTED")) return identifiers.map(() => ({ matches: [], nearMatches: [], searched: [], notCovered: [], gaps: [], dropped: 0 }));
          throw error;
        }),
    }),
  }), ["FAULT-11"]),
  saboteur("PRIVACY-5", "tells the vendor in a header for whom it asks", () => ({
    lookup: (port, context) => ({
      find: async (identifiers) => {
        for (const identifier of identifiers) await context.fetch(new Request(`${context.apiOrigin}/account`, { headers: { "x-on-behalf-of": identifier.reveal() } }));
        return port.find(identifiers);
      },
    }),
  })),
];

function recordwise(port: RequestExecutorPort, edit: (record: CollectedRecord) => CollectedRecord): RequestExecutorPort["collect"] {
  return async function* (input: CollectInput) {
    for await (const page of port.collect(input)) yield { ...page, records: page.records.map(edit) };
  };
}
