import type { Alternative } from "./alternatives.js";
import { alternativesOf, meantFor } from "./alternatives.js";
import { narrowedBounds } from "./bounds.js";
import { isAmong, type Pair, type Side } from "./pairs.js";
import { shapeOf, type Node } from "./shape.js";

/**
 * Where a request may send more than is taken there. What may be one thing or another is compared with what is meant for it: that a list of
 * another kind is not bounded says nothing about this one.
 */
export function compareBounds(our: Side, their: Side, pointer: string, note: (pointer: string, problem: string) => void): void {
  const told = new Set<string>();
  const tell = (at: string, problem: string): void => {
    if (told.has(`${at} ${problem}`)) return;
    told.add(`${at} ${problem}`);
    note(at, problem);
  };
  const compare = (ours: readonly Node[], theirs: readonly Node[], at: string, above: readonly Pair[]): void => {
    if (isAmong(above, { ours, theirs })) return;
    const path = [...above, { ours, theirs }];
    const alternatives = alternativesOf(their.document, theirs);
    for (const one of alternativesOf(our.document, ours)) {
      const meant = meantFor(one, our.document, alternatives, their.document);
      if (meant.length > 0) compareOne(one, meant, at, path);
    }
  };
  const compareOne = (one: Alternative, meant: readonly Alternative[], at: string, path: readonly Pair[]): void => {
    const [ourShape, theirShape] = [shapeOf(our.document, [one.node]), shapeOf(their.document, meant.map(({ node }) => node))];
    const problem = narrowedBounds(ourShape, theirShape);
    if (problem !== undefined) tell(at, problem);
    for (const [name, nodes] of ourShape.properties) compare(nodes, theirShape.properties.get(name) ?? [], `${at}/${name}`, path);
    if (one.item !== undefined) compare([one.item], [...new Set(meant.flatMap(({ item }) => (item === undefined ? [] : [item])))], `${at}/[]`, path);
  };
  compare(our.nodes, their.nodes, pointer, []);
}
