import type { Node } from "./shape.js";

/** Alternatives for one place, with the document that their references belong to. */
export type Side = { readonly document: Node; readonly nodes: readonly Node[] };

/** What is compared with what at one place. */
export type Pair = { readonly ours: readonly Node[]; readonly theirs: readonly Node[] };

/** Whether the same is being compared further up already, as with schemas that contain themselves. */
export function isAmong(above: readonly Pair[], { ours, theirs }: Pair): boolean {
  return above.some((pair) => same(pair.ours, ours) && same(pair.theirs, theirs));
}

function same(left: readonly Node[], right: readonly Node[]): boolean {
  return left.length === right.length && left.every((node, index) => node === right[index]);
}
