import { ConnectorRegistry } from "../../core/registry.js";
import type { Cli } from "./cli.js";
import { readConfiguration } from "./configuration.js";

/** The connectors that this program offers, judged as a host judges them. The home folder is asked for its settings alone, if there is one. */
export async function registeredConnectors(cli: Cli): Promise<ConnectorRegistry> {
  const { createManifestValidator } = await import("../manifests/validate-manifest.js");
  const registry = new ConnectorRegistry(createManifestValidator());
  for (const connector of (await readConfiguration(cli)).connectors) registry.register(connector);
  return registry;
}
