import { inspect } from "node:util";

/** More than hang on any error of a connector's. */
const MANY_OBJECTS = 1000;

/** All that an error tells, however it is looked at: as it is printed, as it is inspected by whom it lets decide how, and every text that it carries. */
export function toldBy(error: unknown): readonly string[] {
  const printed = [String(error), JSON.stringify(error), error instanceof Error ? (error.stack ?? "") : ""];
  return [...printed, inspect(error, { depth: 10, showHidden: true, maxStringLength: null, maxArrayLength: MANY_OBJECTS }), ...textsIn(error)];
}

/** However deep, and whether it shows when it is printed or not. */
function textsIn(value: unknown, seen = new Set<unknown>()): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || seen.has(value) || seen.size > MANY_OBJECTS) return [];
  seen.add(value);
  const bytes = ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
  if (bytes) return [new TextDecoder().decode(value)];
  const entries: readonly unknown[] = Symbol.iterator in value ? [...(value as Iterable<unknown>)] : [];
  return [...entries.flatMap((each) => textsIn(each, seen)), ...Reflect.ownKeys(value).flatMap((key) => [String(key), ...textsIn(Object.getOwnPropertyDescriptor(value, key)?.value, seen)])];
}
