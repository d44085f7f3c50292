import { isNode, lookUp, type Node } from "./shape.js";

/** A whole description may have a slip or two; where more of what it refers to is missing, its end is. */
const SLIPS = 0.1;

/** Whether a description ends before its end: YAML that is cut in the middle is YAML. */
export function isCutOff(text: string, document: Node): boolean {
  const referred = [...referencesIn(document)];
  const missing = referred.filter((reference) => lookUp(document, reference) === undefined).length;
  return missing > 0 && (!endsWhole(text) || missing > SLIPS * referred.length);
}

/** Whether its last line is one: where it is not, the end of YAML may be missing without a sign. */
export function endsWhole(text: string): boolean {
  return /[\n\r}]\s*$/.test(text);
}

/** Its references to parts of itself. */
function referencesIn(document: Node): ReadonlySet<string> {
  const found = new Set<string>();
  const seen = new Set<unknown>();
  const left: unknown[] = [document];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    seen.add(value);
    if (isNode(value) && typeof value["$ref"] === "string" && value["$ref"].startsWith("#/")) found.add(value["$ref"]);
    left.push(...(Array.isArray(value) ? (value as readonly unknown[]) : Object.values(value as Node)));
  }
  return found;
}
