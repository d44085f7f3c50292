import type { protocol } from "../../../connectors/intercom/protocol.js";
import type { Identifier } from "../../../core/identifier.js";
import type { LookAnswer } from "../../../core/ports.js";
import { executing } from "./connectors.js";
import type { Bug, Plant } from "./plant.js";

const looking = (change: (look: LookAnswer) => LookAnswer): Plant => executing((port) => ({ look: async (target) => change(await port.look(target)) }));

/** The whole connector with another table of operations or faults. */
const speaking = (change: (table: typeof protocol) => typeof protocol): Plant => ({ connector: (connector) => ({ ...connector, protocol: change(connector.protocol) }) });

/** A connector's author who remembers whom the last search was for. */
let asked: readonly Identifier[] = [];
const bySearch: Plant = {
  connector: (connector) => ({
    ...connector,
    lookup: (context) => {
      const port = connector.lookup(context);
      return { ...port, find: async (identifiers) => port.find((asked = identifiers)) };
    },
    executor: (context) => ({
      ...connector.executor(context),
      look: async ({ id }) => ({ answer: (await connector.lookup(context).find(asked)).some(({ matches }) => matches.some((match) => match.id === id)) ? "present" : "absent" }),
    }),
  }),
};

/** The near matches of the last search, which a careless author has at hand as well. */
let near: readonly string[] = [];
const alsoNear: Plant = {
  connector: (connector) => ({
    ...connector,
    lookup: (context) => {
      const port = connector.lookup(context);
      return {
        ...port,
        find: async (identifiers) => {
          const results = await port.find(identifiers);
          near = results.flatMap(({ nearMatches }) => nearMatches.map(({ id }) => id));
          return results;
        },
      };
    },
    executor: (context) => {
      const port = connector.executor(context);
      return {
        ...port,
        planDeletion: async (...input) => {
          const outline = await port.planDeletion(...input);
          return { ...outline, targets: [...outline.targets, ...near.map((id) => ({ category: "contact", id }))] };
        },
      };
    },
  }),
};

/** Mistakes in deleting, and in making sure of it. */
export const DELETING: Readonly<Record<string, Bug>> = {
  "success is an echo of what was sent": {
    breaks: ["TRUE_DELETION", "READ_FIRST"],
    plant: executing((port) => ({
      erase: async (target) => {
        await port.erase(target);
        return { answer: "deleted" };
      },
      look: async () => ({ answer: "absent" }),
    })),
  },
  "a deletion is verified by searching": { breaks: ["TRUE_DELETION", "TRUE_REMAINING", "READ_FIRST"], plant: bySearch },
  "a proxy's 404 is taken for the record's absence": { breaks: ["TRUE_DELETION", "TRUE_PACKAGE", "TRUE_REASON"], plant: speaking((table) => ({ ...table, errorCode: (body) => table.errorCode(body) ?? "not_found" })) },
  "a merged contact is taken for one that is gone": { breaks: ["TRUE_DELETION", "TRUE_REMAINING"], plant: looking((look) => (look.answer === "merged" ? { answer: "absent" } : look)) },
  "a look never sees that a record is gone": { breaks: ["TRUE_REMAINING"], plant: looking((look) => (look.answer === "absent" ? { answer: "present" } : look)) },
  "a deletion is repeated like a read": {
    breaks: ["READ_FIRST"],
    plant: speaking((table) => ({ ...table, operations: table.operations.map((operation) => (operation.method === "DELETE" ? { ...operation, effect: "read" as const } : operation)) })),
  },
  "near matches are deleted as well": { breaks: ["STRANGER", "TRUE_REASON", "HEALS"], plant: alsoNear },
  // Where the record itself is asked before it goes, the plan turns out stale although nothing has changed.
  "what others take part in is deleted as well": {
    breaks: ["STRANGER", "TRUE_REASON"],
    plant: executing((port) => ({
      planDeletion: async (matches, loose, wish) => {
        const outline = await port.planDeletion(matches, loose, wish);
        const shared = outline.kept.flatMap(({ category, id }) => (id === undefined || ["contact", "call"].includes(category) || wish?.erase !== "related" ? [] : [{ category, id }]));
        return { ...outline, targets: [...outline.targets, ...shared], kept: outline.kept.filter(({ id }) => !shared.some((each) => each.id === id)) };
      },
    })),
  },
  "a look at a merged contact breaks": {
    breaks: ["ERRORS"],
    plant: looking((look) => {
      if (look.answer === "merged") throw new TypeError("cannot read properties of undefined");
      return look;
    }),
  },
};
