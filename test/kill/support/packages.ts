import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a package holds of a person, file by file: without when and by which call it was read, and without the pages that say so. */
export function contentsOf(folder: string): Readonly<Record<string, unknown>> {
  const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => statSync(join(folder, name)).isFile()).sort();
  const content = (name: string): unknown => {
    const bytes = readFileSync(join(folder, name));
    if (name === "manifest.json") return (({ counts, gaps, summary }) => ({ counts, gaps, matches: summary.matches }))(JSON.parse(bytes.toString()));
    if (name.endsWith(".json")) return Array.isArray(JSON.parse(bytes.toString())) ? withoutProvenance(JSON.parse(bytes.toString())) : "";
    return /\.(?:html|txt|csv)$/.test(name) ? "" : bytes.toString("base64");
  };
  return Object.fromEntries(names.map((name) => [name, content(name)]));
}

function withoutProvenance(records: readonly { readonly provenance?: unknown }[]): readonly unknown[] {
  return records.map(({ provenance: _, ...record }) => record);
}
