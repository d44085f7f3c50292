import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pascalCase, rewriteSource } from "./rewrite-source.js";

/** What a new connector is made from, and for. */
export interface SkeletonInput {
  /** Lower-case, with single dashes: the manifest's id. */
  readonly name: string;
  /** The folder of dsr-connect's own `package.json`. */
  readonly root: string;
  readonly version: string;
  /** Where the new package finds it, as npm has it: `file:../node_modules/dsr-connect`. */
  readonly source: string;
}

const SOURCES = ["index.ts", "manifest.ts", "connector.ts", "sandbox.ts"] as const;

/** A package that passes the contract as it stands: the reference connector under another name, so that it cannot fall behind. By path, from its folder. */
export async function skeletonFiles(input: SkeletonInput): Promise<ReadonlyMap<string, string>> {
  const { name, root } = input;
  const sources = await Promise.all(SOURCES.map(async (file) => [`src/${file}`, rewriteSource(await readFile(join(root, "connectors", "memory", file), "utf8"), name)] as const));
  return new Map([["package.json", packageJson(input)], ["tsconfig.json", TSCONFIG], [".gitignore", "dist/\nnode_modules/\n"], ["README.md", readme(name)], ...sources, ["test/contract.test.ts", contractTest(name)]]);
}

export function packageName(name: string): string {
  return `dsr-connector-${name}`;
}

function packageJson({ name, version, source }: SkeletonInput): string {
  const described = {
    name: packageName(name),
    version: "0.1.0",
    description: `Privacy requests at ${pascalCase(name)}, for dsr-connect`,
    type: "module",
    engines: { node: ">=20.19.0" },
    exports: { ".": { types: "./dist/src/index.d.ts", default: "./dist/src/index.js" } },
    files: ["dist/src"],
    scripts: { build: "tsc", test: "tsc && node --test dist/test/contract.test.js", prepack: "tsc" },
    // Of the host that it is installed in; for its own tests from where it was made.
    peerDependencies: { "dsr-connect": `^${version}` },
    devDependencies: { "@types/node": "^20.19.43", "dsr-connect": source, typescript: "^5.9.3" },
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}

const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: "ES2022",
      module: "NodeNext",
      lib: ["ES2023"],
      types: ["node"],
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
      declaration: true,
      rootDir: ".",
      outDir: "dist",
    },
    include: ["src", "test"],
  },
  null,
  2,
)}\n`;

function contractTest(name: string): string {
  return `import { describe, it } from "node:test";
import { runConnectorContract } from "dsr-connect/contracts";
import { connector, create${pascalCase(name)}Sandbox } from "../src/index.js";

// One test for each rule that concerns what the manifest declares. The title of a failing one begins with the rule's id.
runConnectorContract({ describe, it }, { connector, sandbox: async () => create${pascalCase(name)}Sandbox() });
`;
}

function readme(name: string): string {
  const pascal = pascalCase(name);
  return `# ${packageName(name)}

Privacy requests at ${pascal}, for [dsr-connect](node_modules/dsr-connect/README.md).

\`\`\`sh
npm install && npm test                       # builds it, and runs the contract
npx --no-install dsr --connector . connectors # shows it beside the others
\`\`\`

It passes the contract as it stands, against a made-up vendor. Make it ${pascal}'s, one step after the other, with the tests running:

1. \`src/sandbox.ts\`: the vendor, written from its documentation. It knows nothing of the connector.
2. \`src/manifest.ts\`: what ${pascal} can do, needs, covers and leaves behind, and its operations. Take out what it does not have; the rules about it go, too.
3. \`src/connector.ts\`: the three ports.

[\`connectors/README.md\`](node_modules/dsr-connect/connectors/README.md) tells how, from the vendor's OpenAPI description on;
[\`contracts/RULES.md\`](node_modules/dsr-connect/contracts/RULES.md) lists the rules.

A host offers it where it is installed: \`{ "connectorModules": ["${packageName(name)}"] }\` in the settings, \`--connector ${packageName(name)}\` for
one command, or \`openLocalDsr({ connectors: [connector] })\` from code. Before it is published, take \`dsr-connect\` from the registry instead of from
a folder (\`devDependencies\` in \`package.json\`).
`;
}
