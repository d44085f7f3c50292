import type { Node, Shape } from "./shape.js";
import { resolve, shapeOf } from "./shape.js";

/** One of the things that a place may hold; of a list, with one of the things that its items may be. */
export type Alternative = { readonly node: Node; readonly item?: Node };

/** Whether a schema says anything itself, beside what its alternatives say. */
const OWN = ["allOf", "properties", "items", "enum", "const", "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum"] as const;

/** What the schemas come to once each `oneOf` and `anyOf` is taken apart; a list of this or that is two lists. */
export function alternativesOf(document: Node, nodes: readonly Node[]): readonly Alternative[] {
  return leavesOf(document, nodes).flatMap((node): readonly Alternative[] => {
    const { items } = shapeOf(document, [node]);
    return items.length === 0 ? [{ node }] : leavesOf(document, items).map((item) => ({ node, item }));
  });
}

/** Of theirs those that are meant for ours: they have its fields, and the fewest beside them. */
export function meantFor(our: Alternative, ourDocument: Node, theirs: readonly Alternative[], theirDocument: Node): readonly Alternative[] {
  const rated = theirs.map((their) => ({ their, beside: fieldsBeside(our, ourDocument, their, theirDocument) }));
  const fewest = Math.min(...rated.map(({ beside }) => beside));
  return rated.filter(({ beside }) => beside === fewest && beside < Infinity).map(({ their }) => their);
}

function leavesOf(document: Node, nodes: readonly Node[], seen: Set<unknown> = new Set()): readonly Node[] {
  return nodes.flatMap((node): readonly Node[] => {
    const mark = node["$ref"] ?? node;
    if (seen.has(mark)) return [];
    seen.add(mark);
    const schema = resolve(document, node);
    const parts = [schema["oneOf"], schema["anyOf"]].filter((part): part is Node[] => Array.isArray(part) && part.length > 0);
    const [only] = parts;
    return only === undefined || parts.length > 1 || OWN.some((keyword) => keyword in schema) ? [node] : leavesOf(document, only, seen);
  });
}

/** How many fields theirs has beside those of ours; infinite where ours is not taken by it. */
function fieldsBeside(our: Alternative, ourDocument: Node, their: Alternative, theirDocument: Node): number {
  const own = extra(shapeOf(ourDocument, [our.node]), shapeOf(theirDocument, [their.node]));
  if (own === Infinity || our.item === undefined || their.item === undefined) return own;
  return extra(shapeOf(ourDocument, [our.item]), shapeOf(theirDocument, [their.item]));
}

function extra(our: Shape, their: Shape): number {
  const together = our.types.size === 0 || their.types.size === 0 || [...our.types].some((type) => their.types.has(type) || (type === "integer" && their.types.has("number")));
  if (!together) return Infinity;
  if (their.properties.size === 0) return 0;
  return [...our.properties.keys()].every((name) => their.properties.has(name)) ? their.properties.size - our.properties.size : Infinity;
}
