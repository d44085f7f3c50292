import { isDsrError } from "../../../core/errors.js";
import { executorOver, saboteur, type MemoryVendor, type Saboteur } from "./sabotage.js";

/** Says `"status":"erased"` where the vendor says `"deleted":true`. */
function sayingErased(vendor: MemoryVendor): MemoryVendor {
  return {
    ...vendor,
    fetch: async (request) => {
      const response = await vendor.fetch(request);
      if (request.method !== "DELETE" || !response.ok) return response;
      const { id, deleted } = (await response.json()) as { id: string; deleted: boolean };
      return Response.json({ id, status: deleted ? "erased" : "retained" }, { headers: response.headers });
    },
  };
}

export const DOUBT_SABOTEURS: readonly Saboteur[] = [
  saboteur("DOUBT-1", "verifies a deletion by the vendor's own word", () => ({
    executor: (port) => {
      const told = new Set<string>();
      return {
        erase: async (target, policies) => {
          const answer = await port.erase(target, policies);
          if (answer.answer === "deleted") told.add(target.id);
          return answer;
        },
        look: async (target) => (told.has(target.id) ? { answer: "absent" } : port.look(target)),
      };
    },
  }), ["DOUBT-6", "DOUBT-9", "DOUBT-10", "DOUBT-12", "DOUBT-13"]),
  saboteur("DOUBT-2", "takes the status 200 for a deletion, whatever the body says", () => ({
    executor: (_, context) => ({ erase: executorOver(context, { answer: (json) => ({ ...json, deleted: true }) }).erase }),
  })),
  saboteur("DOUBT-2", "takes every 200 for a deletion, at a vendor that says it in a word", () => ({
    vendor: (vendor) => ({ ...sayingErased(vendor), denyDeletion: ({ status, body }) => ({ status, body: body.replace("erased", "retained") }) }),
    executor: (_, context) => ({ erase: executorOver(context, { answer: (json) => ({ ...json, deleted: true }) }).erase }),
  })),
  saboteur("DOUBT-2", "is judged by a vendor that cannot be made to deny a deletion", () => ({
    vendor: sayingErased,
    executor: (_, context) => ({ erase: executorOver(context, { answer: (json) => ({ ...json, deleted: json?.status === "erased" }) }).erase }),
  })),
  saboteur(
    "DOUBT-3",
    "sends a deletion again when its answer is lost",
    () => ({
      executor: (port) => ({
        erase: (target, policies) =>
          port.erase(target, policies).catch((error: unknown) => {
            if (isDsrError(error, "OUTCOME_UNKNOWN")) return port.erase(target, policies);
            throw error;
          }),
      }),
    }),
    ["DOUBT-4", "DOUBT-5", "DOUBT-15"],
  ),
  saboteur("DOUBT-4", "takes a lost answer for a deletion", () => ({
    executor: (port) => ({
      erase: (target, policies) =>
        port.erase(target, policies).catch((error: unknown) => {
          if (isDsrError(error, "OUTCOME_UNKNOWN")) return { answer: "deleted" };
          throw error;
        }),
    }),
  }), ["DOUBT-11", "DOUBT-13", "DOUBT-15", "DOUBT-16", "DOUBT-8"]),
  saboteur("DOUBT-5", "takes a 502 for a request to wait, after which everything is repeated", () => ({
    protocol: (p) => ({ ...p, faults: [{ status: 502, means: "RATE_LIMITED" }, ...p.faults] }),
  })),
  saboteur(
    "DOUBT-6",
    "takes any JSON for the vendor's error",
    () => ({ protocol: (p) => ({ ...p, errorCode: (body) => p.errorCode(body) ?? (typeof body === "object" && body !== null ? "unknown" : undefined) }) }),
    ["FAULT-3"],
  ),
  saboteur("DOUBT-7", "looks for a record by search", () => {
    let seen: ReadonlySet<string> | undefined;
    return {
      lookup: (port) => ({
        find: async (identifiers) => {
          const results = await port.find(identifiers);
          seen = new Set(results.flatMap((result) => result.matches.map(({ id }) => id)));
          return results;
        },
      }),
      executor: (port) => ({ look: async (target) => (seen?.has(target.id) === false ? { answer: "absent" } : port.look(target)) }),
    };
  }, ["DOUBT-13", "DOUBT-15", "DELETE-17"]),
  saboteur("DOUBT-8", "takes an answer about another record for the absence of this one", () => ({
    executor: (port) => ({
      look: (target) =>
        port.look(target).catch((error: unknown) => {
          if (isDsrError(error, "VENDOR_MALFORMED") && error.facts.vendorStatus === undefined) return { answer: "absent" };
          throw error;
        }),
    }),
  }), ["DOUBT-9", "DOUBT-12", "DOUBT-13"]),
  saboteur("DOUBT-9", "takes a page instead of an answer for the record's absence", () => ({
    executor: (port) => ({
      look: (target) =>
        port.look(target).catch((error: unknown) => {
          if (isDsrError(error, "VENDOR_MALFORMED") && error.facts.vendorStatus === 200) return { answer: "absent" };
          throw error;
        }),
    }),
  })),
];
