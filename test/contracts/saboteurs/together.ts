import { setTimeout as pass } from "node:timers/promises";
import type { Identifier } from "../../../core/identifier.js";
import type { CollectInput, Target } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** What keeps in one place what belongs to each call, and is right as long as nothing else is done at the same time. */
export const TOGETHER: readonly Saboteur[] = [
  saboteur("TOGETHER-1", "keeps in one variable who is looked for", () => {
    let asked: readonly Identifier[] = [];
    return {
      lookup: (port) => ({
        find: async (identifiers) => {
          asked = identifiers;
          await others();
          return port.find(asked);
        },
      }),
    };
  }, ["TOGETHER-2", "TOGETHER-3"]),
  saboteur("TOGETHER-1", "keeps in one variable which record it looks at", () => {
    let wanted = "";
    return {
      lookup: (port) => ({
        findById: async (id, ...more) => {
          wanted = id;
          await others();
          return port.findById(wanted, ...more);
        },
      }),
    };
  }),
  saboteur("TOGETHER-2", "keeps in one variable what the host decided", () => {
    let settings: CollectInput["settings"];
    return {
      executor: (port) => ({
        collect: (input) => {
          settings = input.settings;
          return port.collect({
            ...input,
            get settings() {
              return settings;
            },
          });
        },
      }),
    };
  }),
  saboteur("TOGETHER-2", "leaves out of a package what another one has that is made at the same time", () => {
    let running = 0;
    const seen = new Set<string>();
    const isNew = (key: string): boolean => !seen.has(key) && seen.add(key).size > 0;
    return {
      executor: (port) => ({
        collect: async function* (input) {
          if (running++ === 0) seen.clear();
          try {
            for await (const page of port.collect(input)) yield { ...page, records: page.records.filter(({ category, id }) => isNew(`${category} ${id}`)) };
          } finally {
            running -= 1;
          }
        },
      }),
    };
  }, ["TOGETHER-4"]),
  saboteur("TOGETHER-3", "keeps in one variable what it deletes", () => {
    let target: Target;
    return {
      executor: (port) => ({
        erase: async (wanted, ...more) => {
          target = wanted;
          await others();
          return port.erase(target, ...more);
        },
      }),
    };
  }),
  saboteur("TOGETHER-4", "gives two connections that ask whose account it is at the same time one answer", () => {
    let underWay: Promise<unknown> | undefined;
    return {
      auth: (port) => ({
        account: async () => {
          underWay ??= port.account().finally(() => (underWay = undefined));
          return underWay as ReturnType<typeof port.account>;
        },
      }),
    };
  }),
  saboteur("TOGETHER-4", "gives two connections that ask for a permission at the same time one answer", () => {
    const underWay = new Map<string, Promise<unknown>>();
    return {
      auth: (port) => ({
        probe: async (scopeId, ...more) => {
          const answer = underWay.get(scopeId) ?? port.probe(scopeId, ...more).finally(() => underWay.delete(scopeId));
          underWay.set(scopeId, answer);
          return answer as ReturnType<typeof port.probe>;
        },
      }),
    };
  }),
];

/** As long as a call takes: whatever else is being done comes as far. */
const others = (): Promise<void> => pass(25);
