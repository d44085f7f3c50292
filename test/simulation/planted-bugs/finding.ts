import { DsrError, isDsrError } from "../../../core/errors.js";
import type { LookupResult } from "../../../core/ports.js";
import { executing, lookingUp, paging, receiving } from "./connectors.js";
import type { Bug } from "./plant.js";

const results = (change: (result: LookupResult) => LookupResult): Bug["plant"] => lookingUp((port) => ({ find: async (identifiers) => (await port.find(identifiers)).map(change) }));

const emptyList = (): Response => new Response(JSON.stringify({ type: "list", data: [], conversations: [], tickets: [], events: [], total_count: 0 }), { headers: { "content-type": "application/json" } });

const emptyWithoutPermission: Bug["plant"] = receiving((fetch) => async (request) => {
  try {
    return await fetch(request);
  } catch (error) {
    if (isDsrError(error, "SCOPE_MISSING") && (request.url.endsWith("/search") || !request.url.includes("/contacts/"))) return emptyList();
    throw error;
  }
});

const emptyWithoutList: Bug["plant"] = receiving((fetch) => async (request) => {
  const response = await fetch(request);
  if (!response.ok || !request.url.endsWith("/search")) return response;
  const body: unknown = await response.json();
  const hasList = typeof body === "object" && body !== null && ["data", "conversations", "tickets"].some((key) => key in body);
  return hasList ? response : emptyList();
});

/** Mistakes in finding a person and in reading what is there. */
export const FINDING: Readonly<Record<string, Bug>> = {
  "a near match is included": {
    breaks: ["TRUE_FINDING"],
    plant: results((result) => ({ ...result, matches: [...result.matches, ...result.nearMatches.map(({ id }) => ({ id, kind: "user", matchedBy: "exact" as const, primary: true, holds: {} }))], nearMatches: [] })),
  },
  "the last contact of an address is forgotten": {
    breaks: ["TRUE_FINDING"],
    plant: results((result) => ({ ...result, matches: result.matches.length > 1 ? result.matches.slice(0, -1) : result.matches })),
  },
  "a contact whose address is spelt otherwise is left out": {
    breaks: ["TRUE_FINDING", "TRUE_NOTHING"],
    plant: results((result) => ({ ...result, matches: result.matches.filter(({ matchedBy }) => matchedBy === "exact") })),
  },
  "a missing permission is taken for there being nothing": { breaks: ["TRUE_NOTHING", "TRUE_FINDING", "TRUE_PACKAGE"], plant: emptyWithoutPermission },
  "an answer without its list is taken for an empty list": { breaks: ["TRUE_NOTHING", "TRUE_FINDING", "TRUE_PACKAGE"], plant: emptyWithoutList },
  "two contacts of one address are taken for a mistake of the vendor's": {
    breaks: ["TRUE_REASON", "HEALS"],
    plant: results((result) => {
      if (result.matches.length > 1) throw new DsrError("VENDOR_MALFORMED");
      return result;
    }),
  },
  "what a category lacks is not told": { breaks: ["TRUE_PACKAGE"], plant: paging((page) => ({ ...page, gaps: [] })) },
  "a page's last record is dropped": { breaks: ["TRUE_PACKAGE"], plant: paging((page) => (page.records.length > 1 ? { ...page, records: page.records.slice(0, -1) } : page)) },
  "the address stands in a checkpoint": { breaks: ["QUIET"], plant: paging((page, { identifiers }) => ({ ...page, checkpoint: JSON.stringify({ ...(JSON.parse(page.checkpoint) as object), of: identifiers[0]?.reveal() }) })) },
  "another person's words stay in a conversation": {
    breaks: ["STRANGER"],
    plant: executing((port, context) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) {
          const records = await Promise.all(
            page.records.map(async (record) => {
              if (record.category !== "conversations") return record;
              const answer = await context.fetch(new Request(`${context.apiOrigin}/conversations/${record.id}`)).catch(() => undefined);
              return answer?.ok === true ? { ...record, data: await answer.json() } : record;
            }),
          );
          yield { ...page, records };
        }
      },
    })),
  },
  "what is not covered is not told": {
    breaks: ["TRUE_COVERAGE"],
    plant: { dsr: (dsr) => ({ ...dsr, access: async (...input) => ({ ...(await dsr.access(...input)), notCovered: [] }) }) },
  },
};
