import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import type { ConnectorContext } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

/** Lists beyond the search whose end is somewhere else than where it is taken to be. */
export const CIRCULAR: readonly Saboteur[] = [
  saboteur("LOOKUP-9", "ends a list of archived people that goes round in circles, in silence", () => ({ lookup: (_, context) => ({ findIn: honest.lookup(endingCircles(context)).findIn! }) })),
  saboteur("FAULT-12", "plans with half a list that goes round in circles", () => ({ executor: (_, context) => ({ planDeletion: (...asked) => honest.executor(endingCircles(context)).planDeletion(...asked) }) })),
  saboteur("DOUBT-13", "calls whom it does not see in a list that goes round in circles gone", () => ({ executor: (_, context) => ({ look: (target) => honest.executor(endingCircles(context)).look(target) }) })),
  saboteur("FAULT-12", "plans with the first page of a list of which another one makes no sense", () => ({ executor: (_, context) => ({ planDeletion: (...asked) => honest.executor(endingNonsense(context)).planDeletion(...asked) }) })),
  saboteur("LOOKUP-10", "looks for an archived person by the id alone", () => ({ lookup: (port) => ({ findById: (id, identifiers) => port.findById(id, identifiers) }) })),
  saboteur("LOOKUP-10", "finds by an id among the archived people whoever is shown otherwise", () => ({ lookup: (port) => ({ findById: async (id, identifiers, extent) => (await port.findById(id, identifiers)) ?? (await port.findById(id, identifiers, extent)) }) })),
];

const honest = createMemoryConnector();

/** Takes the place at which a list leads back to itself for its end. */
function endingCircles(context: ConnectorContext): ConnectorContext {
  const taken = new Map<string, Set<string>>();
  return read(context, ({ pathname, searchParams }, json) => {
    const earlier = searchParams.has("cursor") ? (taken.get(pathname) ?? new Set()) : new Set<string>();
    taken.set(pathname, new Set([...earlier, json.next ?? ""]));
    return earlier.has(json.next ?? "") ? { ...json, next: null } : json;
  });
}

/** Takes a further page that holds no list for an empty one. */
function endingNonsense(context: ConnectorContext): ConnectorContext {
  return read(context, ({ searchParams }, json) => (searchParams.has("cursor") && json.messages === undefined ? { messages: [], next: null } : json));
}

type Page = { readonly messages?: unknown; readonly next?: string | null };

function read(context: ConnectorContext, edit: (url: URL, json: Page) => Page): ConnectorContext {
  return {
    ...context,
    fetch: async (request) => {
      const response = await context.fetch(request);
      return response.ok ? Response.json(edit(new URL(request.url), (await response.json()) ?? {}), { headers: response.headers }) : response;
    },
  };
}
