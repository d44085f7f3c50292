import { compareSchemas } from "./compare-schemas.js";
import type { Node } from "./shape.js";
import { isNode, resolve } from "./shape.js";

/** One place where a description promises something that the other does not. */
export type Finding = {
  /** Method and path, as in `GET /contacts/{contact_id}`. */
  readonly operation: string;
  /** Where in the operation: `/parameters/query/page`, `/requestBody/query`, `/responses/200/data/[]/id`; empty for the operation itself. */
  readonly pointer: string;
  readonly problem: string;
};

/** A finding that is known, with the reason why it is no mistake. */
export type Deviation = Pick<Finding, "operation" | "pointer"> & { readonly reason: string };

const METHODS = ["get", "put", "post", "delete", "patch"] as const;

/** Everything that `ours` relies on and `theirs` does not promise. Both are parsed OpenAPI documents; nothing is read or written. */
export function compareDescriptions(ours: Node, theirs: Node): Finding[] {
  const findings: Finding[] = [];
  const theirPaths = new Map(entries(theirs["paths"]).map(([path, item]) => [anonymous(path), { path, item }]));
  for (const [path, item] of entries(ours["paths"])) {
    const their = theirPaths.get(anonymous(path));
    for (const method of METHODS) {
      const operation = item[method];
      if (!isNode(operation)) continue;
      const theirOperation = their?.item[method];
      const note = (pointer: string, problem: string): void => {
        findings.push({ operation: `${method.toUpperCase()} ${path}`, pointer, problem });
      };
      if (!isNode(theirOperation)) note("", their === undefined ? "the path is not described there" : "the method is not described there");
      else compareOperations(ours, [item, operation], theirs, [their?.item ?? {}, theirOperation], note);
    }
  }
  return findings;
}

/** Takes out what is known. A deviation that explains nothing any more is itself a finding, so that the list stays true. */
export function withoutDeviations(findings: readonly Finding[], deviations: readonly Deviation[]): Finding[] {
  const same = (left: Pick<Finding, "operation" | "pointer">, right: Pick<Finding, "operation" | "pointer">): boolean =>
    left.operation === right.operation && left.pointer === right.pointer;
  const unused = deviations.filter((deviation) => !findings.some((finding) => same(finding, deviation)));
  return [
    ...findings.filter((finding) => !deviations.some((deviation) => same(finding, deviation))),
    ...unused.map(({ operation, pointer }) => ({ operation, pointer, problem: "is listed as a deviation and is none" })),
  ];
}

type Note = (pointer: string, problem: string) => void;
type Levels = readonly [path: Node, operation: Node];

function compareOperations(ours: Node, our: Levels, theirs: Node, their: Levels, note: Note): void {
  compareParameters(ours, our, theirs, their, note);
  compareRequestBodies(ours, our[1], theirs, their[1], note);
  const theirResponses = isNode(their[1]["responses"]) ? their[1]["responses"] : {};
  for (const [status, response] of entries(our[1]["responses"])) {
    if (!status.startsWith("2")) continue;
    const pointer = `/responses/${status}`;
    const theirResponse = theirResponses[status];
    if (theirResponse === undefined) note(pointer, "the status is not described there");
    else compareContents(ours, resolve(ours, response), theirs, resolve(theirs, theirResponse), pointer, "response", note);
  }
}

function compareParameters(ours: Node, our: Levels, theirs: Node, their: Levels, note: Note): void {
  const theirParameters = parametersOf(theirs, their);
  const ourParameters = parametersOf(ours, our);
  for (const [place, parameter] of ourParameters) {
    const pointer = `/parameters/${place}`;
    const theirParameter = theirParameters.get(place);
    if (theirParameter === undefined) note(pointer, "the parameter is not described there");
    else compareSchemas({ document: ours, nodes: [schemaOf(parameter)] }, { document: theirs, nodes: [schemaOf(theirParameter)] }, pointer, "request", note);
  }
  for (const [place, { required }] of theirParameters) {
    if (required === true && !ourParameters.has(place)) note(`/parameters/${place}`, "is required there and unknown here");
  }
}

function compareRequestBodies(ours: Node, our: Node, theirs: Node, their: Node, note: Note): void {
  if (our["requestBody"] === undefined) return;
  if (their["requestBody"] === undefined) note("/requestBody", "no body is described there");
  else compareContents(ours, resolve(ours, our["requestBody"]), theirs, resolve(theirs, their["requestBody"]), "/requestBody", "request", note);
}

function compareContents(ours: Node, our: Node, theirs: Node, their: Node, pointer: string, direction: "request" | "response", note: Note): void {
  const theirContent = isNode(their["content"]) ? their["content"] : {};
  for (const [type, media] of entries(our["content"])) {
    const theirMedia = theirContent[type];
    if (!isNode(theirMedia)) note(pointer, `${type} is not described there`);
    else compareSchemas({ document: ours, nodes: [schemaOf(media)] }, { document: theirs, nodes: [schemaOf(theirMedia)] }, pointer, direction, note);
  }
}

/** Parameters of the path and the operation by place and name, as in `query/page`. */
function parametersOf(document: Node, levels: Levels): Map<string, Node> {
  const listed = levels.flatMap(({ parameters }): unknown[] => (Array.isArray(parameters) ? parameters : []));
  return new Map(listed.map((node) => resolve(document, node)).map((parameter) => [`${String(parameter["in"])}/${String(parameter["name"])}`, parameter]));
}

function schemaOf(holder: Node): Node {
  return isNode(holder["schema"]) ? holder["schema"] : {};
}

function entries(value: unknown): [string, Node][] {
  return isNode(value) ? Object.entries(value).filter((entry): entry is [string, Node] => isNode(entry[1])) : [];
}

/** Two paths are one if only the names of their parameters differ; the parameters themselves are compared by name. */
function anonymous(path: string): string {
  return path.replace(/\{[^}]*\}/g, "{}");
}
