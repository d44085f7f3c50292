import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import type { Identifier } from "../../../core/identifier.js";
import type { Teammate } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

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
];
