import type { Levels } from "./levels.js";
import { nearest } from "./levels.js";
import { isNode, resolve, type Node } from "./shape.js";

/** What one call carries, each with the permissions that it is asked for: all of it together. */
type Requirement = ReadonlyMap<string, readonly string[]>;

/** How a call has to identify itself there, where that is not how it is done from here; undefined where nothing is said here. */
export function securityProblem(ours: Levels, theirs: Levels): { readonly problem: string; readonly forAll: boolean } | undefined {
  const [our, their] = [nearest(ours, ours[2], "security"), nearest(theirs, theirs[2], "security")];
  if (our === undefined) return undefined;
  const carried = requirements(ours[2], our.list);
  const asked = their === undefined ? undefined : requirements(theirs[2], their.list);
  if (fits(carried, asked)) return undefined;
  return { problem: `${asked === undefined ? "nothing is said of it" : words(asked)} there, ${words(carried)} here`, forAll: our.forAll && their?.forAll !== false };
}

/** Each way of ours has to be enough there. That nothing is asked for any more is a change, too: the place may not be the same. */
function fits(carried: readonly Requirement[], asked: readonly Requirement[] | undefined): boolean {
  if (carried.every(({ size }) => size === 0)) return asked === undefined || asked.some(({ size }) => size === 0);
  if (asked === undefined || asked.every(({ size }) => size === 0)) return false;
  return carried.every((each) => asked.some((there) => isEnough(each, there)));
}

function isEnough(carried: Requirement, asked: Requirement): boolean {
  return [...asked].every(([scheme, permissions]) => {
    const own = carried.get(scheme);
    return own !== undefined && permissions.every((permission) => own.includes(permission));
  });
}

/** An empty list asks for nothing. */
function requirements(document: Node, list: readonly unknown[]): readonly Requirement[] {
  if (list.length === 0) return [new Map()];
  return list.map((each) => new Map(Object.entries(isNode(each) ? each : {}).map(([name, permissions]) => [schemeOf(document, name), Array.isArray(permissions) ? permissions.map(String) : []])));
}

/** What goes along with a call: that has to be the same, not its name in the description. */
function schemeOf(document: Node, name: string): string {
  const components = isNode(document["components"]) ? document["components"] : {};
  const schemes = isNode(components["securitySchemes"]) ? components["securitySchemes"] : {};
  const { type, scheme, in: place, name: key } = resolve(document, schemes[name]);
  if (type === "http") return `http ${String(scheme).toLowerCase()}`;
  if (type === "apiKey") return `a key in the ${String(place)} ${String(place === "header" ? String(key).toLowerCase() : key)}`;
  return typeof type === "string" ? type : `${name}, which is not described,`;
}

function words(alternatives: readonly Requirement[]): string {
  return alternatives.map((each) => (each.size === 0 ? "nothing" : [...each].map(([scheme, permissions]) => [scheme, ...permissions].join(" ")).join(" and "))).join(" or ");
}
