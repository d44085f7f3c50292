import { lookupOver, saboteur, type Saboteur } from "./sabotage.js";

/** What goes wrong with somebody of whom little is known. */
export const NAMELESS: readonly Saboteur[] = [
  saboteur("DELETE-8", "chooses whoever has a name by itself", amongPeople((people) => (people.some(isNamed) ? people.filter(isNamed) : people))),
  saboteur("DELETE-8", "takes a record without a name for no person of its own", amongPeople((people) => people.map((person) => (isNamed(person) ? person : { ...person, kind: "prospect" })))),
];

function amongPeople(choose: (people: readonly any[]) => readonly any[]): Parameters<typeof saboteur>[2] {
  return () => ({ lookup: (_, context) => ({ find: lookupOver(context, { answer: (json) => (json?.people === undefined ? json : { ...json, people: choose(json.people) }) }).find }) });
}

function isNamed({ name }: { readonly name?: unknown }): boolean {
  return name !== undefined && name !== null && name !== "";
}
