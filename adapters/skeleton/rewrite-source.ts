const FROM_CORE = /^import (type )?\{ ([^}]*) \} from "\.\.\/\.\.\/core\/[\w-]+\.js";\n/gm;

/** A file of the reference connector, as it stands in a package of its own: under another name, and with all of core from one place. */
export function rewriteSource(source: string, name: string): string {
  return renamed(withOneCore(source), name);
}

function withOneCore(source: string): string {
  const names = [...source.matchAll(FROM_CORE)].flatMap(([, type = "", list = ""]) => list.split(", ").map((each) => (each.startsWith("type ") ? each : type + each)));
  if (names.length === 0) return source;
  const types = names.filter((each) => each.startsWith("type ")).map((each) => each.slice("type ".length)).sort();
  const values = names.filter((each) => !each.startsWith("type ")).sort();
  const line = values.length === 0 ? `import type { ${types.join(", ")} } from` : `import { ${[...values, ...types.map((each) => `type ${each}`)].join(", ")} } from`;
  return `${line} "dsr-connect/core";\n${source.replace(FROM_CORE, "")}`;
}

/** `memoryManifest` becomes `acmeManifest`, `createMemoryConnector` `createAcmeConnector`, and `api.memory.example` `api.acme.example`. */
function renamed(source: string, name: string): string {
  const pascal = pascalCase(name);
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  return source.replace(/reference connector|Memory|memory[A-Z]|memory/g, (word) => {
    if (word === "reference connector") return `${pascal} connector`;
    if (word === "Memory") return pascal;
    return word === "memory" ? name : camel + word.slice(-1);
  });
}

export function pascalCase(name: string): string {
  return name.split("-").map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
}
