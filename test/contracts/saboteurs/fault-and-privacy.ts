import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { appendFileSync, closeSync, openSync, writeSync } from "node:fs";
import { get } from "node:http";
import { devNull } from "node:os";
import { inspect } from "node:util";
import { maybeTextAt } from "../../../core/answers.js";
import { DsrError, isDsrError, type ErrorCode } from "../../../core/errors.js";
import type { ConnectorContext, IdentifierLookupPort, LookupResult } from "../../../core/ports.js";
import { executorOver, lookupOver, saboteur, type Edit, type Sabotage, type Saboteur } from "./sabotage.js";

const NOBODY: LookupResult = { matches: [], nearMatches: [], searched: [{ identifier: "email", where: "people/search", at: "2026-01-01T00:00:00Z" }], notCovered: [], gaps: [], dropped: 0 };

const unescaped: Edit = { request: ({ url }) => new URL(decodeURIComponent(url.href)) };

/** A lookup that finds nobody where it should have failed. */
function findingNobodyAt(port: IdentifierLookupPort, code: ErrorCode, besides: (error: DsrError) => boolean = () => true): Partial<IdentifierLookupPort> {
  return {
    find: (identifiers) =>
      port.find(identifiers).catch((error: unknown) => {
        if (isDsrError(error, code) && besides(error)) return identifiers.map(() => NOBODY);
        throw error;
      }),
  };
}

/** As a library has it that keeps the function. */
const ownFetch = globalThis.fetch;

/** A lookup that does something else before. */
function besides(work: () => Promise<unknown>): Sabotage {
  return { lookup: (port) => ({ find: (identifiers) => work().then(() => port.find(identifiers)) }) };
}

export const FAULT_SABOTEURS: readonly Saboteur[] = [
  saboteur("FAULT-1", "takes a 502 for the vendor's last word", () => ({ protocol: (p) => ({ ...p, faults: [{ status: 502, means: "VENDOR_REJECTED" }, ...p.faults] }) }), ["DOUBT-5"]),
  saboteur("FAULT-2", "takes an answer without a list for an empty list", () => ({
    executor: (_, context) => ({
      collect: executorOver(context, {
        answer: (json, { url }) => {
          const list = url.pathname.split("/").at(-1) ?? "";
          return ["orders", "messages"].includes(list) && !Array.isArray(json?.[list]) ? { ...json, [list]: [] } : json;
        },
      }).collect,
    }),
  })),
  saboteur("FAULT-3", "takes any 404 for a record that vanished", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        try {
          yield* port.collect(input);
        } catch (error) {
          if (!isDsrError(error) || error.facts.vendorStatus !== 404) throw error;
          yield { records: [], gaps: [{ category: "person", code: "CHANGED_DURING_RUN" }], checkpoint: JSON.stringify([input.matches.length, 0, null]) };
        }
      },
    }),
  })),
  saboteur("FAULT-4", "finds nobody where it is told to wait for too long", () => ({ lookup: (port) => findingNobodyAt(port, "RATE_LIMITED") })),
  saboteur("FAULT-5", "finds nobody where the vendor cannot be reached", () => ({ lookup: (port) => findingNobodyAt(port, "VENDOR_UNAVAILABLE", ({ facts }) => facts.vendorStatus !== 403) }), ["FAULT-12"]),
  saboteur("FAULT-6", "declares a mutation a read", () => ({
    protocol: (p) => ({ ...p, operations: p.operations.map((operation) => (operation.path === "/token" ? { ...operation, effect: "read" } : operation)) }),
  })),
  saboteur("FAULT-6", "declares the exchange of a code a read", () => ({
    protocol: (p) => ({ ...p, operations: p.operations.map((operation) => (operation.path === "/oauth/token" ? { ...operation, effect: "read" } : operation)) }),
  })),
  saboteur("FAULT-7", "calls somebody besides its vendor", () => ({
    lookup: (port) => ({
      find: async (identifiers) => {
        await fetch("data:,telemetry").catch(() => undefined);
        return port.find(identifiers);
      },
    }),
  })),
  saboteur("FAULT-7", "calls somebody besides its vendor with the fetch that it took when it was loaded", () => besides(() => ownFetch("http://127.0.0.1:49151/").catch(() => undefined))),
  saboteur("FAULT-7", "calls somebody besides its vendor with a library that is not fetch", () => besides(() => new Promise((done) => get("http://127.0.0.1:49151/").on("error", done)))),
  saboteur("FAULT-7", "tells somebody besides its vendor in a datagram", () =>
    besides(
      () =>
        new Promise((done) => {
          const socket = createSocket("udp4");
          socket.send("telemetry", 49151, "127.0.0.1", () => socket.close(() => done(undefined)));
        }),
    ),
  ),
  saboteur("FAULT-8", "writes an id that a human chose into the path as it stands", () => ({ lookup: (_, context) => ({ findById: lookupOver(context, unescaped).findById }) })),
  saboteur("FAULT-8", "writes the id of what it reads into the path as it stands", () => ({ executor: (_, context) => ({ collect: executorOver(context, unescaped).collect }) })),
  saboteur("FAULT-8", "writes the id of what it deletes into the path as it stands", () => ({ executor: (_, context) => ({ erase: executorOver(context, unescaped).erase }) })),
  saboteur("FAULT-8", "writes the id of what it makes sure of into the path as it stands", () => ({ executor: (_, context) => ({ confirm: executorOver(context, unescaped).confirm! }) })),
  saboteur("FAULT-8", "writes the id of what it plans to delete into the path as it stands", () => ({ executor: (_, context) => ({ planDeletion: executorOver(context, unescaped).planDeletion }) })),
  saboteur("FAULT-8", "writes the id of whose file it renews into the path as it stands", () => ({ executor: (_, context) => ({ renewFiles: executorOver(context, unescaped).renewFiles! }) })),
  saboteur("FAULT-8", "writes the ids that a list names into the path as they stand", () => ({
    executor: (port, { apiOrigin, fetch }) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) {
          for (const { category, id } of page.records) if (category === "message") await fetch(new Request(`${apiOrigin}/messages/${id}`)).catch(() => undefined);
          yield page;
        }
      },
    }),
  })),
  saboteur("FAULT-8", "calls a record absent whose id leads elsewhere, without asking", () => ({
    executor: (port) => ({ look: async (target) => (/^[\w-]+$/.test(target.id) ? port.look(target) : { answer: "absent" }) }),
  })),
];

/** Takes whatever is no text for there being no next page. */
const endingWithoutText: Edit = { answer: (json) => (json?.next === undefined || typeof json.next === "string" ? json : { ...json, next: null }) };

export const ANSWER_SABOTEURS: readonly Saboteur[] = [
  saboteur("FAULT-15", "takes whatever text stands under error for a code of its vendor's", () => ({
    protocol: (p) => ({ ...p, errorCode: (body) => p.errorCode(body) ?? maybeTextAt(body, "error") }),
  })),
  saboteur("FAULT-16", "takes a list for ended whose next page is not named by a text", () => ({ executor: (_, context) => ({ collect: executorOver(context, endingWithoutText).collect }) })),
  saboteur("FAULT-16", "takes a search for ended whose next page is not named by a text", () => ({ lookup: (_, context) => ({ find: lookupOver(context, endingWithoutText).find }) })),
  saboteur("FAULT-17", "empties the list of categories while it reads them", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        yield* port.collect({ ...input, categories: (input.categories as string[]).splice(0) });
      },
    }),
  })),
];

/** A lookup that writes into the URL of some call whom it looks for. */
function writing(write: (address: string) => string): Sabotage {
  return { lookup: (port, context) => ({ find: (identifiers) => written(context, write(identifiers[0]?.reveal() ?? "")).then(() => port.find(identifiers)) }) };
}

async function written(context: ConnectorContext, query: string): Promise<void> {
  await context.fetch(new Request(`${context.apiOrigin}/account?${query}`));
}

/** An executor that writes down of a refusal whom it is about, where one is asked to do so. */
function blaming(call: "erase" | "look" | "planDeletion"): Sabotage {
  let whom = "";
  const blame = (error: unknown): never => {
    throw isDsrError(error) ? new DsrError(error.code, { ...error.facts, reason: `no answer about ${whom}` }) : error;
  };
  return {
    lookup: (port) => ({
      find: (identifiers) => {
        whom = identifiers[0]?.reveal() ?? "";
        return port.find(identifiers);
      },
    }),
    executor: (port) => ({
      ...(call === "erase" && { erase: (target, policies) => port.erase(target, policies).catch(blame) }),
      ...(call === "look" && { look: (target) => port.look(target).catch(blame) }),
      ...(call === "planDeletion" && { planDeletion: (matches, loose, wish) => port.planDeletion(matches, loose, wish).catch(blame) }),
    }),
  };
}

/** A lookup that hangs on its errors whom it was about. */
function hanging(what: (address: string) => object): Sabotage {
  return {
    lookup: (port) => ({
      find: (identifiers) =>
        port.find(identifiers).catch((error: unknown) => {
          throw error instanceof Error ? Object.assign(error, what(identifiers[0]?.reveal() ?? "")) : error;
        }),
    }),
  };
}

export const PRIVACY_SABOTEURS: readonly Saboteur[] = [
  saboteur("PRIVACY-1", "tells in an error whom it was looking for", () => ({
    lookup: (port) => ({
      find: (identifiers) =>
        port.find(identifiers).catch((error: unknown) => {
          throw isDsrError(error, "VENDOR_MALFORMED") ? new DsrError("VENDOR_MALFORMED", { ...error.facts, reason: `no answer for ${identifiers[0]?.reveal()}` }) : error;
        }),
    }),
  })),
  saboteur("PRIVACY-2", "writes the address into the URL", () => ({
    lookup: (_, context) => ({
      find: lookupOver(context, {
        request: ({ url, body }) => {
          if (body.email_in !== undefined) url.searchParams.set("q", body.email_in[0]);
          return url;
        },
      }).find,
    }),
  })),
  saboteur("PRIVACY-1", "tells in an error whom it was to delete", () => blaming("erase")),
  saboteur("PRIVACY-1", "tells in an error whose record it was to look at", () => blaming("look")),
  saboteur("PRIVACY-1", "tells in an error whose deletion it was to plan", () => blaming("planDeletion")),
  saboteur("PRIVACY-1", "tells in an error whose record a human chose", () => ({
    lookup: (port) => ({
      findById: (id, identifiers, extent) =>
        port.findById(id, identifiers, extent).catch((error: unknown) => {
          throw isDsrError(error) ? new DsrError(error.code, { ...error.facts, reason: `no answer about ${identifiers?.[0]?.reveal()}` }) : error;
        }),
    }),
  })),
  saboteur("PRIVACY-1", "tells in an error of whose message it could not make sure", () => ({
    executor: (port) => ({
      confirm: (target, subject) =>
        port.confirm!(target, subject).catch((error: unknown) => {
          throw isDsrError(error) ? new DsrError(error.code, { ...error.facts, reason: `not sure of ${subject.identifiers[0]?.reveal()}` }) : error;
        }),
    }),
  })),
  saboteur("PRIVACY-1", "hangs a map with the request on an error", () => hanging((address) => ({ request: new Map([["body", address]]) }))),
  saboteur("PRIVACY-1", "hangs the bytes of the request on an error", () => hanging((address) => ({ body: Buffer.from(address) }))),
  saboteur("PRIVACY-1", "shows whom it looked for where an error of it is inspected", () => hanging((address) => ({ [inspect.custom]: () => `no answer for ${address}` }))),
  saboteur("PRIVACY-2", "writes into the URL whose file it renews", () => {
    let whom = "";
    return {
      executor: (port, context) => ({
        collect: (input) => {
          whom = input.identifiers[0]?.reveal() ?? "";
          return port.collect(input);
        },
        renewFiles: (record) => written(context, `q=${whom}`).then(() => port.renewFiles!(record)),
      }),
    };
  }),
  saboteur("PRIVACY-2", "writes a digest of the address into the URL that needs no key", () => writing((address) => `q=${createHash("md5").update(address).digest("hex")}`)),
  saboteur("PRIVACY-3", "keeps a digest of the address in its checkpoint that needs no key", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        const digest = createHash("sha256").update(input.identifiers[0]?.reveal() ?? "").digest("base64");
        for await (const page of port.collect({ ...input, checkpoint: input.checkpoint?.split("\n")[0] })) yield { ...page, checkpoint: `${page.checkpoint}\n${digest}` };
      },
    }),
  })),
  saboteur("PRIVACY-4", "keeps what it reads in a file of its own", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) {
          appendFileSync(devNull, JSON.stringify(page.records));
          yield page;
        }
      },
    }),
  })),
  saboteur("PRIVACY-4", "writes to a file descriptor whom it looks for", () => ({
    lookup: (port) => ({
      find: (identifiers) => {
        const file = openSync(devNull, "w");
        writeSync(file, identifiers.map((identifier) => identifier.reveal()).join());
        closeSync(file);
        return port.find(identifiers);
      },
    }),
  })),
  saboteur("PRIVACY-2", "writes the address into the URL, encoded twice", () => writing((address) => `q=${encodeURIComponent(encodeURIComponent(address))}`)),
  saboteur("PRIVACY-2", "writes the address into the URL, in capitals", () => writing((address) => `q=${encodeURIComponent(address.toUpperCase())}`)),
  saboteur("PRIVACY-2", "writes the address into the URL, in two parts", () => writing((address) => `user=${address.split("@")[0]}&at=${address.split("@")[1]}`)),
  saboteur("PRIVACY-2", "writes the address into the URL, in base64 amid other text", () => writing((address) => `q=${encodeURIComponent(btoa(`{"q":"${address}"}`))}`)),
  saboteur("PRIVACY-2", "writes the address into the URL of a list that the search does not show", () => ({
    lookup: (port, context) => ({ findIn: (extent, identifiers) => written(context, `q=${identifiers[0]?.reveal()}`).then(() => port.findIn!(extent, identifiers)) }),
  })),
  saboteur("PRIVACY-2", "writes into the URL whose record a human chose", () => ({
    lookup: (port, context) => ({ findById: (id, identifiers, extent) => written(context, `q=${identifiers?.[0]?.reveal()}`).then(() => port.findById(id, identifiers, extent)) }),
  })),
  saboteur("PRIVACY-3", "keeps the records of a page in its checkpoint, in base64", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect({ ...input, checkpoint: input.checkpoint?.split("\n")[0] })) yield { ...page, checkpoint: `${page.checkpoint}\n${btoa(JSON.stringify(page.records))}` };
      },
    }),
  })),
  saboteur("PRIVACY-3", "keeps a text of the record in its checkpoint", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect({ ...input, checkpoint: input.checkpoint?.split("\n")[0] })) yield { ...page, checkpoint: `${page.checkpoint}\n${JSON.stringify(page.records[0]?.data)}` };
      },
    }),
  })),
  saboteur("PRIVACY-4", "prints whom it looks for", () => ({
    lookup: (port) => ({
      find: (identifiers) => {
        console.log("looking for", identifiers.map((identifier) => identifier.reveal()));
        return port.find(identifiers);
      },
    }),
  })),
  saboteur("PRIVACY-4", "warns of what it reads", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) {
          for (const record of page.records) process.emitWarning(`odd record: ${JSON.stringify(record.data)}`);
          yield page;
        }
      },
    }),
  })),
  saboteur("PRIVACY-4", "writes to the error stream whom it deletes", () => {
    const names = new Map<string, string>();
    return {
      lookup: (port) => ({
        find: async (identifiers) => {
          const results = await port.find(identifiers);
          for (const [n, { matches }] of results.entries()) for (const { id } of matches) names.set(id, identifiers[n]!.reveal());
          return results;
        },
      }),
      executor: (port) => ({
        erase: (target, policies) => {
          if (names.has(target.id)) process.stderr.write(Buffer.from(`deleting ${names.get(target.id)}\n`));
          return port.erase(target, policies);
        },
      }),
    };
  }),
];
