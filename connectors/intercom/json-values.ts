export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of an object by its own name; undefined of anything else. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/**
 * A copy of a JSON value in which some values are others: `replace` is asked for each, from the outside in, with the name under which it
 * stands. What it does not replace is kept, unknown fields and names such as `__proto__` included.
 */
export function rebuilt(value: unknown, replace: (value: unknown, name: string) => { readonly by: unknown } | undefined, name = ""): unknown {
  const replacement = replace(value, name);
  if (replacement !== undefined) return replacement.by;
  if (Array.isArray(value)) return value.map((item) => rebuilt(item, replace, name));
  return isObject(value) ? rebuiltMembers(value, replace) : value;
}

/** An object that is kept itself, whatever becomes of its members. */
export function rebuiltMembers(value: JsonObject, replace: (value: unknown, name: string) => { readonly by: unknown } | undefined): JsonObject {
  // `fromEntries` defines members; an assignment to `__proto__` would do something else.
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rebuilt(each, replace, key)]));
}
