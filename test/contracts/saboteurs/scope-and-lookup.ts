import { compareEmail } from "../../../core/email.js";
import { isDsrError } from "../../../core/errors.js";
import type { Identifier } from "../../../core/identifier.js";
import type { Match } from "../../../core/ports.js";
import { lookupOver, saboteur, type Saboteur } from "./sabotage.js";

export const SCOPE_SABOTEURS: readonly Saboteur[] = [
  saboteur("SCOPE-1", "believes that a scope is granted without asking", () => ({
    auth: (port) => ({ probe: async (scope) => (scope === "read_orders" ? { status: "granted", basis: "inferred" } : port.probe(scope)) }),
  }), ["SCOPE-10"]),
  saboteur("SCOPE-2", "stops probing at the first scope that is missing", () => ({
    auth: (port) => {
      let missing = false;
      return {
        teammates: async () => [],
        probe: async (scope) => {
          const found = await port.probe(scope);
          if (missing) return { status: "granted", basis: "inferred" };
          missing = found.status === "missing";
          return found;
        },
      };
    },
  }), ["SCOPE-10", "SCOPE-11", "LOOKUP-11"]),
  saboteur("SCOPE-3", "needs a scope for deletion that it declares as optional", () => ({
    executor: (port, context) => ({
      erase: async (target, policies) => {
        await context.fetch(new Request(`${context.apiOrigin}/people/nobody/messages`));
        return port.erase(target, policies);
      },
    }),
  })),
  saboteur("SCOPE-4", "reads people in order to probe", () => ({
    vendor: (vendor) => {
      const texts: unknown[] = [];
      return {
        ...vendor,
        addSubject: (wish) => {
          const planted = vendor.addSubject(wish);
          texts.push(planted.texts);
          return planted;
        },
        fetch: async (request) => {
          const response = await vendor.fetch(request);
          return request.url.endsWith("/account") && response.ok ? Response.json({ ...((await response.json()) as object), recent: texts }) : response;
        },
      };
    },
  })),
  saboteur(
    "SCOPE-5",
    "takes a missing scope for an empty list",
    () => ({
      executor: (port) => ({
        collect: async function* (input) {
          try {
            yield* port.collect(input);
          } catch (error) {
            if (!isDsrError(error, "SCOPE_MISSING")) throw error;
          }
        },
      }),
    }),
    ["SCOPE-6"],
  ),
  saboteur("SCOPE-6", "asks for a scope that it never uses", () => ({
    manifest: (m) => ({ ...m, scopes: [...m.scopes, { ...m.scopes[1]!, id: "read_calls", label: "Read calls" }] }),
  })),
  saboteur("SCOPE-6", "asks everybody for a scope that only an optional category uses", () => ({
    manifest: (m) => ({ ...m, scopes: m.scopes.map((scope) => (scope.id === "read_messages" ? { ...scope, neededFor: ["access"] as const } : scope)) }),
  })),
  saboteur("SCOPE-7", "takes a missing scope for the record's absence", () => ({
    executor: (port) => ({
      erase: (target, policies) =>
        port.erase(target, policies).catch((error: unknown) => {
          if (isDsrError(error, "SCOPE_MISSING")) return { answer: "absent" };
          throw error;
        }),
    }),
  }), ["DOUBT-10", "DOUBT-11"]),
  saboteur("SCOPE-8", "tells the role that is required instead of the account's", () => ({
    auth: (port) => ({
      account: async () => {
        const account = await port.account();
        return { ...account, authorisedBy: { ...account.authorisedBy, role: "Admin" } };
      },
    }),
  })),
  saboteur("SCOPE-8", "tells no role though the vendor does", () => ({
    auth: (port) => ({
      account: async () => {
        const account = await port.account();
        return { ...account, authorisedBy: { ...account.authorisedBy, role: null } };
      },
    }),
  })),
  saboteur(
    "SCOPE-9",
    "reads every category, covered or not",
    () => ({ executor: (port) => ({ collect: (input) => port.collect({ ...input, categories: ["person", "order", "message"] }) }) }),
    ["SCOPE-3"],
  ),
  saboteur("SCOPE-10", "calls no scope testable", () => ({ auth: () => ({ probe: async () => ({ status: "not_testable", basis: "inferred" }) }) }), ["SCOPE-11", "SCOPE-12", "LOOKUP-11", "DELETE-1", "DELETE-4", "DELETE-5", "DELETE-6", "DELETE-15", "DELETE-16", "DELETE-17", "SCOPE-13", "FAULT-11", "FAULT-12"]),
  saboteur("SCOPE-10", "calls the scope of an optional category not testable", () => ({ auth: (port) => ({ probe: async (scope) => (scope === "read_messages" ? { status: "not_testable", basis: "inferred" } : port.probe(scope)) }) }), ["SCOPE-12", "DELETE-1", "DELETE-4", "DELETE-5", "DELETE-6", "DELETE-15", "DELETE-16", "DELETE-17", "SCOPE-13", "FAULT-11", "FAULT-12"]),
  saboteur("SCOPE-10", "takes a scope about which nobody could ask for a missing one", () => ({ auth: (port) => ({ probe: (scope) => port.probe(scope).catch(() => ({ status: "missing", basis: "observed" })) }) })),
  saboteur("SCOPE-10", "takes a scope about which nobody could ask for a granted one", () => ({ auth: (port) => ({ probe: (scope) => port.probe(scope).catch(() => ({ status: "granted", basis: "inferred" })) }) })),
  saboteur("SCOPE-11", "calls the scope that deletes not testable", () => ({ auth: (port) => ({ probe: async (scope) => (scope === "delete_people" ? { status: "not_testable", basis: "inferred" } : port.probe(scope)) }) })),
  saboteur("SCOPE-12", "takes a related record that it may not delete for one that is gone", () => {
    const refused = new Set<string>();
    return {
      auth: (port) => ({ probe: async (scope) => (scope === "delete_messages" ? { status: "not_testable", basis: "inferred" } : port.probe(scope)) }),
      executor: (port) => ({
        erase: async (target, policies) => {
          try {
            return await port.erase(target, policies);
          } catch (error) {
            if (target.category !== "message" || !isDsrError(error, "SCOPE_MISSING")) throw error;
            refused.add(target.id);
            return { answer: "absent" };
          }
        },
        look: async (target) => (refused.has(target.id) ? { answer: "absent" } : port.look(target)),
      }),
    };
  }),
];

export const LOOKUP_SABOTEURS: readonly Saboteur[] = [
  saboteur("LOOKUP-1", "stops after the first page of a search", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, matches: result.matches.slice(0, 2) })) }),
  }), ["DELETE-14"]),
  saboteur("LOOKUP-1", "stops after the second page of a search", () => ({
    lookup: (_, context) => ({
      find: (identifiers) => {
        let pages = 0;
        return lookupOver(context, { answer: (json, { url }) => (url.pathname === "/people/search" && (pages += 1) >= 2 ? { ...json, next: null } : json) }).find(identifiers);
      },
    }),
  }), ["DELETE-14"]),
  saboteur("LOOKUP-1", "finds nobody whose address has signs that its query language knows", () => ({
    lookup: (_, context) => ({
      find: lookupOver(context, {
        request: ({ url, body }) => {
          body.email_in = body.email_in?.map((email: string) => email.replace(/['/&={|]/g, "\\$&"));
          return url;
        },
      }).find,
    }),
  })),
  saboteur("LOOKUP-2", "tells of two spellings of one address what is true of the last", () => ({
    lookup: (port) => ({
      find: async (identifiers) => {
        const spelled = (each: Identifier) => each.reveal().toLowerCase();
        const results = await port.find(identifiers);
        const last = new Map(identifiers.map((each, n) => [spelled(each), results[n]!]));
        return identifiers.map((each) => last.get(spelled(each))!);
      },
    }),
  })),
  saboteur("LOOKUP-4", "counts more strangers than the vendor returned", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, dropped: result.dropped * 99 })) }),
  })),
  saboteur("LOOKUP-5", "searches for everybody where it is asked for nobody", () => ({
    lookup: (port, { apiOrigin, fetch }) => ({
      find: async (identifiers) => {
        if (identifiers.length === 0) await fetch(new Request(`${apiOrigin}/people/search`, { method: "POST", body: JSON.stringify({ email_in: [] }) }));
        return port.find(identifiers);
      },
    }),
  })),
  saboteur("LOOKUP-7", "answers once where it is asked for one identifier twice", () => ({
    lookup: (port) => ({ find: (identifiers) => port.find([...new Map(identifiers.map((each) => [each.reveal(), each])).values()]) }),
  })),
  saboteur("LOOKUP-11", "knows the last of those who work for the account alone", () => ({ auth: (port) => ({ teammates: async () => (await port.teammates!()).slice(-1) }) })),
  saboteur("LOOKUP-2", "calls every match exact", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, matches: result.matches.map((match) => ({ ...match, matchedBy: "exact" })) })) }),
  })),
  saboteur("LOOKUP-3", "includes near matches", () => ({
    lookup: (port) => ({
      find: async (identifiers) =>
        (await port.find(identifiers)).map((result) => ({ ...result, matches: [...result.matches, ...result.nearMatches.map(({ id }): Match => ({ id, kind: "customer", matchedBy: "exact", primary: true, holds: {} }))] })),
    }),
  })),
  saboteur("LOOKUP-3", "includes whoever is spelled alike", () => ({
    lookup: (port) => ({
      find: async (identifiers) =>
        (await port.find(identifiers)).map((result) => ({
          ...result,
          matches: [...result.matches, ...result.nearMatches.filter(({ why }) => why !== "tag").map(({ id }): Match => ({ id, kind: "customer", matchedBy: "exact", primary: true, holds: {} }))],
        })),
    }),
  })),
  saboteur("LOOKUP-3", "keeps near matches to itself", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, nearMatches: [] })) }),
  })),
  saboteur("LOOKUP-4", "trusts the vendor to return the right people", () => ({
    lookup: (port, context) => ({
      find: async (identifiers) => {
        const results = await port.find(identifiers);
        return Promise.all(
          results.map(async (result, n) => {
            if (result.dropped === 0) return result;
            const asked = identifiers[n]!.reveal();
            const response = await context.fetch(new Request(`${context.apiOrigin}/people/search`, { method: "POST", body: JSON.stringify({ email_in: [asked] }) }));
            const { people } = (await response.json()) as { people: { id: string; email: string }[] };
            const strangers = people.filter(({ email }) => "other" in compareEmail(asked, email));
            return { ...result, matches: [...result.matches, ...strangers.map(({ id }): Match => ({ id, kind: "customer", matchedBy: "exact", primary: true, holds: {} }))] };
          }),
        );
      },
    }),
  }), ["LOOKUP-3"]),
  saboteur("LOOKUP-5", "calls the vendor before it is asked anything", () => ({
    lookup: (_, context) => {
      context.fetch(new Request(`${context.apiOrigin}/account`)).catch(() => undefined);
      return {};
    },
  })),
  saboteur("LOOKUP-6", "tries a deletion in order to look at a record", () => ({
    lookup: (port, context) => ({
      findById: async (...asked) => {
        await context.fetch(new Request(`${context.apiOrigin}/people/nobody`, { method: "DELETE" }));
        return port.findById(...asked);
      },
    }),
  }), ["DELETE-1"]),
  saboteur("LOOKUP-7", "answers in another order than it was asked", () => ({ lookup: (port) => ({ find: async (identifiers) => [...(await port.find(identifiers))].reverse() }) }), ["LOOKUP-2"]),
  saboteur("LOOKUP-8", "makes a match of a record that is gone", () => ({
    lookup: (port) => ({ findById: async (id, identifiers, extent) => (await port.findById(id, identifiers, extent)) ?? (extent === undefined ? { id, kind: "customer", matchedBy: "chosen", primary: true, holds: {} } : undefined) }),
  }), ["LOOKUP-14"]),
  saboteur("LOOKUP-9", "follows a search round in circles", () => {
    let cursors = 0;
    return {
      lookup: (_, context) => ({
        find: lookupOver(context, {
          request: ({ url, body }) => {
            if (body.cursor !== undefined) body.cursor = body.cursor.replace(/~\d+$/, "");
            return url;
          },
          answer: (json) => (json?.next == null ? json : { ...json, next: `${json.next}~${++cursors}` }),
        }).find,
      }),
    };
  }),
  saboteur("LOOKUP-10", "includes archived records that nobody asked for", () => ({
    lookup: (port) => ({
      find: async (identifiers) => {
        const archived = await port.findIn!("archived", identifiers);
        return (await port.find(identifiers)).map((result, n) => ({ ...result, matches: [...result.matches, ...archived[n]!.matches] }));
      },
    }),
  }), ["DOUBT-13"]),
  saboteur("LOOKUP-10", "looks for archived records in the search, which does not show them", () => ({ lookup: (port) => ({ findIn: (_, identifiers) => port.find(identifiers) }) }), ["DELETE-1", "DOUBT-13", "FAULT-12"]),
  saboteur("LOOKUP-10", "reads nothing of archived people, and says nothing of it", () => ({
    executor: (port) => ({ collect: (input) => port.collect({ ...input, matches: input.matches.filter(({ extent }) => extent === undefined) }) }),
  })),
  saboteur("LOOKUP-11", "knows nobody who works for the account", () => ({ auth: () => ({ teammates: async () => [] }) })),
  saboteur("LOOKUP-11", "takes whom it has looked up for colleagues", () => {
    const known: Identifier[] = [];
    return {
      lookup: (port) => ({
        find: (identifiers) => {
          known.push(...identifiers);
          return port.find(identifiers);
        },
      }),
      auth: (port) => ({ teammates: async () => [...(await port.teammates!()), ...known.map((identifier) => ({ identifier }))] }),
    };
  }, ["SCOPE-7", "DOUBT-11", "SCOPE-12", "SCOPE-13"]),
];
