import { boundsOf, narrowerBounds, widerBounds, type Bounds } from "./bounds.js";

/** What a schema of OpenAPI 3.0 or 3.1 comes to, once references and combinations are resolved. */
export type Shape = {
  /** JSON types; empty where anything goes. */
  readonly types: ReadonlySet<string>;
  /** The allowed values; undefined where any value of the type goes. */
  readonly values: ReadonlySet<unknown> | undefined;
  /** For each field every schema that it may have. */
  readonly properties: ReadonlyMap<string, readonly Node[]>;
  readonly required: ReadonlySet<string>;
  readonly items: readonly Node[];
  readonly bounds: Bounds;
};

export type Node = Readonly<Record<string, unknown>>;

const ANYTHING: Shape = { types: new Set(), values: undefined, properties: new Map(), required: new Set(), items: [], bounds: {} };

/** Whether it refers to something that the document does not hold. */
export function leadsNowhere(document: Node, node: Node): boolean {
  let current = node;
  for (let hops = 0; typeof current["$ref"] === "string" && hops < 20; hops += 1) {
    const next = lookUp(document, current["$ref"]);
    if (next === undefined) return true;
    current = next;
  }
  return typeof current["$ref"] === "string";
}

/** Follows `$ref` within one document; a reference that leads nowhere is an empty schema. */
export function resolve(document: Node, node: unknown): Node {
  let current = isNode(node) ? node : {};
  for (let hops = 0; typeof current["$ref"] === "string" && hops < 20; hops += 1) {
    const { $ref: reference, ...beside } = current;
    current = { ...(lookUp(document, String(reference)) ?? {}), ...beside };
  }
  return current;
}

/** The one shape of several alternatives. `open` holds the references being resolved, so that a schema may contain itself. */
export function shapeOf(document: Node, nodes: readonly Node[], open: ReadonlySet<string> = new Set()): Shape {
  return nodes.map((node) => single(document, node, open)).reduce(either, undefined) ?? ANYTHING;
}

/** Of each document's nodes: many schemas are named again and again, within one another. */
const known = new WeakMap<Node, WeakMap<Node, Shape>>();

function single(document: Node, node: Node, open: ReadonlySet<string>): Shape {
  const reference = typeof node["$ref"] === "string" ? node["$ref"] : undefined;
  if (reference !== undefined && open.has(reference)) return ANYTHING;
  const shapes = known.get(document) ?? new WeakMap<Node, Shape>();
  known.set(document, shapes);
  const shape = shapes.get(node) ?? combinedShape(document, node, reference, open);
  shapes.set(node, shape);
  return shape;
}

function combinedShape(document: Node, node: Node, reference: string | undefined, open: ReadonlySet<string>): Shape {
  const within = reference === undefined ? open : new Set([...open, reference]);
  const schema = resolve(document, node);
  const own = ownShape(schema);
  const all = nodesOf(schema["allOf"]).map((part) => single(document, part, within));
  const alternatives = [nodesOf(schema["oneOf"]), nodesOf(schema["anyOf"])].filter((parts) => parts.length > 0)
    .map((parts) => shapeOf(document, parts, within));
  const combined = [...all, ...alternatives].reduce(both, own);
  return schema["nullable"] === true && combined.types.size > 0 ? { ...combined, types: new Set([...combined.types, "null"]) } : combined;
}

function ownShape(schema: Node): Shape {
  const properties = isNode(schema["properties"]) ? schema["properties"] : {};
  const listed = Array.isArray(schema["enum"]) ? schema["enum"] : "const" in schema ? [schema["const"]] : undefined;
  return {
    types: typesOf(schema, listed),
    values: listed === undefined ? undefined : new Set(listed),
    properties: new Map(Object.entries(properties).map(([name, node]) => [name, isNode(node) ? [node] : [{}]])),
    required: new Set(Array.isArray(schema["required"]) ? schema["required"].map(String) : []),
    items: isNode(schema["items"]) ? [schema["items"]] : [],
    bounds: boundsOf(schema),
  };
}

function typesOf(schema: Node, listed: readonly unknown[] | undefined): Set<string> {
  const { type } = schema;
  if (typeof type === "string") return new Set([type]);
  if (Array.isArray(type)) return new Set(type.map(String));
  if (isNode(schema["properties"])) return new Set(["object"]);
  if (isNode(schema["items"])) return new Set(["array"]);
  return new Set(listed?.map((value) => (value === null ? "null" : typeof value)) ?? []);
}

/** Everything that one or the other allows. */
function either(left: Shape | undefined, right: Shape): Shape {
  if (left === undefined) return right;
  const untyped = left.types.size === 0 || right.types.size === 0;
  return {
    types: untyped ? new Set() : new Set([...left.types, ...right.types]),
    values: left.values === undefined || right.values === undefined ? undefined : new Set([...left.values, ...right.values]),
    properties: merged(left.properties, right.properties),
    required: new Set([...left.required].filter((name) => right.required.has(name))),
    items: distinct(left.items, right.items),
    bounds: widerBounds(left, right),
  };
}

/** What one and the other say together. */
function both(left: Shape, right: Shape): Shape {
  return {
    types: left.types.size === 0 ? right.types : left.types,
    values: left.values ?? right.values,
    properties: merged(left.properties, right.properties),
    required: new Set([...left.required, ...right.required]),
    items: distinct(left.items, right.items),
    bounds: narrowerBounds(left.bounds, right.bounds),
  };
}

function merged(left: Shape["properties"], right: Shape["properties"]): Map<string, readonly Node[]> {
  const result = new Map(left);
  for (const [name, nodes] of right) result.set(name, distinct(result.get(name) ?? [], nodes));
  return result;
}

function distinct(left: readonly Node[], right: readonly Node[]): readonly Node[] {
  return [...new Set([...left, ...right])];
}

/** What stands at a reference within the document. */
export function lookUp(document: Node, reference: string): Node | undefined {
  if (!reference.startsWith("#/")) return undefined;
  let current: unknown = document;
  for (const part of reference.slice(2).split("/")) {
    current = isNode(current) ? current[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  }
  return isNode(current) ? current : undefined;
}

function nodesOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Whether one is on its way out and the other does not say so. */
export function isNewlyDeprecated(ours: Node, theirs: Node): boolean {
  return theirs["deprecated"] === true && ours["deprecated"] !== true;
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
