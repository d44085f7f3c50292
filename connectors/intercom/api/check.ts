import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { compareDescriptions, withoutDeviations } from "./compare.js";
import { DEVIATIONS } from "./deviations.js";
import type { Node } from "./shape.js";
import { isNode } from "./shape.js";

/** Holds our description against the vendor's: one line for each finding, and the exit code 0 (none), 1 (some) or 2 (no such file, or no description). */
export function check(file: string | undefined, print: (line: string) => void): 0 | 1 | 2 {
  if (file === undefined) {
    print("usage: npm run api:check -- FILE, where FILE is Intercom's own OpenAPI description in YAML or JSON");
    return 2;
  }
  const theirs = readDescription(file);
  if (typeof theirs === "string") {
    print(theirs);
    return 2;
  }
  const ours = readDescription(new URL("openapi.yaml", import.meta.url));
  if (typeof ours === "string") {
    print(ours);
    return 2;
  }
  const findings = withoutDeviations(compareDescriptions(ours, theirs), DEVIATIONS);
  for (const { operation, pointer, problem } of findings) print(`${operation} ${pointer === "" ? "" : `${pointer} `}${problem}`);
  return findings.length === 0 ? 0 : 1;
}

/** The parsed document, or why there is none. */
function readDescription(file: string | URL): Node | string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return `${String(file)} cannot be read`;
  }
  try {
    const document: unknown = parse(text);
    return isNode(document) && isNode(document["paths"]) ? document : `${String(file)} is no OpenAPI description: it has no paths`;
  } catch {
    return `${String(file)} is neither YAML nor JSON`;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = check(process.argv[2], (line) => { console.log(line); });
}
