import { DsrError, isDsrError } from "../../../core/errors.js";
import type { CollectedRecord, CollectInput, RequestExecutorPort } from "../../../core/ports.js";
import { believing } from "./moved.js";
import { type Edit, executorOver, lookupOver, saboteur, type MemoryVendor, type Saboteur } from "./sabotage.js";

/** What is nearly right: of one address, one record, one page, one kind or one count. */
export const APPROXIMATE: readonly Saboteur[] = [
  saboteur("MANIFEST-1", "tells in seconds for how long its vendor counts calls", () => ({ manifest: (m) => ({ ...m, rateLimit: { ...m.rateLimit, windowMs: m.rateLimit.windowMs / 1000 } }) })),
  saboteur("SCOPE-7", "asks for a scope for deletion that only an optional category uses", () => ({
    manifest: (m) => ({ ...m, scopes: m.scopes.map((scope) => (scope.id === "read_messages" ? { ...scope, neededFor: ["deletion"] as const } : scope)) }),
  })),
  saboteur("LOOKUP-1", "finds twenty records of an identifier at most", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, matches: result.matches.slice(0, 20) })) }),
  }), ["DELETE-14"]),
  saboteur("LOOKUP-3", "takes an address that ends with the one that was asked for", () => ({
    lookup: (_, context) => ({ find: (identifiers) => lookupOver(context, comparedBy((told, asked) => told.endsWith(asked), identifiers)).find(identifiers) }),
  })),
  saboteur("LOOKUP-3", "takes an address that begins with the one that was asked for", () => ({
    lookup: (_, context) => ({ find: (identifiers) => lookupOver(context, comparedBy((told, asked) => told.startsWith(asked), identifiers)).find(identifiers) }),
  })),
  saboteur("LOOKUP-9", "says nothing of a search that went round in circles", () => ({ lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, gaps: [] })) }) })),
  saboteur("LOOKUP-9", "tells only the first of several that the search went round in circles", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result, n) => (n === 0 ? result : { ...result, gaps: [] })) }),
  })),
  saboteur("LOOKUP-10", "takes for somebody archived whose address ends with the one that was asked for", () => ({
    lookup: (_, context) => ({ findIn: (extent, identifiers) => lookupOver(context, comparedBy((told, asked) => told.endsWith(asked), identifiers)).findIn!(extent, identifiers) }),
  })),
  saboteur("ACCESS-2", "reads further pages of the first of a person's records alone", () => ({
    executor: (_, context) => ({ collect: (input) => executorOver(context, { answer: (json, { url }) => (listOf(url) === undefined || url.pathname.includes(`/${input.matches[0]?.id}/`) ? json : { ...json, next: null }) }).collect(input) }),
  })),
  saboteur("ACCESS-2", "reads lists of customers alone", () => ({
    executor: (_, context) => ({ collect: (input) => executorOver(context, { answer: (json, { url }) => emptiedFor(json, url, (id) => input.matches.some((match) => match.id === id && match.kind === "prospect")) }).collect(input) }),
  })),
  saboteur("ACCESS-7", "tells of each search when it searched first", () => {
    let first: string | undefined;
    return { lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, searched: result.searched.map((each) => ({ ...each, at: (first ??= each.at) })) })) }) };
  }),
  saboteur("ACCESS-9", "says of the first of a person's records what is missing of another one", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) yield { ...page, gaps: page.gaps.map((gap) => ({ ...gap, id: input.matches[0]?.id ?? "" })) };
      },
    }),
  })),
  saboteur("ACCESS-14", "reads the record again that it read first, whichever has the file", () => {
    let first: string | undefined;
    return { executor: (port) => ({ renewFiles: async (record) => (await port.renewFiles?.({ ...record, recordId: (first ??= record.recordId) })) ?? [] }) };
  }),
  saboteur("ACCESS-23", "counts of what it withholds of a record the last kind alone", () => ({
    executor: (port) => ({ collect: recordwise(port, ({ redactions, ...record }) => ({ ...record, ...(redactions === undefined ? {} : { redactions: redactions.slice(-1) }) })) }),
  })),
  saboteur("ACCESS-22", "takes the count of orders for that of notes", () => ({
    vendor: countingOrders,
    executor: (_, context) => ({ collect: (input) => executorOver(context, { answer: (json) => (json?.orders_count === 0 ? { ...json, notes: undefined } : json) }).collect(input) }),
  })),
  saboteur("ACCESS-20", "packages a record of which no address is told any more", () => ({ executor: (_, context) => ({ collect: (input) => believing(context, input, (email) => email === null) }) })),
  saboteur("FAULT-18", "ends a list once it has as many as are counted", () => ({
    vendor: countingOrders,
    executor: (_, context) => {
      let have = 0;
      const trusting: Edit = {
        answer: (json, { url }) => {
          if (listOf(url) !== "orders" || !Array.isArray(json?.orders)) return json;
          have = (url.searchParams.has("cursor") ? have : 0) + json.orders.length;
          return have >= json.total_count ? { ...json, next: null } : json;
        },
      };
      return { collect: (input) => executorOver(context, trusting).collect(input) };
    },
  })),
  saboteur("PRIVACY-1", "says in an error who has come to share a record", () => ({
    executor: (_, context) => ({
      confirm: async (target, subject) => {
        let names = "";
        const noting: Edit = { answer: (json) => void (names = (json?.people ?? []).map((each: { name: string }) => each.name).join(", ")) };
        await executorOver(context, noting).confirm?.(target, subject).catch((error: unknown) => {
          throw isDsrError(error, "PLAN_STALE") ? new DsrError("PLAN_STALE", { reason: `it is also of ${names}` }) : error;
        });
      },
    }),
  })),
  saboteur("PRIVACY-3", "names what it withholds by whose it is", () => ({
    executor: (_, context) => ({
      collect: (input) => {
        const names = new Map<string, string>();
        const port = executorOver(context, { answer: (json) => void (json?.messages ?? []).forEach(({ id, people }: Shared) => void names.set(id, people.at(-1)?.name ?? "")) });
        return recordwise(port, (record) => ({ ...record, ...(record.redactions === undefined ? {} : { redactions: record.redactions.map((each) => ({ ...each, rule: (names.get(record.id) ?? each.rule).replaceAll(/\W+/g, "_").slice(0, 40) })) }) }))(input);
      },
    }),
  })),
  saboteur("PRIVACY-4", "prints whose a record has become", () => ({
    executor: (_, context) => ({
      collect: (input) =>
        executorOver(context, {
          answer: (json) => {
            if (typeof json?.email === "string" && json.email !== input.identifiers[0]?.reveal()) console.warn(`${json.id} is ${json.email}'s by now`);
          },
        }).collect(input),
    }),
  })),
];

type Shared = { readonly id: string; readonly people: readonly { readonly name: string }[] };

/** Answers in which whoever is alike has the address that was asked for. */
function comparedBy(isAlike: (told: string, asked: string) => boolean, identifiers: CollectInput["identifiers"]): Edit {
  const asked = identifiers.map((each) => each.reveal());
  return { answer: (json) => ({ ...json, people: json?.people?.map((each: { email: string }) => ({ ...each, email: asked.find((one) => isAlike(each.email, one)) ?? each.email })) }) };
}

/** The list of a person's that a call is for. */
function listOf(url: URL): string | undefined {
  return /^\/people\/[^/]+\/(\w+)$/.exec(url.pathname)?.[1];
}

function emptiedFor(json: any, url: URL, isMeant: (id: string) => boolean): unknown {
  const list = listOf(url);
  return list !== undefined && isMeant(decodeURIComponent(url.pathname.split("/")[2] ?? "")) ? { [list]: [], next: null } : json;
}

/** The vendor tells beside each person, and on each page of their orders, how many of those there are. */
function countingOrders(vendor: MemoryVendor): MemoryVendor {
  const counts = new Map<string, number>();
  return {
    ...vendor,
    addSubject: (wish) => {
      const planted = vendor.addSubject(wish);
      counts.set(planted.id, planted.texts.order.length);
      return planted;
    },
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const [, id = "", list] = /^\/people\/([^/]+)(?:\/(\w+))?$/.exec(pathname) ?? [];
      const response = await vendor.fetch(request);
      const count = counts.get(id);
      if (!response.ok || request.method !== "GET" || count === undefined || list === "messages") return response;
      return Response.json({ ...((await response.json()) as object), [list === undefined ? "orders_count" : "total_count"]: count }, { headers: response.headers });
    },
  };
}

function recordwise(port: RequestExecutorPort, change: (record: CollectedRecord) => CollectedRecord): RequestExecutorPort["collect"] {
  return async function* (input) {
    for await (const page of port.collect(input)) yield { ...page, records: page.records.map(change) };
  };
}
