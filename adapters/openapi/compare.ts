import type { OpenApiDescription, Deviation } from "../../core/api-description.js";
import { answerOf, answersOf } from "./compare-responses.js";
import { compareSchemas, type Note } from "./compare-schemas.js";
import { securityProblem } from "./compare-security.js";
import { lostServers } from "./compare-servers.js";
import type { Levels } from "./levels.js";
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
  const add = (finding: Finding): void => {
    // What the whole document says is met at each operation.
    if (finding.operation !== "" || !findings.some(({ operation, pointer }) => operation === "" && pointer === finding.pointer)) findings.push(finding);
  };
  const theirPaths = new Map(entries(theirs["paths"]).map(([path, item]) => [anonymous(path), { path, item }]));
  for (const [path, item] of entries(ours["paths"])) {
    const their = theirPaths.get(anonymous(path));
    for (const method of METHODS) {
      const operation = item[method];
      if (!isNode(operation)) continue;
      const theirOperation = their?.item[method];
      const note: Note = (change, pointer, problem) => {
        add({ operation: `${method.toUpperCase()} ${path}`, pointer, change, problem });
      };
      if (!isNode(theirOperation)) {
        note("removed", "", their === undefined ? "the path is not described there" : "the method is not described there");
        continue;
      }
      if (isNewlyDeprecated(operation, theirOperation)) note("deprecated", "", "is deprecated there");
      const levels: Both = { our: [operation, item, ours], their: [theirOperation, their?.item ?? {}, theirs] };
      compareSurroundings(levels, note, (pointer, change, problem) => add({ operation: "", pointer, change, problem }));
      compareOperations(levels, note);
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

/** One place as a line: `GET /events /parameters/query/before`, or `/security` of the whole description. */
export function placeOf({ operation, pointer }: Pick<Finding, "operation" | "pointer">): string {
  return [operation, pointer].filter((part) => part !== "").join(" ");
}

/** What is new beside a place that differs is told apart from it. */
function explains(deviation: Deviation, finding: Finding): boolean {
  return finding.change !== "added" && deviation.operation === finding.operation && deviation.pointer === finding.pointer;
}

/** Where a place is not there at all, nothing is known of what was in it. */
function takesAlong({ change, operation, pointer }: Finding, deviation: Deviation): boolean {
  return change === "removed" && operation === deviation.operation && deviation.pointer.startsWith(`${pointer}/`);
}

type Both = { readonly our: Levels; readonly their: Levels };

/** Where the calls go and what they carry: of one operation, or of all where both say it for all. */
function compareSurroundings({ our, their }: Both, note: Note, noteOfAll: (pointer: string, change: Change, problem: string) => void): void {
  const lost = lostServers(our, their);
  for (const url of lost.urls) {
    const [pointer, problem] = [`/servers/${url}`, "calls go there, and the server is not named there any more"];
    if (lost.forAll) noteOfAll(pointer, "removed", problem);
    else note("removed", pointer, problem);
  }
  const security = securityProblem(our, their);
  if (security?.forAll === true) noteOfAll("/security", "retyped", security.problem);
  else if (security !== undefined) note("retyped", "/security", security.problem);
}

function compareOperations({ our, their }: Both, note: Note): void {
  const [[operation, , ours], [theirOperation, , theirs]] = [our, their];
  compareParameters(our, their, note);
  compareRequestBodies(ours, operation, theirs, theirOperation, note);
  for (const [status, response] of answersOf(operation)) {
    const pointer = `/responses/${status}`;
    const theirResponse = answerOf(theirOperation, status);
    if (theirResponse === undefined) note("removed", pointer, "the status is not described there");
    else if (status.startsWith("2")) compareContents(ours, resolve(ours, response), theirs, resolve(theirs, theirResponse), pointer, "response", note);
  }
  for (const [status] of answersOf(theirOperation)) {
    if (answerOf(operation, status) === undefined) note("added", `/responses/${status}`, "may be the answer there, and is unknown here");
  }
}

function compareParameters(our: Levels, their: Levels, note: Note): void {
  const [ours, theirs] = [our[2], their[2]];
  const theirParameters = parametersOf(their);
  const ourParameters = parametersOf(our);
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
  const [ourBody, theirBody] = [resolve(ours, our["requestBody"]), resolve(theirs, their["requestBody"])];
  if (our["requestBody"] === undefined) {
    if (theirBody["required"] === true) note("required", "/requestBody", "a body is required there, and none is sent from here");
    else if (their["requestBody"] !== undefined) note("added", "/requestBody", "a body is new there");
    return;
  }
  if (their["requestBody"] === undefined) return note("removed", "/requestBody", "no body is described there");
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
function parametersOf([operation, path, document]: Levels): Map<string, Node> {
  const listed = [path, operation].flatMap(({ parameters }): unknown[] => (Array.isArray(parameters) ? parameters : []));
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
