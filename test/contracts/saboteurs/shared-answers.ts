import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import type { ConnectorContext, Match } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

const honest = createMemoryConnector();

/** What spares the vendor a call that is under way, or that was made before, and does not ask whose connection it was. */
export const SHARED_ANSWERS: readonly Saboteur[] = [
  saboteur("TOGETHER-4", "gives two connections that look at a record of one id at the same time one answer", () => {
    const shared = sharing();
    return { executor: (_, context) => ({ look: honest.executor(shared(context)).look }) };
  }),
  saboteur("TOGETHER-4", "gives two connections that find a record by one id at the same time one answer", () => {
    const shared = sharing();
    return { lookup: (_, context) => ({ findById: honest.lookup(shared(context)).findById }) };
  }),
  saboteur("TOGETHER-4", "gives two connections that collect records of one id at the same time one answer", () => {
    const shared = sharing();
    return { executor: (_, context) => ({ collect: honest.executor(shared(context)).collect }) };
  }),
  saboteur("TOGETHER-4", "gives two connections that plan the deletion of a record of one id at the same time one answer", () => {
    const shared = sharing();
    return { executor: (_, context) => ({ planDeletion: honest.executor(shared(context)).planDeletion }) };
  }),
  saboteur("TOGETHER-4", "remembers whose a record is by its id, whichever account it was asked in", () => {
    const known = new Map<string, Match["identifiers"]>();
    return {
      lookup: (port) => ({
        findById: async (id, ...more) => {
          const found = await port.findById(id, ...more);
          if (found === undefined) return undefined;
          known.set(id, known.get(id) ?? found.identifiers);
          return { ...found, identifiers: known.get(id) ?? [] };
        },
      }),
    };
  }),
];

/** One call for all that ask for the same path at the same time. */
function sharing(): (context: ConnectorContext) => ConnectorContext {
  const underWay = new Map<string, Promise<Response>>();
  return (context) => ({
    ...context,
    fetch: async (request) => {
      const key = `${request.method} ${request.url}`;
      if (request.method !== "GET") return context.fetch(request);
      const answer = underWay.get(key) ?? context.fetch(request).finally(() => underWay.delete(key));
      underWay.set(key, answer);
      return (await answer).clone();
    },
  });
}
