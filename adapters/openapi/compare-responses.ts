import type { Node } from "./shape.js";
import { isNode } from "./shape.js";

/** What the seam makes of these is the same for every operation, whether they are described or not. */
const OF_EVERY_OPERATION: ReadonlySet<string> = new Set(["401", "403", "429"]);

/** Answers that mean something to a connector: successes, and errors that are about the operation. */
export function answersOf(operation: Node): readonly (readonly [status: string, response: unknown])[] {
  return Object.entries(responsesOf(operation)).filter(([status]) => /^[234]/.test(status) && !OF_EVERY_OPERATION.has(status));
}

/** What is described for a status: by itself, for all of its kind or, of an error, for all that is not described otherwise. */
export function answerOf(operation: Node, status: string): unknown {
  const responses = responsesOf(operation);
  const kind = `${status.charAt(0)}XX`;
  return responses[status] ?? responses[kind] ?? responses[kind.toLowerCase()] ?? (status.startsWith("4") ? responses["default"] : undefined);
}

function responsesOf(operation: Node): Node {
  return isNode(operation["responses"]) ? operation["responses"] : {};
}
