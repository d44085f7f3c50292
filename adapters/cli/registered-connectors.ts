import type { Manifest } from "../../core/manifest.js";
import type { Connector } from "../../core/ports.js";
import { ConnectorRegistry } from "../../core/registry.js";

/** The connectors that this program offers, judged as a host judges them; no home folder is needed to read about them. */
export async function withRegistered<T>(use: (manifests: readonly Manifest[], manifest: (id: string) => Manifest, connector: (id: string) => Connector) => T): Promise<T> {
  const { intercom } = await import("../../connectors/intercom/connector.js");
  const { createManifestValidator } = await import("../manifests/validate-manifest.js");
  const registry = new ConnectorRegistry(createManifestValidator());
  registry.register(intercom);
  return use(registry.manifests(), (id) => registry.get(id).manifest, (id) => registry.get(id));
}
