import type { OpenApiDescription, Deviation } from "../../core/api-description.js";
import { compareSchemas, type Note } from "./compare-schemas.js";
import type { Node } from "./shape.js";
import { isNewlyDeprecated, isNode, resolve } from "./shape.js";

/** What happened to one place, seen from here. `settled`: it was listed as a deviation and is none any more. */
export type Change = "added" | "required" | "removed" | "retyped" | "deprecated" | "settled";

/** One place where the two descriptions differ. */
export type Finding = Pick<Deviation, "operation" | "pointer"> & { readonly change: Change; readonly problem: string };

const NEWLY_REQUIRED = "is required there and may be left out here";

const METHODS = ["get", "put", "post", "delete", "patch"] as const;

/**
 * Everything that `ours` relies on and `theirs` does not promise or is about to give up, and what `theirs` has beside it at the same places.
 * Both are parsed OpenAPI documents; nothing is read or written.
 */
export function compareDescriptions(ours: Node, theirs: Node): Finding[] {
  const findings: Finding[] = [];
  const theirPaths = new Map(entries(theirs["paths"]).map(([path, item]) => [anonymous(path), { path, item }]));
  for (const [path, item] of entries(ours["paths"])) {
    const their = theirPaths.get(anonymous(path));
    for (const method of METHODS) {
      const operation = item[method];
      if (!isNode(operation)) continue;
      const theirOperation = their?.item[method];
      const note: Note = (change, pointer, problem) => {
        findings.push({ operation: `${method.toUpperCase()} ${path}`, pointer, change, problem });
      };
      if (!isNode(theirOperation)) {
        note("removed", "", their === undefined ? "the path is not described there" : "the method is not described there");
        continue;
      }
      if (isNewlyDeprecated(operation, theirOperation)) note("deprecated", "", "is deprecated there");
      compareOperations(ours, [item, operation], theirs, [their?.item ?? {}, theirOperation], note);
    }
  }
  return findings;
}

/** Takes out what is known. A deviation that explains nothing any more is itself a finding, so that the list stays true. */
export function withoutKnown(findings: readonly Finding[], { deviations, unread }: Pick<OpenApiDescription, "deviations" | "unread">): Finding[] {
  const isKnown = ({ change, operation, pointer }: Finding): boolean => change === "added" && (unread[operation]?.includes(pointer) ?? false);
  const unused = deviations.filter((deviation) => !findings.some((finding) => explains(deviation, finding) || takesAlong(finding, deviation)));
  return [
    ...findings.filter((finding) => !isKnown(finding) && !deviations.some((deviation) => explains(deviation, finding))),
    ...unused.map(({ operation, pointer }): Finding => ({ operation, pointer, change: "settled", problem: "is listed as a deviation and is none" })),
  ];
}

/** One place as a line: `GET /events /parameters/query/before`. */
export function placeOf({ operation, pointer }: Pick<Finding, "operation" | "pointer">): string {
  return pointer === "" ? operation : `${operation} ${pointer}`;
}

/** What is new beside a place that differs is told apart from it. */
function explains(deviation: Deviation, finding: Finding): boolean {
  return finding.change !== "added" && deviation.operation === finding.operation && deviation.pointer === finding.pointer;
}

/** Where a place is not there at all, nothing is known of what was in it. */
function takesAlong({ change, operation, pointer }: Finding, deviation: Deviation): boolean {
  return change === "removed" && operation === deviation.operation && deviation.pointer.startsWith(`${pointer}/`);
}

type Levels = readonly [path: Node, operation: Node];

function compareOperations(ours: Node, our: Levels, theirs: Node, their: Levels, note: Note): void {
  compareParameters(ours, our, theirs, their, note);
  compareRequestBodies(ours, our[1], theirs, their[1], note);
  const theirResponses = isNode(their[1]["responses"]) ? their[1]["responses"] : {};
  for (const [status, response] of entries(our[1]["responses"])) {
    if (!status.startsWith("2")) continue;
    const pointer = `/responses/${status}`;
    const theirResponse = theirResponses[status];
    if (theirResponse === undefined) note("removed", pointer, "the status is not described there");
    else compareContents(ours, resolve(ours, response), theirs, resolve(theirs, theirResponse), pointer, "response", note);
  }
}

function compareParameters(ours: Node, our: Levels, theirs: Node, their: Levels, note: Note): void {
  const theirParameters = parametersOf(theirs, their);
  const ourParameters = parametersOf(ours, our);
  for (const [place, parameter] of ourParameters) {
    const pointer = `/parameters/${place}`;
    const theirParameter = theirParameters.get(place);
    if (theirParameter === undefined) note("removed", pointer, "the parameter is not described there");
    else {
      if (isNewlyDeprecated(parameter, theirParameter)) note("deprecated", pointer, "is deprecated there");
      if (theirParameter["required"] === true && parameter["required"] !== true) note("required", pointer, NEWLY_REQUIRED);
      compareSchemas({ document: ours, nodes: [schemaOf(parameter)] }, { document: theirs, nodes: [schemaOf(theirParameter)] }, pointer, "request", note);
    }
  }
  for (const [place, { required }] of theirParameters) {
    if (!ourParameters.has(place)) note(required === true ? "required" : "added", `/parameters/${place}`, required === true ? "is required there and unknown here" : "is new there");
  }
}

function compareRequestBodies(ours: Node, our: Node, theirs: Node, their: Node, note: Note): void {
  if (our["requestBody"] === undefined) return;
  if (their["requestBody"] === undefined) return note("removed", "/requestBody", "no body is described there");
  const [ourBody, theirBody] = [resolve(ours, our["requestBody"]), resolve(theirs, their["requestBody"])];
  if (theirBody["required"] === true && ourBody["required"] !== true) note("required", "/requestBody", NEWLY_REQUIRED);
  compareContents(ours, ourBody, theirs, theirBody, "/requestBody", "request", note);
}

function compareContents(ours: Node, our: Node, theirs: Node, their: Node, pointer: string, direction: "request" | "response", note: Note): void {
  const theirContent = isNode(their["content"]) ? their["content"] : {};
  for (const [type, media] of entries(our["content"])) {
    const theirMedia = theirContent[type];
    if (!isNode(theirMedia)) note("removed", pointer, `${type} is not described there`);
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
