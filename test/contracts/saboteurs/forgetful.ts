import { isDsrError, type ErrorCode } from "../../../core/errors.js";
import type { CollectedPage, DeletionOutline, LookupResult, RequestExecutorPort } from "../../../core/ports.js";
import { executorOver, lookupOver, saboteur, type Saboteur } from "./sabotage.js";

const SEARCHED = [{ identifier: "email", where: "people/search", at: "2026-01-15T09:00:00.000Z" }] as const;
const NOBODY: LookupResult = { matches: [], nearMatches: [], searched: SEARCHED, notCovered: [], gaps: [], dropped: 0 };
const UNREADABLE = ["VENDOR_UNAVAILABLE", "VENDOR_MALFORMED"] as const;

/** What somebody leaves out who tried with one record, one page and a vendor that answers. */
export const FORGETFUL: readonly Saboteur[] = [
  saboteur("ACCESS-5", "tells when it began for when each call was answered", () => ({
    executor: (port, { clock }) => {
      const at = new Date(clock.now()).toISOString();
      return { collect: pagewise(port, ({ provenance, ...record }) => ({ ...record, provenance: { ...provenance, at } })) };
    },
  })),
  saboteur("ACCESS-5", "tells one call's id for all", () => ({
    executor: (port) => ({ collect: pagewise(port, ({ provenance, ...record }) => ({ ...record, provenance: { ...provenance, vendorRequestId: "call-1" } })) }),
  })),
  saboteur("ACCESS-6", "goes on with the first record alone", () => ({
    executor: (port) => ({ collect: (input) => port.collect(input.checkpoint === undefined ? input : { ...input, matches: input.matches.slice(0, 1) }) }),
  })),
  saboteur("ACCESS-7", "tells the computer's time for when it searched", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((found) => ({ ...found, searched: found.searched.map((each) => ({ ...each, at: new Date().toISOString() })) })) }),
  })),
  saboteur("ACCESS-9", "takes the list of a record that vanished for an empty one", () => ({
    executor: (_, context) => ({
      collect: executorOver(
        {
          ...context,
          fetch: async (request) => {
            const response = await context.fetch(request);
            const list = new URL(request.url).pathname.split("/")[3];
            return response.status === 404 && list !== undefined ? Response.json({ [list]: [], next: null }) : response;
          },
        },
        {},
      ).collect,
    }),
  })),
  saboteur("ACCESS-12", "gives each file of a record the same number", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) yield { ...page, files: (page.files ?? []).map((file) => ({ ...file, id: "1" })) };
      },
    }),
  })),
  saboteur("ACCESS-16", "reads everything a second time, to be sure", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const _ of port.collect(input));
        yield* port.collect(input);
      },
    }),
  }), ["ACCESS-6"]),
  saboteur("LOOKUP-7", "asks about no more than ten", () => ({
    lookup: (port) => ({
      find: async (identifiers) => {
        const found = await port.find(identifiers.slice(0, 10));
        return identifiers.map((_, n) => found[n] ?? NOBODY);
      },
    }),
  })),
  saboteur("LOOKUP-8", "finds nobody by an id where the record cannot be reached", () => ({ lookup: (port) => ({ findById: (...asked) => port.findById(...asked).catch(where(["VENDOR_UNAVAILABLE"], undefined)) }) })),
  saboteur("LOOKUP-8", "finds nobody by an id where the record makes no sense", () => ({ lookup: (port) => ({ findById: (...asked) => port.findById(...asked).catch(where(["VENDOR_MALFORMED"], undefined)) }) })),
  saboteur("LOOKUP-10", "reads the first page of archived records only", () => ({ lookup: (_, context) => ({ findIn: lookupOver(context, { answer: endingAt("/people/archived") }).findIn! }) }), ["DOUBT-13"]),
  saboteur("LOOKUP-11", "knows nobody who works for the account where the list of them cannot be read", () => ({ auth: (port) => ({ teammates: () => port.teammates!().catch(() => []) }) })),
  saboteur("DELETE-2", "says that nothing remains", () => ({ executor: (port) => ({ planDeletion: async (...asked) => ({ ...(await port.planDeletion(...asked)), residuals: [] }) }) })),
  saboteur("DELETE-15", "deletes what is related to the first record alone", () => ({
    executor: (port) => ({
      planDeletion: async (matches, ...rest) => {
        const [all, first] = [await port.planDeletion(matches, ...rest), await port.planDeletion(matches.slice(0, 1), ...rest)];
        return { ...all, targets: [...first.targets.filter(({ category }) => category !== "person"), ...all.targets.filter(({ category }) => category === "person")] };
      },
    }),
  })),
  saboteur("DELETE-17", "names what hangs on the first record alone", () => ({
    executor: (port) => ({
      planDeletion: async (matches, ...rest) => ({ ...(await port.planDeletion(matches, ...rest)), dependents: (await port.planDeletion(matches.slice(0, 1), ...rest)).dependents ?? [] }),
    }),
  })),
  saboteur("SCOPE-5", "names another permission than the one that an optional category lacks", () => ({
    protocol: (protocol) => ({ ...protocol, operations: protocol.operations.map((each) => (each.path === "/people/{id}/messages" ? { ...each, scope: "read_orders" } : each)) }),
  }), ["SCOPE-12"]),
  saboteur("SCOPE-12", "names another permission than the one that a related deletion lacks", () => ({
    protocol: (protocol) => ({ ...protocol, operations: protocol.operations.map((each) => (each.method === "DELETE" && each.path === "/messages/{id}" ? { ...each, scope: "delete_people" } : each)) }),
  })),
  saboteur("SCOPE-13", "is silent about what a plan does not see", () => ({ executor: (port) => ({ planDeletion: async (...asked) => ({ ...(await port.planDeletion(...asked)), unseen: [] }) }) })),
  saboteur("DOUBT-8", "believes the vendor's word about another record", () => ({
    executor: (_, context) => ({
      erase: async (target, policies) => executorOver(context, { answer: (json) => ({ ...json, id: target.id }) }).erase(target, policies),
    }),
  })),
  saboteur("FAULT-12", "plans without what hangs on a record where that cannot be read", () => ({
    executor: (port) => ({ planDeletion: (matches, ...rest) => port.planDeletion(matches, ...rest).catch(where(UNREADABLE, bare(matches.map(({ id }) => id)))) }),
  })),
  saboteur("FAULT-2", "finds nobody where what the search hides cannot be read, and deletes nobody", () => ({
    manifest: ({ deletion: _, ...m }) => ({ ...m, requestTypes: ["access"] }),
    lookup: (port) => ({ findIn: (extent, identifiers) => port.findIn!(extent, identifiers).catch(where(UNREADABLE, identifiers.map(() => NOBODY))) }),
  })),
  saboteur("FAULT-12", "finds nobody where what the search hides cannot be read", () => ({
    lookup: (port) => ({ findIn: (extent, identifiers) => port.findIn!(extent, identifiers).catch(where(UNREADABLE, identifiers.map(() => NOBODY))) }),
  }), ["FAULT-2"]),
];

function bare(ids: readonly string[]): DeletionOutline {
  return { targets: ids.map((id) => ({ category: "person", id })), dependents: [], kept: [], unseen: [], warnings: [] };
}

function where<T>(codes: readonly ErrorCode[], instead: T): (error: unknown) => T {
  return (error) => {
    if (codes.some((code) => isDsrError(error, code))) return instead;
    throw error;
  };
}

function endingAt(path: string): (json: any, request: { readonly url: URL }) => unknown {
  return (json, { url }) => (url.pathname === path ? { ...json, next: null } : json);
}

type CollectedRecord = CollectedPage["records"][number];

function pagewise(port: RequestExecutorPort, edit: (record: CollectedRecord) => CollectedRecord): RequestExecutorPort["collect"] {
  return async function* (input) {
    for await (const page of port.collect(input)) yield { ...page, records: page.records.map(edit) };
  };
}
