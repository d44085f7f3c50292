import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { DsrError } from "../../core/errors.js";
import { packageRoot, packageVersion } from "../inversify/package-version.js";
import type { Act, Work } from "./act.js";
import { folderNamed } from "./folder-flag.js";
import { quoted } from "./quoted.js";
import { registeredConnectors } from "./registered-connectors.js";

export function addNewConnectorCommand(program: Command, act: Act): void {
  program
    .command("new-connector")
    .description("write the package of a connector for another vendor, which passes the contract as it stands")
    .argument("<name>", "the vendor, for example acme: lower-case letters, digits and single dashes")
    .option("--dir <folder>", "where it is written; a folder of that name when left out", folderNamed)
    .addHelpText("after", "\nThen:  cd acme && npm install && npm test\n")
    .action(act(newConnector));
}

const newConnector: Work<{ readonly dir?: string }> = async (cli, { dir }, name = "") => {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 40) throw refused("a name is lower-case letters, digits and single dashes, begins with a letter, and has 40 characters at most");
  if ((await registeredConnectors(cli)).manifests().some(({ id }) => id === name)) throw refused("there is a connector of that name already");
  const root = packageRoot();
  if (root === undefined) throw new DsrError("INTERNAL");
  const { packageName, skeletonFiles } = await import("../skeleton/skeleton-files.js");
  const folder = resolve(dir ?? name);
  if (!(await isFree(folder))) throw refused("the folder is there already and is not empty; `--dir` names another one");
  const files = await skeletonFiles({ name, root, version: packageVersion(), source: `file:${relative(folder, root).replaceAll("\\", "/")}` });
  await write(folder, files);
  const isBuilt = existsSync(join(root, "dist", "core", "index.js"));
  if (cli.json) cli.printJson({ connector: name, package: packageName(name), folder, files: [...files.keys()] });
  else
    cli.print([
      `${cli.style.bold(packageName(name))} is written to ${folder}. It passes the contract as it stands, against a made-up vendor.`,
      ...(isBuilt ? [] : [`Build dsr-connect first: npm --prefix ${quoted(root)} run build`]),
      `  cd ${quoted(dir ?? name)} && npm install && npm test`,
      "Its README.md says how to go on.",
    ]);
  return 0;
};

async function isFree(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
}

/** Nothing that is there is written over, even where somebody made it a moment ago. */
async function write(folder: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text, { flag: "wx" });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw refused("the folder cannot be written");
  }
}

function refused(reason: string): DsrError {
  return new DsrError("USAGE", { reason });
}
