import type { ManifestFault } from "../../core/registry.js";

/** Far more than any manifest needs, and little enough to be walked at once. */
const LIMITS = { depth: 12, values: 20_000, characters: 10_000, keyCharacters: 64 } as const;

/**
 * The first place at which a value is not JSON of a manifest's size, or undefined. Reads through property descriptors only, so that no
 * code of the document runs; walks with a list instead of recursion, so that no depth exhausts the stack.
 */
export function findNonJson(document: unknown): ManifestFault | undefined {
  const open: { readonly value: unknown; readonly pointer: string; readonly depth: number }[] = [{ value: document, pointer: "", depth: 0 }];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, pointer, depth } = next;
    seen += 1;
    const reason = reasonAgainst(value, depth, seen);
    if (reason !== undefined) return { pointer, reason };
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value) && value.length > LIMITS.values) return { pointer, reason: "it has too many members" };
    const keys = Reflect.ownKeys(value).filter((key) => !(Array.isArray(value) && key === "length"));
    if (keys.length + seen > LIMITS.values) return { pointer, reason: "it has too many members" };
    if (Array.isArray(value) && keys.length !== value.length) return { pointer, reason: "it is a list with holes or with members of its own" };
    for (const key of keys) {
      if (typeof key !== "string" || !/^[\w$.-]+$/.test(key) || key.length > LIMITS.keyCharacters || key === "__proto__") return { pointer, reason: "it has a member whose name is not allowed" };
      const member = Object.getOwnPropertyDescriptor(value, key);
      const place = `${pointer}/${key}`;
      if (member === undefined || !("value" in member) || member.enumerable !== true) return { pointer: place, reason: "it is computed or hidden, not a plain value" };
      open.push({ value: member.value, pointer: place, depth: depth + 1 });
    }
  }
  return undefined;
}

function reasonAgainst(value: unknown, depth: number, seen: number): string | undefined {
  if (depth > LIMITS.depth) return "it is nested too deeply";
  if (seen > LIMITS.values) return "the document is too large";
  switch (typeof value) {
    case "string":
      return value.length > LIMITS.characters ? "it is too long" : undefined;
    case "number":
      return Number.isFinite(value) ? undefined : "it is not a number that JSON knows";
    case "boolean":
      return undefined;
    case "object": {
      if (value === null || Array.isArray(value)) return undefined;
      const prototype: unknown = Object.getPrototypeOf(value);
      return prototype === Object.prototype || prototype === null ? undefined : "it is not a plain object";
    }
    default:
      return "it is not JSON";
  }
}
