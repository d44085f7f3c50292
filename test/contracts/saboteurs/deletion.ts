import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import { DsrError } from "../../../core/errors.js";
import type { Identifier } from "../../../core/identifier.js";
import type { LookupResult, Target } from "../../../core/ports.js";
import { executorOver, mutateInVain, saboteur, type Saboteur } from "./sabotage.js";

let plans = 0;

export const DELETION_SABOTEURS: readonly Saboteur[] = [
  saboteur("DELETE-1", "mutates while it plans", () => ({
    executor: (port, context) => ({
      planDeletion: async (matches, loose, wish) => {
        await mutateInVain(context);
        return port.planDeletion(matches, loose, wish);
      },
    }),
  }), ["DELETE-4", "DELETE-5", "DOUBT-2", "DOUBT-3", "DOUBT-4", "DOUBT-11"]),
  saboteur(
    "DELETE-2",
    "deletes the first target only, and claims the others",
    () => ({
      executor: (port) => {
        const erased: string[] = [];
        const claimed = (id: string) => erased.length > 0 && erased[0] !== id;
        return {
          erase: async (target, policies) => {
            erased.push(target.id);
            return claimed(target.id) ? { answer: "deleted" } : port.erase(target, policies);
          },
          look: async (target) => (claimed(target.id) ? { answer: "absent" } : port.look(target)),
        };
      },
    }),
    ["DELETE-5", "DELETE-14", "DELETE-15", "DELETE-17", "FAULT-8"],
  ),
  saboteur("DELETE-2", "names one call for whatever it deletes and looks at", () => ({
    executor: (port) => ({
      erase: async (...asked) => ({ ...(await port.erase(...asked)), vendorRequestId: "call-1" }),
      look: async (target) => ({ ...(await port.look(target)), vendorRequestId: "call-1" }),
    }),
  })),
  saboteur("DELETE-2", "says of one thing only that it remains", () => ({
    manifest: (manifest) => ({ ...manifest, residuals: [...manifest.residuals, { code: "LOGS", text: "Logs are kept." }] }),
    executor: (port) => ({ planDeletion: async (...asked) => ({ ...(await port.planDeletion(...asked)), residuals: ["LOGS"] }) }),
  })),
  saboteur("DELETE-3", "deletes by address, tags apart, instead of by id", () => ({
    vendor: (vendor) => {
      const addresses = new Map<string, string>();
      return {
        ...vendor,
        addSubject: (wish) => {
          const planted = vendor.addSubject(wish);
          addresses.set(planted.id, wish.identifier.value);
          return planted;
        },
        fetch: async (request) => {
          const address = addresses.get(new URL(request.url).pathname.split("/").at(-1) ?? "");
          if (request.method === "DELETE" && address !== undefined) for (const [id, other] of addresses) if (other !== address && other.replace(/\+\w+/, "") === address) vendor.remove(id);
          return vendor.fetch(request);
        },
      };
    },
  })),
  saboteur(
    "DELETE-4",
    "sends each deletion twice, to be sure",
    () => ({
      executor: (port) => ({
        erase: async (target, policies) => {
          const answer = await port.erase(target, policies);
          await port.erase(target, policies);
          return answer;
        },
      }),
    }),
    ["DELETE-5", "DOUBT-2", "DOUBT-5"],
  ),
  saboteur("DELETE-5", "remembers in the process what it deleted", () => {
    const erasedBy = new Map<string, object>();
    return {
      executor: (port) => ({
        erase: async (target, policies) => {
          const answer = await port.erase(target, policies);
          erasedBy.set(target.id, port);
          return answer;
        },
        look: async (target) => {
          const owner = erasedBy.get(target.id);
          if (owner !== undefined && owner !== port) throw new DsrError("VENDOR_MALFORMED");
          return port.look(target);
        },
      }),
    };
  }, ["DOUBT-10", "DOUBT-11", "DOUBT-12", "FAULT-11"]),
  saboteur(
    "DELETE-6",
    "takes \"no such record\" for a deletion of its own",
    () => ({
      executor: (port) => ({
        erase: async (target, policies) => {
          const answer = await port.erase(target, policies);
          return answer.answer === "absent" ? { answer: "deleted" } : answer;
        },
      }),
    }),
    ["DELETE-7"],
  ),
  saboteur("DELETE-7", "finds again whom it deleted", () => {
    const found = new Map<string, LookupResult>();
    const erased = new Set<string>();
    return {
      executor: (port) => ({
        erase: async (target, policies) => {
          const answer = await port.erase(target, policies);
          erased.add(target.id);
          return answer;
        },
      }),
      lookup: (port) => ({
        find: async (identifiers) =>
          (await port.find(identifiers)).map((result, n) => {
            const asked = identifiers[n]!.reveal();
            const earlier = found.get(asked);
            if (result.matches.length === 0 && earlier?.matches.some(({ id }) => erased.has(id))) return earlier;
            found.set(asked, result);
            return result;
          }),
      }),
    };
  }),
  saboteur("DELETE-8", "takes several people of one address for one", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, matches: result.matches.map((match) => ({ ...match, primary: false })) })) }),
  })),
  saboteur("DELETE-8", "deletes what is related to whoever has the address, chosen or not", () => ({
    executor: (port, context) => {
      const others = async (identifiers: readonly Identifier[]) => (await createMemoryConnector().lookup(context).find(identifiers)).flatMap(({ matches }) => matches);
      return {
        planDeletion: async (matches, loose, wish) => {
          const outline = await port.planDeletion(matches, loose, wish);
          const unchosen = (await others(wish?.identifiers ?? [])).filter(({ id }) => !matches.some((match) => match.id === id));
          const theirs = await port.planDeletion(unchosen, loose, wish);
          return { ...outline, targets: [...theirs.targets.filter(({ category }) => category === "message"), ...outline.targets] };
        },
        confirm: async (target, { ids, identifiers }) => port.confirm!(target, { identifiers, ids: [...ids, ...(await others(identifiers)).map(({ id }) => id)] }),
      };
    },
  })),
  saboteur(
    "DELETE-9",
    "plans fewer records than it finds",
    () => ({ executor: (port) => ({ planDeletion: (matches, loose, wish) => port.planDeletion(matches.filter((match) => match.primary), loose, wish) }) }),
    ["DELETE-2", "DELETE-5", "DELETE-14", "DELETE-15", "DELETE-17"],
  ),
  saboteur("DELETE-10", "plans differently each time", () => ({
    executor: (port) => ({
      planDeletion: async (matches, loose, wish) => {
        const outline = await port.planDeletion(matches, loose, wish);
        return { ...outline, kept: [...outline.kept, { category: "order", reason: `plan ${++plans}` }] };
      },
    }),
  }), ["FAULT-12"]),
  saboteur("DELETE-11", "finds only whom it found before", () => {
    const first = new Map<string, readonly string[]>();
    return {
      lookup: (port) => ({
        find: async (identifiers) =>
          (await port.find(identifiers)).map((result, n) => {
            const asked = identifiers[n]!.reveal();
            const known = first.get(asked);
            if (known === undefined && result.matches.length > 0) first.set(asked, result.matches.map(({ id }) => id));
            return known === undefined ? result : { ...result, matches: result.matches.filter(({ id }) => known.includes(id)) };
          }),
      }),
    };
  }),
  saboteur("DELETE-12", "forgets that the vendor has accepted the order", () => ({
    deletion: "asynchronous",
    executor: (port) => ({ erase: async (target, policies) => ({ answer: (await port.erase(target, policies)).answer }) }),
  }), ["DELETE-2", "DELETE-3", "DELETE-5", "DELETE-6", "DELETE-7", "DELETE-8", "DELETE-14", "DELETE-15", "DELETE-16", "DELETE-17", "DELETE-21", "DOUBT-4", "DOUBT-5", "DOUBT-10", "DOUBT-11", "DOUBT-12", "SCOPE-3", "SCOPE-7", "SCOPE-12", "LOOKUP-11", "DOUBT-13", "FAULT-11"]),
  saboteur("DELETE-13", "plans targets of a category that it does not declare", () => ({
    executor: (port) => ({
      planDeletion: async (matches, loose, wish) => {
        const outline = await port.planDeletion(matches, loose, wish);
        return { ...outline, targets: outline.targets.map((target) => ({ ...target, category: "internal" })) };
      },
    }),
  }), ["DELETE-2", "DELETE-3", "DELETE-4", "DELETE-5", "DELETE-6", "DELETE-7", "DELETE-8", "DELETE-14", "DELETE-15", "DELETE-16", "DELETE-17", "DELETE-21", "DELETE-22", "SCOPE-3", "SCOPE-7", "SCOPE-12", "LOOKUP-11", "DOUBT-2", "DOUBT-3", "DOUBT-4", "DOUBT-5", "DOUBT-7", "DOUBT-10", "DOUBT-11", "DOUBT-12", "DOUBT-13", "FAULT-9", "FAULT-11"]),
  saboteur("DELETE-13", "names what it keeps as no category is named", () => ({
    executor: (port) => ({
      planDeletion: async (matches, loose, wish) => {
        const outline = await port.planDeletion(matches, loose, wish);
        return { ...outline, kept: [...outline.kept, { category: "Order no. 1", reason: "it is kept" }] };
      },
    }),
  })),
  saboteur("DELETE-14", "plans two records of a person at most", () => ({ executor: (port) => ({ planDeletion: (matches, loose, wish) => port.planDeletion(matches.slice(0, 2), loose, wish) }) })),
  saboteur("DELETE-15", "only claims to delete what is related", () => ({
    executor: (port) => ({
      erase: async (target, policies) => (target.category === "person" ? port.erase(target, policies) : { answer: "deleted" }),
      look: async (target) => (target.category === "person" ? port.look(target) : { answer: "absent" }),
    }),
  }), ["DELETE-5", "DELETE-6", "DELETE-17", "FAULT-8", "FAULT-11"]),
  saboteur("DELETE-15", "reads the first page only of what is related", () => ({
    executor: (_, context) => ({ planDeletion: (matches, loose, wish) => executorOver(context, { answer: (json) => (json?.messages !== undefined ? { ...json, next: null } : json) }).planDeletion(matches, loose, wish) }),
  }), ["DELETE-16", "DELETE-17"]),
  saboteur("DELETE-15", "takes a message that two of the person's own records share for somebody else's", () => ({
    executor: (port) => ({
      planDeletion: async (matches, ...asked) => {
        const [whole, ...each] = [await port.planDeletion(matches, ...asked), ...(await Promise.all(matches.map((match) => port.planDeletion([match], ...asked))))];
        const isOwn = (target: Target) => each.some(({ targets }) => targets.some(({ id }) => id === target.id));
        return { ...whole, targets: whole.targets.filter(isOwn), kept: each.flatMap(({ kept }) => kept), dependents: each.flatMap(({ dependents = [] }) => dependents) };
      },
    }),
  })),
  saboteur("DELETE-16", "names nothing of what stays beside a related deletion", () => ({
    executor: (port) => ({ planDeletion: async (matches, loose, wish) => ({ ...(await port.planDeletion(matches, loose, wish)), ...(wish?.erase === "related" ? { dependents: [] } : {}) }) }),
  })),
  saboteur("DELETE-16", "takes what others share for the person's own", () => ({
    executor: (_, context) => ({
      planDeletion: (matches, loose, wish) =>
        executorOver(context, { answer: (json) => (json?.messages !== undefined ? { ...json, messages: json.messages.map((message: any) => ({ ...message, people: matches })) } : json) }).planDeletion(matches, loose, wish),
    }),
  })),
  saboteur("DELETE-17", "names nothing of what hangs on a record", () => ({
    executor: (port) => ({ planDeletion: async (matches, loose, wish) => ({ ...(await port.planDeletion(matches, loose, wish)), dependents: [] }) }),
  }), ["DELETE-16", "DELETE-21"]),
  saboteur("DELETE-17", "deletes what is related unasked", () => ({
    executor: (port) => ({ planDeletion: (matches, loose, wish) => port.planDeletion(matches, loose, wish && { ...wish, erase: "related" }) }),
  }), ["DELETE-2", "DELETE-5", "DELETE-6", "DELETE-9", "DELETE-14", "SCOPE-7", "DOUBT-2", "DOUBT-3", "DOUBT-4", "DOUBT-5", "DOUBT-10", "DOUBT-11", "FAULT-11"]),
  saboteur("DELETE-21", "says that a message is kept which goes with its person", () => ({
    executor: (port) => ({
      planDeletion: async (matches, loose, wish) => {
        const outline = await port.planDeletion(matches, loose, wish);
        const spared = (wish?.spare ?? []).map((id) => ({ category: "message", id, reason: "it is to be kept" }));
        return { ...outline, targets: outline.targets.filter(({ id }) => !spared.some((each) => each.id === id)), kept: [...outline.kept, ...spared] };
      },
    }),
  })),
];
