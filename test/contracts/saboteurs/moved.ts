import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import type { CollectInput, ConnectorContext, RequestExecutorPort } from "../../../core/ports.js";
import { executorOver, saboteur, type Saboteur } from "./sabotage.js";

/** What goes wrong with a record that comes to be somebody else's after the search. */
export const MOVED: readonly Saboteur[] = [
  saboteur("DELETE-23", "reads a record before it plans its deletion, and does not look whose it is", () => ({
    executor: (port) => ({
      planDeletion: async (matches, loose, wish) => {
        for (const { id } of matches) await port.look({ category: "person", id });
        return port.planDeletion(matches, loose, wish);
      },
    }),
  })),
  saboteur("ACCESS-20", "packages whatever it reads by its id", () => ({ executor: (_, context) => ({ collect: (input) => believing(context, input, () => true) }) })),
  saboteur("ACCESS-20", "packages a record whose address is merely near by now", () => ({ executor: (_, context) => ({ collect: (input) => believing(context, input, (email, own) => String(email).replace(/\+.*(?=@)/, "") === own) }) })),
  saboteur("ACCESS-20", "packages a record that has no address any more", () => ({ executor: (_, context) => ({ collect: (input) => believing(context, input, (email) => email === "") }) })),
  saboteur("ACCESS-20", "packages an archived record whatever address the list shows by now", () => ({ executor: (_, context) => ({ collect: (input) => believingTheList(context, input, () => true) }) })),
  saboteur("ACCESS-20", "packages an archived record that the list shows without an address by now", () => ({ executor: (_, context) => ({ collect: (input) => believingTheList(context, input, (email) => email === null) }) })),
  saboteur("ACCESS-20", "takes another case for another address", () => ({
    executor: (_, context) => ({
      collect: (input) => executorOver(context, { answer: (json) => (typeof json?.email === "string" && json.email !== json.email.toLowerCase() ? { ...json, email: "canary.of.another@contract.example" } : json) }).collect(input),
    }),
  })),
  saboteur("ACCESS-20", "says nothing of a record that is somebody else's by now", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const { strangers = [], gaps, ...page } of port.collect(input)) yield { ...page, gaps: strangers.length > 0 ? [] : gaps };
      },
    }),
  })),
  saboteur("ACCESS-20", "counts a record that is somebody else's by now among the person's", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const { strangers: _, ...page } of port.collect(input)) yield page;
      },
    }),
  })),
  saboteur("ACCESS-20", "leaves the record out, and packages what hangs on it", () => ({
    executor: (port, context) => ({
      collect: async function* (input) {
        const moved: string[] = [];
        for await (const page of port.collect(input)) {
          moved.push(...(page.strangers ?? []));
          yield page;
        }
        const matches = input.matches.filter(({ id }) => moved.includes(id));
        for await (const page of createMemoryConnector().executor(context).collect({ ...input, matches, categories: ["order"], checkpoint: undefined })) yield page;
      },
    }),
  })),
];

/** Collects as if each record carried the person's address still of which this says so. */
export function believing(context: ConnectorContext, input: CollectInput, isOwn: (email: string | null, own: string) => boolean): ReturnType<RequestExecutorPort["collect"]> {
  const own = input.identifiers[0]?.reveal() ?? "";
  return executorOver(context, { answer: (json) => (json?.email !== undefined && isOwn(json.email, own) ? { ...json, email: own } : json) }).collect(input);
}

/** The same of those whom the list of archived people shows. */
function believingTheList(context: ConnectorContext, input: CollectInput, isOwn: (email: string | null) => boolean): ReturnType<RequestExecutorPort["collect"]> {
  const own = input.identifiers[0]?.reveal() ?? "";
  const believed = (person: { readonly id: string; readonly email: string | null }) => (input.matches.some(({ id }) => id === person.id) && isOwn(person.email) ? { ...person, email: own } : person);
  return executorOver(context, { answer: (json) => (json?.people === undefined ? json : { ...json, people: json.people.map(believed) }) }).collect(input);
}
