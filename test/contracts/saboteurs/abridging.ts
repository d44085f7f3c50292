import type { CollectedRecord, RequestExecutorPort } from "../../../core/ports.js";
import { executorOver, saboteur, type Saboteur } from "./sabotage.js";

/** What keeps to a measure that nobody set, or leaves out what seemed to be nothing. */
export const ABRIDGING: readonly Saboteur[] = [
  saboteur("DELETE-14", "plans at most a hundred of a person's records", () => ({ executor: (port) => ({ planDeletion: (matches, ...rest) => port.planDeletion(matches.slice(0, 100), ...rest) }) })),
  saboteur("DELETE-15", "plans at most fifty of a person's messages", outlining(({ targets, ...outline }) => ({ ...outline, targets: [...targets.filter(({ category }) => category === "message").slice(0, 50), ...targets.filter(({ category }) => category !== "message")] }))),
  saboteur("DELETE-16", "says of at most fifty messages that others share them", outlining(({ kept, ...outline }) => ({ ...outline, kept: kept.slice(0, 50) }))),
  saboteur("DELETE-17", "names at most fifty messages that hang on a person's record", outlining(({ dependents = [], ...outline }) => ({ ...outline, dependents: dependents.slice(0, 50) }))),
  saboteur("DELETE-16", "does not say why it keeps a message", outlining(({ kept, ...outline }) => ({ ...outline, kept: kept.map((each) => ({ ...each, reason: "" })) }))),
  saboteur("AUTH-7", "ends every token that the vendor has given", () => {
    const tokens: string[] = [];
    return {
      vendor: (vendor) => ({
        ...vendor,
        issueToken: (wish) => {
          const token = vendor.issueToken(wish);
          tokens.push(token);
          return token;
        },
        fetch: async (request) => {
          const answer = await vendor.fetch(request);
          if (request.method === "DELETE" && new URL(request.url).pathname === "/token") tokens.forEach(vendor.revoke);
          return answer;
        },
      }),
    };
  }),
  saboteur("LOOKUP-1", "finds nobody whose address has more than sixty-four signs", () => ({
    lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result, n) => ((identifiers[n]?.reveal().length ?? 0) > 64 ? { ...result, matches: [] } : result)) }),
  }), ["LOOKUP-11"]),
  saboteur("LOOKUP-13", "calls a record gone that is of another kind than those that it knows", () => ({
    executor: (_, context) => ({
      look: async (target) => {
        let kind: unknown;
        const look = await executorOver(context, { answer: (json) => void (kind = json?.kind) }).look(target);
        return kind === undefined || kind === "customer" || kind === "prospect" ? look : { answer: "absent" };
      },
    }),
  })),
  saboteur("ACCESS-2", "takes at most a hundred records of a page", () => ({
    executor: (_, context) => ({ collect: (input) => executorOver(context, { answer: (json) => ({ ...json, ...(Array.isArray(json?.orders) && { orders: json.orders.slice(0, 100) }) }) }).collect(input) }),
  })),
  saboteur("ACCESS-15", "leaves out a message in which hardly anything is written", () => ({
    executor: (port) => ({ collect: recordsOf(port, (records) => records.filter(({ data }) => ((data as { readonly text?: string }).text?.length ?? 9) > 3)) }),
  })),
  saboteur("ACCESS-15", "leaves out an order without a text", () => ({
    executor: (port) => ({ collect: recordsOf(port, (records) => records.filter(({ data }) => (data as { readonly text?: string }).text !== "")) }),
  })),
  saboteur("ACCESS-17", "takes those who have a part in a message for staff, and staff for those", () => ({
    executor: (port) => ({ collect: recordsOf(port, (records) => records.map(({ redactions, ...record }) => ({ ...record, ...(redactions && { redactions: redactions.map((each) => ({ ...each, rule: SWAPPED[each.rule] ?? each.rule })) }) }))) }),
  }), ["ACCESS-18"]),
];

const SWAPPED: Readonly<Record<string, string>> = { teammate: "participant", participant: "teammate" };

type Outline = Awaited<ReturnType<RequestExecutorPort["planDeletion"]>>;

function outlining(wrong: (outline: Outline) => Outline) {
  return () => ({ executor: (port: RequestExecutorPort) => ({ planDeletion: async (...asked: Parameters<RequestExecutorPort["planDeletion"]>) => wrong(await port.planDeletion(...asked)) }) });
}

function recordsOf(port: RequestExecutorPort, edit: (records: readonly CollectedRecord[]) => readonly CollectedRecord[]): RequestExecutorPort["collect"] {
  return async function* (input) {
    for await (const page of port.collect(input)) yield { ...page, records: edit(page.records) };
  };
}
