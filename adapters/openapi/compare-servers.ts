import type { Levels } from "./levels.js";
import { nearest } from "./levels.js";
import { isNode, type Node } from "./shape.js";

/** More combinations of a URL's variables than any vendor has servers. */
const MAX_VARIANTS = 200;

/** Servers that calls of the operation go to and that are not named there any more. */
export function lostServers(ours: Levels, theirs: Levels): { readonly urls: readonly string[]; readonly forAll: boolean } {
  const [our, their] = [nearest(ours, ours[2], "servers"), nearest(theirs, theirs[2], "servers")];
  if (our === undefined) return { urls: [], forAll: true };
  const named = new Set(their?.list.flatMap(urlsOf));
  return { urls: our.list.flatMap(urlsOf).filter((url) => !named.has(url)), forAll: our.forAll && their?.forAll !== false };
}

function urlsOf(server: unknown): string[] {
  if (!isNode(server) || typeof server["url"] !== "string") return [];
  const variables = isNode(server["variables"]) ? server["variables"] : {};
  return Object.entries(variables).reduce(filledIn, [server["url"]]).map(plain);
}

function filledIn(urls: readonly string[], [name, variable]: [string, unknown]): string[] {
  return urls.flatMap((url) => valuesOf(variable).map((value) => url.replaceAll(`{${name}}`, value))).slice(0, MAX_VARIANTS);
}

function valuesOf(variable: unknown): readonly string[] {
  const { enum: listed, default: preset }: Node = isNode(variable) ? variable : {};
  return Array.isArray(listed) && listed.length > 0 ? listed.map(String) : [String(preset)];
}

/** The same server, however it is written. */
function plain(url: string): string {
  return (URL.canParse(url) ? new URL(url).href : url).replace(/\/+$/, "");
}
