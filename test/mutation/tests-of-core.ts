import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Folders and files of tests that stand against a mutant of core: its own first, then those that carry requests out through it in this process. */
const TESTS: readonly string[] = [
  "test/core",
  "test/contracts/memory.contract.test.js",
  "test/connectors/memory",
  "test/adapters/in-memory",
  "test/adapters/intake",
  "test/adapters/holds",
  "test/connectors/intercom",
  "test/adapters/evidence",
  "test/adapters/inversify/retention.test.js",
];

/** They read the sources of core as text, which are not what they were once mutants stand in them. */
const READERS: ReadonlySet<string> = new Set(["error-table.test.js", "reveal-callers.test.js"]);

/** They crash at every moment, or measure how long something takes: seconds of a processor for each, and little reached that the others do not reach. */
const LONG: ReadonlySet<string> = new Set([
  "access-crashes.test.js",
  "access-events.test.js",
  "crash-access.test.js",
  "crash-deletion.test.js",
  "german.test.js",
  "names-in-text.test.js",
  "verify-evidence.test.js",
]);

export function testFiles(): readonly string[] {
  return TESTS.flatMap((entry) => (entry.endsWith(".js") ? [entry] : readdirSync(entry).filter((name) => name.endsWith(".test.js") && !LONG.has(name) && !READERS.has(name)).map((name) => join(entry, name))));
}
