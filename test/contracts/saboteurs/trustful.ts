import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import type { Identifier } from "../../../core/identifier.js";
import type { ConnectorContext, RequestExecutorPort, Teammate } from "../../../core/ports.js";
import { executorOver, saboteur, type Edit, type Saboteur } from "./sabotage.js";

/** What takes for true what was true once, or is true of most. */
export const TRUSTFUL: readonly Saboteur[] = [
  saboteur("DELETE-18", "makes sure of a message no second time in one process", () => {
    const sure = new Set<string>();
    return {
      executor: (port) => ({
        confirm: async (target, alone) => {
          if (!sure.has(target.id)) await port.confirm!(target, alone);
          sure.add(target.id);
        },
      }),
    };
  }),
  saboteur("DELETE-21", "takes a record of the same address for the person's own, though a human keeps it", () => ({
    executor: (port, context) => {
      const everybody = async (identifiers: readonly Identifier[]) => (await createMemoryConnector().lookup(context).find(identifiers)).flatMap(({ matches }) => matches);
      return {
        planDeletion: async (matches, policies, wish) => {
          const others = (await everybody(wish?.identifiers ?? [])).filter(({ id }) => !matches.some((each) => each.id === id));
          const outline = await port.planDeletion([...matches, ...others], policies, wish);
          return { ...outline, targets: outline.targets.filter((target) => !others.some(({ id }) => id === target.id)) };
        },
        confirm: async (target, alone) => port.confirm!(target, { ...alone, ids: [...alone.ids, ...(await everybody(alone.identifiers)).map(({ id }) => id)] }),
      };
    },
  })),
  saboteur("LOOKUP-11", "remembers who works for the account for as long as it runs", () => {
    let team: Promise<readonly Teammate[]> | undefined;
    return { auth: (port, { workspaceId }) => ({ teammates: async () => (workspaceId === undefined ? port.teammates!() : (team ??= port.teammates!())) }) };
  }),
  saboteur("LOOKUP-11", "remembers who works for the account for half an hour", () => {
    let read = { at: Number.NEGATIVE_INFINITY, team: [] as readonly Teammate[] };
    return {
      auth: (port, { clock, workspaceId }) => ({
        teammates: async () => {
          if (workspaceId === undefined) return port.teammates!();
          if (clock.now() - read.at > 1_800_000) read = { at: clock.now(), team: await port.teammates!() };
          return read.team;
        },
      }),
    };
  }),
  saboteur("LOOKUP-11", "knows colleagues by plain addresses alone", () => ({
    auth: (port) => ({ teammates: async () => (await port.teammates!()).filter(({ identifier }) => /^[a-z0-9.]+@[a-z0-9.-]+$/.test(identifier?.reveal() ?? "")) }),
  })),
  saboteur("DELETE-16", "takes whoever bears an id that is part of the person's for the person", () => ({
    executor: (_, context) => ({
      planDeletion: (matches, ...rest) => executorOver(context, { answer: knownBy((id) => matches.find((each) => each.id.includes(id))?.id) }).planDeletion(matches, ...rest),
      confirm: (target, alone) => executorOver(context, { answer: knownBy((id) => alone.ids.find((each) => each.includes(id))) }).confirm!(target, alone),
    }),
  })),
  saboteur("DELETE-16", "takes whoever bears an id that begins with the person's for the person", () => ({
    executor: (_, context) => ({
      planDeletion: (matches, ...rest) => executorOver(context, { answer: knownBy((id) => matches.find((each) => id.startsWith(each.id))?.id) }).planDeletion(matches, ...rest),
      confirm: (target, alone) => executorOver(context, { answer: knownBy((id) => alone.ids.find((each) => id.startsWith(each))) }).confirm!(target, alone),
    }),
  })),
  saboteur("ACCESS-17", "tells of whoever bears an id that is part of the person's", () => ({
    executor: (_, context) => ({
      collect: (input) => executorOver(context, { answer: knownBy((id) => input.matches.find((each) => each.id.includes(id))?.id) }).collect(input),
    }),
  })),
  saboteur("ACCESS-22", "withholds the first of several notes alone", () => ({ executor: (_, context) => ({ collect: withOneLeft(context, "notes") }) })),
  saboteur("ACCESS-18", "withholds the first of several colleagues alone", () => ({ executor: (_, context) => ({ collect: withOneLeft(context, "staff") }) })),
  saboteur("LOOKUP-10", "shows no gap for the lists of somebody archived", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        for await (const page of port.collect(input)) yield { ...page, gaps: page.gaps.filter(({ category, code }) => category === "person" || code !== "ARCHIVED_NOT_READABLE") };
      },
    }),
  })),
  saboteur("DELETE-19", "says of no messages that they are not shown where some are", () => ({
    executor: (port) => ({
      planDeletion: async (...asked) => {
        const outline = await port.planDeletion(...asked);
        const some = [...outline.targets, ...(outline.dependents ?? [])].some(({ category }) => category === "message");
        return { ...outline, warnings: some ? [] : outline.warnings };
      },
    }),
  })),
];

/** Writes the person's own id in the place of one that is taken for it, wherever a message names who has a part in it. */
function knownBy(own: (id: string) => string | undefined): NonNullable<Edit["answer"]> {
  const named = (message: any) => ({ ...message, people: message.people.map((one: any) => ({ ...one, id: own(one.id) ?? one.id })) });
  return (json) => ({ ...json, ...(Array.isArray(json?.messages) ? { messages: json.messages.map(named) } : {}), ...(Array.isArray(json?.people) && json.text !== undefined ? named(json) : {}) });
}

/** Puts back whatever of a list is not the first where it was withheld. */
function withOneLeft(context: ConnectorContext, list: "notes" | "staff"): RequestExecutorPort["collect"] {
  return async function* (input) {
    const rests = new Map<string, readonly unknown[]>();
    const keep = (record: any) => void (record?.[list] === undefined || rests.set(record.id, record[list].slice(1)));
    const reading = executorOver(context, { answer: (json) => [json, ...(json?.messages ?? [])].forEach(keep) });
    for await (const page of reading.collect(input)) {
      yield { ...page, records: page.records.map((record) => (record.redactions === undefined ? record : { ...record, data: { ...(record.data as object), [list]: rests.get(record.id) } })) };
    }
  };
}
