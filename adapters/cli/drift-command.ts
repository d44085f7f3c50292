import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import type { OpenApiDescription } from "../../core/api-description.js";
import type { Finding } from "../openapi/compare.js";
import { DsrError } from "../../core/errors.js";
import { packageVersion } from "../inversify/package-version.js";
import type { Act, Work } from "./act.js";
import type { Cli } from "./cli.js";
import { registeredConnectors } from "./registered-connectors.js";
import { aligned, visible } from "./visible-text.js";

/** The vendor's API is not what the connector was written for. */
const DRIFTED = 3;

export function addDriftCommand(program: Command, act: Act): void {
  program
    .command("drift")
    .description("what changed at the vendor: its own API description against the one that the connector was written for")
    .argument("<connector>", "for example intercom")
    .argument("<file|url>", "the vendor's OpenAPI description, YAML or JSON")
    .option("--list-unread", "print what the vendor's description has and the connector does not read, for the connector's own list")
    .action(act(drift));
}

const drift: Work<{ readonly listUnread?: true }> = async (cli, { listUnread }, id = "", source = "") => {
  const { compareDescriptions, withoutKnown, placeOf } = await import("../openapi/compare.js");
  const { parseDescription } = await import("../openapi/read-description.js");
  const description = await descriptionOf(cli, id);
  const ours = parseDescription(await ownText(description), "the connector's description");
  const theirs = parseDescription(await textOf(cli, source), "description");
  const all = compareDescriptions(ours, theirs);
  if (listUnread === true) {
    cli.printJson(byOperation(all.filter(({ change }) => change === "added")));
    return 0;
  }
  const findings = withoutKnown(all, description);
  if (cli.json) cli.printJson({ connector: id, findings });
  else if (findings.length === 0) cli.print("No drift: everything that the connector uses is as it was written for.");
  else cli.print([...aligned(findings.map((finding) => [finding.change, visible(placeOf(finding), 300), visible(finding.problem, 200)]), ""), `${findings.length} ${findings.length === 1 ? "change" : "changes"}`]);
  return findings.length === 0 ? 0 : DRIFTED;
};

/** In the form in which a connector lists what it does not read. */
function byOperation(findings: readonly Finding[]): OpenApiDescription["unread"] {
  const operations = [...new Set(findings.map(({ operation }) => operation))];
  return Object.fromEntries(operations.map((each) => [each, findings.filter(({ operation }) => operation === each).map(({ pointer }) => pointer)]));
}

async function descriptionOf(cli: Cli, id: string): Promise<OpenApiDescription> {
  const { description } = (await registeredConnectors(cli)).get(id);
  if (description === undefined) throw new DsrError("UNSUPPORTED_REQUEST", { at: "connector", reason: "it comes without a description of its API" });
  return description;
}

/** A build that copies no YAML leaves it behind. */
async function ownText({ file }: OpenApiDescription): Promise<string> {
  return readFile(file, "utf8").catch(() => {
    throw new DsrError("CONFIG_INVALID", { at: "the connector's description", reason: "its file is not there, or cannot be read; the connector's package comes without it" });
  });
}

async function textOf({ io }: Cli, source: string): Promise<string> {
  if (/^https?:/i.test(source)) {
    if (!URL.canParse(source)) throw new DsrError("USAGE", { reason: "the address of the description is none" });
    const { fetchDescription } = await import("../openapi/fetch-description.js");
    return fetchDescription(new URL(source), { userAgent: `dsr-connect/${packageVersion()}`, signal: io.signal });
  }
  return readFile(source, "utf8").catch(() => {
    throw new DsrError("USAGE", { reason: "the file with the description cannot be read" });
  });
}
