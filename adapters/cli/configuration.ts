import type { ErasurePolicy } from "../../core/manifest.js";
import type { Connector } from "../../core/ports.js";
import type { Settings } from "../settings/read-settings.js";
import type { Cli } from "./cli.js";
import { configFile, homeFolder } from "./home-folder.js";
import { offeredConnectors } from "./offered-connectors.js";

/** What this program is set to, and the connectors that it offers. */
export interface Configuration {
  readonly settings: Settings;
  readonly connectors: readonly Connector[];
}

/**
 * Judges the settings twice: which connectors there are stands in them, and which settings there are depends on the connectors.
 * @throws DsrError `CONFIG_INVALID`
 */
export async function readConfiguration(cli: Cli): Promise<Configuration> {
  const { readSettings } = await import("../settings/read-settings.js");
  const judge = await readSettings({ home: homeFolder(cli), file: configFile(cli) });
  const connectors = await offeredConnectors(cli, await judge("unjudged"));
  return { connectors, settings: await judge(connectors.flatMap(({ manifest }) => policiesOf(manifest))) };
}

/** A manifest is judged when it is registered; until then it may be anything. */
function policiesOf({ erasurePolicies }: { readonly erasurePolicies?: unknown }): readonly ErasurePolicy[] {
  return Array.isArray(erasurePolicies) ? erasurePolicies.filter(isPolicy) : [];
}

function isPolicy(value: unknown): value is ErasurePolicy {
  const { id, values } = (value ?? {}) as Partial<Record<keyof ErasurePolicy, unknown>>;
  return typeof id === "string" && Array.isArray(values);
}
