import { isDsrError, type ErrorCode } from "../../../core/errors.js";
import type { DeletionOutline, Match, RequestExecutorPort } from "../../../core/ports.js";
import { lookupOver, saboteur, type Saboteur } from "./sabotage.js";

/** What somebody gets wrong who has read the rules, and means well. */
export const NEWCOMERS: readonly Saboteur[] = [
  saboteur("SCOPE-5", "takes a permission of an optional category that was withdrawn for there being nothing", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        try {
          yield* port.collect(input);
        } catch (error) {
          if (!isDsrError(error, "SCOPE_MISSING") || !JSON.stringify(error.facts).includes("read_messages")) throw error;
        }
      },
    }),
  })),
  saboteur("LOOKUP-8", "says that a chosen record is of whoever was asked for", () => ({
    lookup: (port) => ({
      findById: async (id, identifiers, extent) => {
        const found = await port.findById(id, identifiers, extent);
        return found !== undefined && extent === undefined && identifiers !== undefined ? { ...found, identifiers } : found;
      },
    }),
  })),
  saboteur("LOOKUP-8", "says of a chosen record that it was found by the identifier", () => ({
    lookup: (port) => ({
      findById: async (id, identifiers, extent) => {
        const found = await port.findById(id, identifiers, extent);
        return found === undefined ? undefined : { ...found, matchedBy: "exact" };
      },
    }),
  })),
  saboteur("ACCESS-15", "leaves out what is empty", () => ({ executor: (port) => ({ collect: tidied(port, (_, value) => (value === null || value === "" || value === false ? undefined : value)) }) })),
  saboteur("ACCESS-15", "trims texts", () => ({ executor: (port) => ({ collect: tidied(port, (_, value) => (typeof value === "string" ? value.trim() : value)) }) })),
  saboteur("ACCESS-15", "composes what is decomposed", () => ({ executor: (port) => ({ collect: tidied(port, (_, value) => (typeof value === "string" ? value.normalize("NFC") : value)) }) })),
  saboteur("ACCESS-15", "cuts long texts", () => ({ executor: (port) => ({ collect: tidied(port, (_, value) => (typeof value === "string" ? value.slice(0, 1000) : value)) }) })),
  saboteur("ACCESS-15", "takes markup out of texts", () => ({ executor: (port) => ({ collect: tidied(port, (_, value) => (typeof value === "string" ? value.replace(/<[^>]*>/g, "") : value)) }) })),
  saboteur("DOUBT-2", "asks again where the vendor did not delete", () => ({
    executor: (port) => ({
      erase: async (target, policies) => {
        const answer = await port.erase(target, policies);
        return answer.answer === "not_deleted" ? port.erase(target, policies) : answer;
      },
    }),
  })),
  saboteur("FAULT-11", "takes an interrupted look for the record's absence", () => ({ executor: (port) => ({ look: (target) => port.look(target).catch(insteadOf("INTERRUPTED", { answer: "absent" as const })) }) })),
  saboteur("FAULT-11", "takes an interrupted deletion for one that happened", () => ({ executor: (port) => ({ erase: (...asked) => port.erase(...asked).catch(insteadOf("OUTCOME_UNKNOWN", { answer: "deleted" as const })) }) })),
  saboteur("FAULT-11", "takes an interrupted search for the end of it", () => ({
    lookup: (port) => ({
      find: (identifiers) => port.find(identifiers).catch(insteadOf("INTERRUPTED", identifiers.map(() => ({ matches: [] as readonly Match[], nearMatches: [], searched: [], notCovered: [], gaps: [], dropped: 0 })))),
    }),
  }), ["FAULT-10"]),
  saboteur("FAULT-11", "plans without what hangs on a record where reading it was interrupted", () => ({
    executor: (port) => ({ planDeletion: (matches, loose, wish) => port.planDeletion(matches, loose, wish).catch(insteadOf("INTERRUPTED", withoutDependents(matches))) }),
  })),
  saboteur("PRIVACY-1", "hangs the request on an error, where it is not shown", () => ({
    lookup: (port) => ({
      find: (identifiers) =>
        port.find(identifiers).catch((error: unknown) => {
          if (error instanceof Error) Object.defineProperty(error, "request", { value: { body: identifiers.map((each) => each.reveal()) }, enumerable: false });
          throw error;
        }),
    }),
  })),
  saboteur("PRIVACY-2", "writes the address into the URL as base64", encodedInUrl("base64")),
  saboteur("PRIVACY-2", "writes the address into the URL as base64url", encodedInUrl("base64url")),
  saboteur("PRIVACY-2", "writes the address into the URL as hexadecimal digits", encodedInUrl("hex")),
];

function encodedInUrl(encoding: BufferEncoding): Parameters<typeof saboteur>[2] {
  return () => ({
    lookup: (_, context) => ({
      find: lookupOver(context, {
        request: ({ url, body }) => {
          if (body.email_in !== undefined) url.searchParams.set("q", Buffer.from(body.email_in[0] ?? "").toString(encoding));
          return url;
        },
      }).find,
    }),
  });
}

/** Every record as JSON that was made tidy. */
function tidied(port: RequestExecutorPort, replacer: (key: string, value: unknown) => unknown): RequestExecutorPort["collect"] {
  return async function* (input) {
    for await (const page of port.collect(input)) yield { ...page, records: page.records.map((record) => ({ ...record, data: JSON.parse(JSON.stringify(record.data, replacer)) as unknown })) };
  };
}

function insteadOf<T>(code: ErrorCode, answer: T): (error: unknown) => T {
  return (error) => {
    if (isDsrError(error, code)) return answer;
    throw error;
  };
}

function withoutDependents(matches: readonly Match[]): DeletionOutline {
  return { targets: matches.map(({ id }) => ({ category: "person", id })), dependents: [], kept: [], unseen: [], warnings: [] };
}
