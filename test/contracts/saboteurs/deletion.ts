import { DsrError } from "../../../core/errors.js";
import type { LookupResult } from "../../../core/ports.js";
import { mutateInVain, saboteur, type Saboteur } from "./sabotage.js";

let plans = 0;

export const DELETION_SABOTEURS: readonly Saboteur[] = [
  saboteur("DELETE-1", "mutates while it plans", () => ({
    executor: (port, context) => ({
      planDeletion: async (matches) => {
        await mutateInVain(context);
        return port.planDeletion(matches);
      },
    }),
  })),
  saboteur(
    "DELETE-2",
    "deletes the first target only, and claims the others",
    () => ({
      executor: (port) => {
        const erased: string[] = [];
        const claimed = (id: string) => erased.length > 0 && erased[0] !== id;
        return {
          erase: async (target) => {
            erased.push(target.id);
            return claimed(target.id) ? { answer: "deleted" } : port.erase(target);
          },
          look: async (target) => (claimed(target.id) ? { answer: "absent" } : port.look(target)),
        };
      },
    }),
    ["DELETE-5", "DELETE-14", "FAULT-8"],
  ),
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
        erase: async (target) => {
          const answer = await port.erase(target);
          await port.erase(target);
          return answer;
        },
      }),
    }),
    ["DELETE-5", "DOUBT-5"],
  ),
  saboteur("DELETE-5", "remembers in the process what it deleted", () => {
    const erasedBy = new Map<string, object>();
    return {
      executor: (port) => ({
        erase: async (target) => {
          const answer = await port.erase(target);
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
  }, ["DOUBT-10", "DOUBT-11", "DOUBT-12"]),
  saboteur(
    "DELETE-6",
    "takes \"no such record\" for a deletion of its own",
    () => ({
      executor: (port) => ({
        erase: async (target) => {
          const answer = await port.erase(target);
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
        erase: async (target) => {
          const answer = await port.erase(target);
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
  saboteur(
    "DELETE-9",
    "plans fewer records than it finds",
    () => ({ executor: (port) => ({ planDeletion: (matches) => port.planDeletion(matches.filter((match) => match.primary)) }) }),
    ["DELETE-2", "DELETE-5", "DELETE-14"],
  ),
  saboteur("DELETE-10", "plans differently each time", () => ({
    executor: (port) => ({ planDeletion: async (matches) => ({ ...(await port.planDeletion(matches)), kept: [{ category: "order", reason: `plan ${++plans}` }] }) }),
  })),
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
    executor: (port) => ({ erase: async (target) => ({ answer: (await port.erase(target)).answer }) }),
  }), ["DELETE-2", "DELETE-3", "DELETE-5", "DELETE-7", "DELETE-8", "DELETE-14", "DOUBT-4", "DOUBT-5", "DOUBT-10", "DOUBT-11", "DOUBT-12", "SCOPE-3", "SCOPE-7"]),
  saboteur("DELETE-13", "plans targets of a category that it does not declare", () => ({
    executor: (port) => ({
      planDeletion: async (matches) => {
        const outline = await port.planDeletion(matches);
        return { ...outline, targets: outline.targets.map((target) => ({ ...target, category: "internal" })) };
      },
    }),
  })),
  saboteur("DELETE-13", "names what it keeps as no category is named", () => ({
    executor: (port) => ({ planDeletion: async (matches) => ({ ...(await port.planDeletion(matches)), kept: [{ category: "Order no. 1", reason: "it is kept" }] }) }),
  })),
  saboteur("DELETE-14", "plans two records of a person at most", () => ({ executor: (port) => ({ planDeletion: (matches) => port.planDeletion(matches.slice(0, 2)) }) })),
];
