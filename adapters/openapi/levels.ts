import type { Node } from "./shape.js";

/** The operation, its path and the whole document: what is said further out holds where nothing is said further in. */
export type Levels = readonly [operation: Node, path: Node, document: Node];

/** The list that holds for an operation, and whether it is the whole document's. */
export type Said = { readonly list: readonly unknown[]; readonly forAll: boolean };

/** What is said nearest to the operation; undefined where nobody says anything. */
export function nearest(levels: readonly Node[], document: Node, key: "servers" | "security"): Said | undefined {
  const level = levels.find((each) => Array.isArray(each[key]));
  const list = level?.[key];
  return Array.isArray(list) ? { list, forAll: level === document } : undefined;
}
