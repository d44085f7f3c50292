import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import { DsrError, isDsrError } from "../../../core/errors.js";
import type { Manifest } from "../../../core/manifest.js";
import type { Account, CollectedRecord } from "../../../core/ports.js";
import { executorOver, lookupOver, saboteur, type Edit, type Saboteur } from "./sabotage.js";

/** Cuts the vendor's list off after so many records, as if it ended there. */
const cutAfter = (path: RegExp, most: number): Edit => ({
  answer: (json, { url }) => (path.test(url.pathname) && Number(/\d+/.exec(json?.next ?? "0")) >= most ? { ...json, next: null } : json),
});

/** What stops at a number that nobody reaches while it is tried out. */
export const BOUNDED: readonly Saboteur[] = [
  saboteur("LOOKUP-7", "looks for the first 150 spellings alone", () => ({
    lookup: (_, context) => ({
      find: lookupOver(context, {
        request: ({ url, body }) => {
          if (Array.isArray(body.email_in)) body.email_in = body.email_in.slice(0, 150);
          return url;
        },
      }).find,
    }),
  })),
  saboteur("LOOKUP-10", "reads ten pages of the list of archived people at most", () => ({ lookup: (_, context) => ({ findIn: lookupOver(context, cutAfter(/archived/, 20)).findIn! }) })),
  saboteur("LOOKUP-10", "stops reading the list of archived people once it has found somebody", () => ({
    lookup: (_, context) => ({
      findIn: (extent, identifiers) => {
        const wanted = new Set(identifiers.map((each) => each.reveal()));
        return lookupOver(context, { answer: (json) => (json?.people?.some(({ email }: { email: string }) => wanted.has(email)) === true ? { ...json, next: null } : json) }).findIn!(extent, identifiers);
      },
    }),
  })),
  saboteur("LOOKUP-11", "knows the first fifty of those who work for the account", () => ({ auth: (port) => ({ teammates: async () => (await port.teammates!()).slice(0, 50) }) })),
  saboteur("ACCESS-3", "reads four records of a person at most", () => ({ executor: (port) => ({ collect: (input) => port.collect({ ...input, matches: input.matches.slice(0, 4) }) }) })),
  saboteur("ACCESS-12", "takes five files of a record at most", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) yield { ...page, files: (page.files ?? []).filter(({ id }) => Number(id) <= 5) };
      },
    }),
  })),
  saboteur("DELETE-17", "reads ten pages of what hangs on a record at most while it plans", () => ({ executor: (_, context) => ({ planDeletion: executorOver(context, cutAfter(/messages/, 20)).planDeletion }) }), ["DELETE-15", "DELETE-16"]),
];

/** What is right for the usual case. */
export const CARELESS: readonly Saboteur[] = [
  saboteur("LOOKUP-3", "takes letters of another width for the same", () => ({
    lookup: (_, context) => ({ find: lookupOver(context, { answer: (json) => ({ ...json, people: json.people?.map((each: { email: string }) => ({ ...each, email: each.email.normalize("NFKC") })) }) }).find }),
  })),
  saboteur("LOOKUP-8", "finds by the address where the record that a human named is not there", () => ({
    lookup: (port) => ({
      findById: async (id, identifiers = [], extent) => {
        const found = await port.findById(id, identifiers, extent);
        if (found !== undefined || extent !== undefined) return found;
        return (await port.find(identifiers)).flatMap(({ matches }) => matches)[0];
      },
    }),
  }), ["LOOKUP-14"]),
  saboteur("LOOKUP-10", "tells letter case apart among archived people", () => ({
    lookup: (port) => ({ findIn: async (extent, identifiers) => (await port.findIn!(extent, identifiers)).map((result) => ({ ...result, matches: result.matches.filter(({ matchedBy }) => matchedBy === "exact") })) }),
  })),
  saboteur("LOOKUP-10", "takes addresses without their tags and dots among archived people", () => {
    const bare = (address: string): string => address.toLowerCase().replace(/\+[^@]*/, "").replace(/\.(?=.*@)/g, "");
    return {
      lookup: (_, context) => ({
        findIn: async (extent, identifiers) => {
          const bares = new Map(identifiers.map((each) => [bare(each.reveal()), each.reveal()]));
          return lookupOver(context, { answer: (json) => ({ ...json, people: json.people?.map((each: { email: string }) => ({ ...each, email: bares.get(bare(each.email)) ?? each.email })) }) }).findIn!(extent, identifiers);
        },
      }),
    };
  }),
  saboteur("ACCESS-1", "takes two records in which the same was written for one", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        const texts = new Set<string>();
        const isNew = ({ category, data }: CollectedRecord): boolean => category !== "message" || texts.size < texts.add((data as { text: string }).text).size;
        for await (const page of port.collect(input)) yield { ...page, records: page.records.filter(isNew) };
      },
    }),
  })),
  saboteur("ACCESS-2", "encodes cursors twice", () => ({
    executor: (_, context) => ({
      collect: executorOver(context, {
        request: ({ url }) => {
          const cursor = url.searchParams.get("cursor");
          if (cursor !== null) url.searchParams.set("cursor", encodeURIComponent(cursor));
          return url;
        },
      }).collect,
    }),
  })),
  saboteur("FAULT-18", "takes an empty page of a list for its end", () => ({
    executor: (_, context) => ({ collect: executorOver(context, { answer: (json) => ((json?.orders ?? json?.messages)?.length === 0 ? { ...json, next: null } : json) }).collect }),
  })),
  saboteur("FAULT-18", "takes a page of a search that is not full for the last", () => ({
    lookup: (_, context) => ({ find: lookupOver(context, { answer: (json) => (json?.people?.length < 2 ? { ...json, next: null } : json) }).find }),
  })),
  saboteur("AUTH-5", "sends every admin to the page of one region", () => ({ auth: (port) => ({ authoriseUrl: (wanted) => port.authoriseUrl(wanted).replace(/^https:\/\/[^/]+/, "https://app.memory.example") }), manifest: twoRegions })),
  saboteur("AUTH-1", "takes every workspace for one of its own region", () => ({ auth: (port) => ({ account: async () => inRegion("EU", await port.account()) }), manifest: twoRegions })),
  saboteur("LOOKUP-2", "looks for a domain as it is written alone", () => ({
    lookup: (_, context) => ({
      find: lookupOver(context, {
        request: ({ url, body }) => {
          if (Array.isArray(body.email_in)) body.email_in = body.email_in.filter((each: string) => !/@xn--/.test(each) || body.email_in[0] === each);
          return url;
        },
      }).find,
    }),
  })),
  saboteur("ACCESS-5", "tells of all records that they are from the call that was made first", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        let first: CollectedRecord["provenance"] | undefined;
        for await (const page of port.collect(input)) {
          first ??= page.records[0]?.provenance;
          yield { ...page, records: page.records.map((record) => ({ ...record, provenance: first ?? record.provenance })) };
        }
      },
    }),
  })),
  saboteur("DOUBT-1", "takes a record without an address for one that is gone", () => ({
    executor: (port, context) => ({
      look: async (target) => {
        const seen = await port.look(target);
        if (target.category !== "person" || seen.answer !== "present") return seen;
        const response = await context.fetch(new Request(`${context.apiOrigin}/people/${target.id}`));
        return ((await response.json()) as { email?: string }).email === "" ? { ...seen, answer: "absent" } : seen;
      },
    }),
  })),
  saboteur("DELETE-16", "overlooks who had a part in a message before the person had", () => ({
    executor: (_, context) => ({
      planDeletion: (matches, categories, wish) => {
        const ids = matches.map(({ id }) => id);
        const since = (people: readonly { id: string }[]) => people.slice(Math.max(0, people.findIndex(({ id }) => ids.includes(id))));
        return executorOver(context, { answer: (json) => ({ ...json, messages: json.messages?.map((each: { people: readonly { id: string }[] }) => ({ ...each, people: since(each.people) })) }) }).planDeletion(matches, categories, wish);
      },
    }),
  })),
  saboteur("DELETE-18", "deletes a message where it cannot be asked whose it is", () => ({
    executor: (port) => ({
      confirm: async (target, known) => {
        try {
          await port.confirm!(target, known);
        } catch (error) {
          if (!isDsrError(error, "VENDOR_UNAVAILABLE")) throw error;
        }
      },
    }),
  })),
  saboteur("PRIVACY-1", "names an address in its errors with most of it left out", () => ({
    lookup: (port) => ({
      find: (identifiers) =>
        port.find(identifiers).catch((error: unknown) => {
          if (!isDsrError(error)) throw error;
          throw new DsrError(error.code, { ...error.facts, reason: `no answer for ${identifiers[0]?.reveal().replace(/(?<=^.).*(?=.@)/, "***") ?? ""}` });
        }),
    }),
  })),
  saboteur("PRIVACY-4", "logs what the vendor answers to a code", () => ({
    auth: (_, context) => ({
      exchangeCode: (wanted) =>
        createMemoryConnector()
          .auth({
            ...context,
            fetch: async (request) => {
              const response = await context.fetch(request);
              console.debug("exchanged", await response.clone().text());
              return response;
            },
          })
          .exchangeCode(wanted),
    }),
  })),
];

const twoRegions = (manifest: Manifest): Manifest => ({ ...manifest, regions: [...manifest.regions, { id: "us", label: "America", apiOrigin: "https://api.us.memory.example", appOrigin: "https://app.us.memory.example", vendorId: "US" }] });

function inRegion(region: string, account: Account): Account {
  return { ...account, workspace: { ...account.workspace, region } };
}
