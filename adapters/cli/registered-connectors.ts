import { ConnectorRegistry } from "../../core/registry.js";
import type { Cli } from "./cli.js";
import { configFile, homeFolder } from "./home-folder.js";
import { offeredConnectors } from "./offered-connectors.js";

/** The connectors that this program offers, judged as a host judges them. The home folder is asked for its settings alone, if there is one. */
export async function registeredConnectors(cli: Cli): Promise<ConnectorRegistry> {
  const { readSettings } = await import("../settings/read-settings.js");
  const { createManifestValidator } = await import("../manifests/validate-manifest.js");
  const settings = await readSettings({ home: homeFolder(cli), file: configFile(cli) });
  const registry = new ConnectorRegistry(createManifestValidator());
  for (const connector of await offeredConnectors(cli, settings)) registry.register(connector);
  return registry;
}
