import { compareBounds } from "./compare-bounds.js";
import { isAmong, type Pair, type Side } from "./pairs.js";
import type { Node, Shape } from "./shape.js";
import { isNewlyDeprecated, leadsNowhere, resolve, shapeOf } from "./shape.js";

export type Note = (change: "added" | "required" | "removed" | "retyped" | "deprecated", pointer: string, problem: string) => void;

/**
 * Whether the two sides fit: in a response whatever they may send must be something we understand, in a request whatever we
 * may send must be something they take. Every field of ours has to exist there; what only they have in an answer is new.
 */
export function compareSchemas(our: Side, their: Side, pointer: string, direction: "request" | "response", note: Note): void {
  const compare = (ours: readonly Node[], theirs: readonly Node[], at: string, above: readonly Pair[]): void => {
    if (isAmong(above, { ours, theirs })) return;
    if (theirs.some((node) => leadsNowhere(their.document, node))) return note("removed", at, "what it refers to is not described there");
    const ourShape = shapeOf(our.document, ours);
    const theirShape = shapeOf(their.document, theirs);
    const problem = direction === "response" ? responseProblem(ourShape, theirShape) : requestProblem(ourShape, theirShape);
    if (problem !== undefined) note("retyped", at, problem);

    const path = [...above, { ours, theirs }];
    for (const [name, nodes] of ourShape.properties) {
      const theirNodes = theirShape.properties.get(name);
      if (theirNodes !== undefined) {
        if (theirNodes.some((node) => isNewlyDeprecated(resolve(our.document, nodes[0]), resolve(their.document, node)))) note("deprecated", `${at}/${name}`, "is deprecated there");
        compare(nodes, theirNodes, `${at}/${name}`, path);
      } else if (theirShape.types.size > 0) note("removed", `${at}/${name}`, "the field is not described there");
    }
    if (ourShape.items.length > 0 && theirShape.types.has("array")) compare(ourShape.items, theirShape.items.length === 0 ? [{}] : theirShape.items, `${at}/[]`, path);
    if (ourShape.properties.size === 0) return;
    for (const name of direction === "request" ? theirShape.required : theirShape.properties.keys()) {
      const isOurs = ourShape.properties.has(name);
      if (isOurs && direction === "request" && !ourShape.required.has(name)) note("required", `${at}/${name}`, "is required there and may be left out here");
      if (!isOurs) note(direction === "request" ? "required" : "added", `${at}/${name}`, direction === "request" ? "is required there and unknown here" : "is new there");
    }
  };
  compare(our.nodes, their.nodes, pointer, []);
  if (direction === "request") compareBounds(our, their, pointer, (at, problem) => note("retyped", at, problem));
}

function responseProblem(our: Shape, their: Shape): string | undefined {
  const problem = misfit(their, our);
  return problem && `${problem.sent} there, ${problem.taken} here`;
}

function requestProblem(our: Shape, their: Shape): string | undefined {
  const problem = misfit(our, their);
  return problem && `${problem.taken} there, ${problem.sent} here`;
}

/** What may be sent and would not be understood. */
function misfit(sent: Shape, taken: Shape): { readonly sent: string; readonly taken: string } | undefined {
  if (sent.types.size === 0 && taken.types.size > 0) return { sent: "may be anything", taken: `must be ${[...taken.types].join(" or ")}` };
  if (sent.types.size > 0 && taken.types.size > 0) {
    const strange = [...sent.types].filter((type) => !taken.types.has(type) && !(type === "integer" && taken.types.has("number")));
    if (strange.length > 0) return { sent: `may be ${strange.join(" or ")}`, taken: `must be ${[...taken.types].join(" or ")}` };
  }
  if (taken.values === undefined) return undefined;
  if (sent.values === undefined) return { sent: "may be any value", taken: "is a list" };
  const values = taken.values;
  const strange = [...sent.values].filter((value) => !values.has(value));
  return strange.length === 0 ? undefined : { sent: `may be ${strange.map(String).join(" or ")}`, taken: "is a list without it" };
}
