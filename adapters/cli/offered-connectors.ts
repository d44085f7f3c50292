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

/** A file by its path, a package as Node would find it from that folder. */
async function addressOf(name: string, folder: string): Promise<string> {
  if (/^\.{0,2}[/\\]|^[A-Za-z]:[/\\]/.test(name)) return pathToFileURL(resolve(folder, name)).href;
  const { resolve: resolvePackage } = await import("import-meta-resolve");
  try {
    return resolvePackage(name, pathToFileURL(join(folder, "connectors.js")).href);
  } catch (error) {
    throw refused(`there is no such package (${reasonOf(error)})`);
  }
}

/** A code or a kind: messages of other people's modules may say anything. */
function reasonOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
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
