import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

/** Where a program prints: an object and the names of its functions that do. */
const PRINTERS: readonly (readonly [name: string, on: object, functions: readonly string[]])[] = [
  ["process.stdout", process.stdout, ["write"]],
  ["process.stderr", process.stderr, ["write"]],
  ["process", process, ["emitWarning"]],
  // Some test runners put a console of their own in the place of the one that writes to the streams above.
  ["console", console, ["log", "info", "debug", "warn", "error", "dir", "table", "trace", "group", "assert"]],
];

/** Where a program writes into files, of its own or of the console. What it writes goes on: a file shows itself to nobody, and some wait for it. */
const WRITERS: typeof PRINTERS = [
  ["fs", fs, ["write", "writev", "writeSync", "writevSync", "writeFile", "writeFileSync", "appendFile", "appendFileSync"]],
  ["fs.promises", fs.promises, ["writeFile", "appendFile"]],
];

/**
 * Names the functions that printed what tells while the work was done. Just that is kept from going out: whatever else is printed, a test
 * runner's own lines included, passes.
 */
export async function printedDuring(tells: (text: string) => boolean, work: () => Promise<unknown>): Promise<readonly string[]> {
  const telling = new Set<string>();
  const hears = (way: string) => (text: string) => tells(text) && telling.add(way) !== undefined;
  const restore = [
    ...PRINTERS.flatMap(([name, on, functions]) => functions.map((key) => listen(on, key, hears(`${name}.${key}`)))),
    ...WRITERS.flatMap(([name, on, functions]) => functions.map((key) => listen(on, key, (text) => hears(`${name}.${key}`)(text) && false))),
  ];
  // For whoever took the functions by their names.
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    for (const each of restore) each();
    syncBuiltinESMExports();
  }
  return [...telling].sort();
}

/** Puts a listener before a function; what it says yes to goes no further. Returns how to undo that. */
function listen(on: object, key: string, hears: (text: string) => boolean): () => void {
  const own = Object.getOwnPropertyDescriptor(on, key);
  const original: unknown = Reflect.get(on, key);
  if (typeof original !== "function") return () => undefined;
  const heard = (...input: unknown[]): unknown => (hears(input.map(textOf).join(" ")) ? true : Reflect.apply(original, on, input));
  Object.defineProperty(on, key, { value: heard, configurable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(on, key);
    else Object.defineProperty(on, key, own);
  };
}

function textOf(printed: unknown): string {
  if (printed instanceof Uint8Array) return new TextDecoder().decode(printed);
  if (printed instanceof Error) return `${printed.stack ?? ""} ${printed.message} ${textOf(printed.cause)}`;
  if (Array.isArray(printed)) return printed.map(textOf).join("");
  if (typeof printed === "object" && printed !== null) return jsonOf(printed);
  return String(printed);
}

function jsonOf(value: object): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "";
  }
}
