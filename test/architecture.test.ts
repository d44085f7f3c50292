import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import ts from "typescript";

const ROOT = resolve(import.meta.dirname, "..");
const BUILTINS = new Set(builtinModules);

/** What each part of the house may import: its own folders, other parts, libraries, and whether `node:` modules. */
interface Rule {
  readonly part: string;
  readonly of: (file: string) => boolean;
  readonly folders: readonly string[];
  readonly libraries: "any" | readonly string[];
  readonly node: boolean;
}

const RULES: readonly Rule[] = [
  { part: "core", of: (f) => f.startsWith("core/"), folders: ["core/"], libraries: [], node: false },
  { part: "a connector's sandbox", of: (f) => /^connectors\/[^/]+\/sandbox\//.test(f), folders: ["core/", "OWN CONNECTOR"], libraries: [], node: true },
  { part: "a connector", of: (f) => f.startsWith("connectors/"), folders: ["core/", "OWN CONNECTOR"], libraries: ["openapi-fetch"], node: false },
  { part: "the server of a sandbox", of: (f) => f === "contracts/serve-sandbox.ts", folders: ["contracts/"], libraries: [], node: true },
  // Whether anything leaves the process, and as what, only the process can tell.
  { part: "what the contract asks the process", of: (f) => /^contracts\/(inspecting|printing|reaching|telling)\.ts$/.test(f), folders: [], libraries: [], node: true },
  {
    part: "contracts",
    of: (f) => f.startsWith("contracts/"),
    folders: ["core/", "contracts/", "adapters/http/", "adapters/limits/", "adapters/in-memory/", "adapters/manifests/"],
    libraries: ["chai"],
    node: false,
  },
  // Composition: the entries and the one place that knows a container.
  { part: "composition", of: (f) => /^adapters\/(inversify|cli)\//.test(f), folders: ["core/", "adapters/", "connectors/", "contracts/"], libraries: "any", node: true },
  { part: "adapters", of: (f) => f.startsWith("adapters/"), folders: ["core/", "adapters/"], libraries: "any", node: true },
];

describe("the architecture", () => {
  const files = ["core", "connectors", "adapters", "contracts"].flatMap(sources);

  for (const rule of RULES) {
    it(`lets ${rule.part} import only what it may`, () => {
      const own = files.filter((file) => RULES.find((r) => r.of(file)) === rule);
      expect(own, "a rule about an empty folder guards nothing").not.to.be.empty;
      expect(own.flatMap((file) => importsOf(file).filter((target) => !allowed(rule, file, target)).map((target) => `${file} imports ${target}`))).to.deep.equal([]);
    });
  }

  it("lets only the composition root know a container", () => {
    const knowing = files.filter((file) => importsOf(file).some((target) => target === "inversify"));
    expect(knowing).not.to.be.empty;
    expect(knowing.filter((file) => !file.startsWith("adapters/inversify/"))).to.deep.equal([]);
  });

  it("imports only libraries that are installed with the package", () => {
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { dependencies: Record<string, string> };
    const libraries = new Set(files.flatMap(importsOf).filter((to) => !/^(core|connectors|adapters|contracts|test)\//.test(to) && !to.startsWith("node:") && !BUILTINS.has(to)).map(libraryOf));
    expect(libraries).to.include("openapi-fetch");
    expect([...libraries].filter((library) => dependencies[library] === undefined)).to.deep.equal([]);
  });

  it("lets nothing import a test", () => {
    expect(files.filter((file) => importsOf(file).some((target) => target.startsWith("test/")))).to.deep.equal([]);
  });

  it("mentions no connector by name in core or contracts", () => {
    const named = files.filter((file) => /^(core|contracts)\//.test(file) && /["'`](intercom|memory)["'`]/.test(readFileSync(join(ROOT, file), "utf8")));
    expect(named).to.deep.equal([]);
  });

  it("sees a forbidden import when there is one", () => {
    const core = RULES[0]!;
    expect(allowed(core, "core/access.ts", "node:fs")).to.equal(false);
    expect(allowed(core, "core/access.ts", "adapters/http/seam.ts")).to.equal(false);
    expect(allowed(RULES[2]!, "connectors/intercom/lookup.ts", "connectors/memory/vendor.ts")).to.equal(false);
    expect(allowed(RULES[2]!, "connectors/intercom/lookup.ts", "inversify")).to.equal(false);
  });

  it("has only the folders and files that belong at its top", () => {
    const top = readdirSync(ROOT, { withFileTypes: true }).map((entry) => entry.name);
    const known = new Set(["core", "connectors", "adapters", "contracts", "test", "package.json", "tsconfig.json", "README.md", "package-lock.json", ".gitignore", ".npmrc", ".ci", ".git", "LICENSE", "CHANGELOG.md", "eslint.config.js", "node_modules", "dist"]);
    expect(top.filter((name) => !known.has(name) && !name.endsWith(".tgz"))).to.deep.equal([]);
  });
});

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

/** Imports, exports from and dynamic imports, as paths from the root for our own files and as package names for libraries. */
function importsOf(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
          ? node.argument.literal
          : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
            ? node.arguments[0]
            : undefined;
    if (specifier !== undefined && ts.isStringLiteral(specifier)) found.push(target(file, specifier.text));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, readFileSync(join(ROOT, file), "utf8"), ts.ScriptTarget.ES2022));
  return found;
}

function target(file: string, specifier: string): string {
  if (specifier.startsWith(".")) return relative(ROOT, resolve(ROOT, dirname(file), specifier)).replaceAll("\\", "/");
  return specifier;
}

function allowed(rule: Rule, file: string, to: string): boolean {
  if (to.startsWith("node:") || BUILTINS.has(to)) return rule.node;
  const connector = /^connectors\/[^/]+\//.exec(file)?.[0];
  const folders = rule.folders.map((folder) => (folder === "OWN CONNECTOR" ? (connector ?? "NONE") : folder));
  if (/^(core|connectors|adapters|contracts|test)\//.test(to)) return folders.some((folder) => to.startsWith(folder));
  return rule.libraries === "any" || rule.libraries.includes(libraryOf(to));
}

function libraryOf(to: string): string {
  return to.split("/").slice(0, to.startsWith("@") ? 2 : 1).join("/");
}
