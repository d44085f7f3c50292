import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DsrError } from "../../core/errors.js";
import type { Connector } from "../../core/ports.js";
import type { Settings } from "../settings/read-settings.js";
import type { Cli } from "./cli.js";

/**
 * The connectors that this program offers: its own, and those of the modules that a flag or the settings name. No folder is searched, and
 * nothing is registered by being installed.
 * @throws DsrError `CONFIG_INVALID`
 */
export async function offeredConnectors({ flags }: Pick<Cli, "flags">, { connectorModules }: Pick<Settings, "connectorModules">): Promise<readonly Connector[]> {
  const { intercom } = await import("../../connectors/intercom/connector.js");
  const named = [
    ...(connectorModules?.names ?? []).map((name) => ({ name, folder: connectorModules?.folder ?? "." })),
    ...(flags.connector ?? []).map((name) => ({ name, folder: "." })),
  ];
  return [intercom, ...(await Promise.all(named.map(({ name, folder }) => load(name, resolve(folder)))))];
}

async function load(name: string, folder: string): Promise<Connector> {
  const found = await import(await addressOf(name, folder)).then(
    (module: Readonly<Record<string, unknown>>) => module,
    (error: unknown) => {
      throw refused(`it cannot be loaded (${reasonOf(error)})`);
    },
  );
  const connectors = "connector" in found ? [found["connector"]] : Object.values(found);
  const [connector, ...more] = connectors.filter(isConnector);
  if (connector === undefined) throw refused("it exports no connector: an object with manifest, protocol, auth, lookup and executor");
  if (more.length > 0) throw refused("it exports several connectors; the one that is meant is called `connector`");
  return connector;
}

/** A file or a package's folder by its path, a package as Node would find it from that folder. */
async function addressOf(name: string, folder: string): Promise<string> {
  if (!/^\.{1,2}$|^\.{0,2}[/\\]|^[A-Za-z]:[/\\]/.test(name)) return inPackage(name, folder);
  const path = resolve(folder, name);
  const own = await ownName(path);
  return own === undefined ? pathToFileURL(path).href : inPackage(own, path);
}

async function inPackage(name: string, folder: string): Promise<string> {
  const { resolve: resolvePackage } = await import("import-meta-resolve");
  try {
    return resolvePackage(name, pathToFileURL(join(folder, "connectors.js")).href);
  } catch (error) {
    throw refused(`there is no such package (${reasonOf(error)})`);
  }
}

/** What the package in a folder is called: by that name it finds itself, through its own `exports`. */
async function ownName(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "{}");
  try {
    const { name } = JSON.parse(text) as { readonly name?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}

/** A code or a kind: messages of other people's modules may say anything. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  if (code === "ERR_MODULE_NOT_FOUND") return "ERR_MODULE_NOT_FOUND: a file of it is missing; is it built, and installed with all that it needs?";
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") return "TypeScript has to be built first";
  return [code, name].find((each): each is string => typeof each === "string" && /^\w{1,64}$/.test(each)) ?? "an error";
}

function isConnector(value: unknown): value is Connector {
  if (typeof value !== "object" || value === null) return false;
  const { manifest, protocol, auth, lookup, executor } = value as Partial<Record<keyof Connector, unknown>>;
  return [manifest, protocol].every((each) => typeof each === "object" && each !== null) && [auth, lookup, executor].every((each) => typeof each === "function");
}

function refused(reason: string): DsrError {
  return new DsrError("CONFIG_INVALID", { at: "connector module", reason });
}
