import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The version in the package's own `package.json`, which stands above this file, built or not. */
export function packageVersion(): string {
  return ownPackage()?.version ?? "unknown";
}

/** The folder in which that file stands; undefined where there is none. */
export function packageRoot(): string | undefined {
  return ownPackage()?.folder;
}

function ownPackage(): { readonly folder: string; readonly version: string } | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    try {
      const described = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name?: unknown; version?: unknown };
      if (described.name === "dsr-connect" && typeof described.version === "string") return { folder, version: described.version };
    } catch {
      // Not here: further up.
    }
    if (dirname(folder) === folder) return undefined;
  }
}
