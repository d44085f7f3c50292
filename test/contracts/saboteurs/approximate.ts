import { lookupOver, saboteur, type Saboteur } from "./sabotage.js";

/** What is nearly right. */
export const APPROXIMATE: readonly Saboteur[] = [
  saboteur("LOOKUP-3", "takes an address that ends with the one that was asked for", () => ({
    lookup: (_, context) => ({ find: (identifiers) => lookupOver(context, comparedBy((told, asked) => told.endsWith(asked), identifiers.map((each) => each.reveal()))).find(identifiers) }),
  })),
  saboteur("LOOKUP-3", "takes an address that begins with the one that was asked for", () => ({
    lookup: (_, context) => ({ find: (identifiers) => lookupOver(context, comparedBy((told, asked) => told.startsWith(asked), identifiers.map((each) => each.reveal()))).find(identifiers) }),
  })),
  saboteur("LOOKUP-10", "takes for somebody archived whose address ends with the one that was asked for", () => ({
    lookup: (_, context) => ({ findIn: (extent, identifiers) => lookupOver(context, comparedBy((told, asked) => told.endsWith(asked), identifiers.map((each) => each.reveal()))).findIn!(extent, identifiers) }),
  })),
  saboteur("ACCESS-7", "tells of each search when it searched first", () => {
    let first: string | undefined;
    return { lookup: (port) => ({ find: async (identifiers) => (await port.find(identifiers)).map((result) => ({ ...result, searched: result.searched.map((each) => ({ ...each, at: (first ??= each.at) })) })) }) };
  }),
];

/** Answers in which whoever is alike has the address that was asked for. */
function comparedBy(isAlike: (told: string, asked: string) => boolean, asked: readonly string[]): Parameters<typeof lookupOver>[1] {
  return { answer: (json) => ({ ...json, people: json?.people?.map((each: { email: string }) => ({ ...each, email: asked.find((one) => isAlike(each.email, one)) ?? each.email })) }) };
}
