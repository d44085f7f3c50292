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
  const { endsWhole } = await import("../openapi/cut-off.js");
  const { parseDescription } = await import("../openapi/read-description.js");
  const description = await descriptionOf(cli, id);
  const ours = parseDescription(await ownText(description), "the connector's description", "CONFIG_INVALID");
  const { text, at } = await textOf(cli, source);
  const theirs = parseDescription(text, at, "DESCRIPTION_INVALID");
  const all = compareDescriptions(ours, theirs);
  if (listUnread === true) {
    cli.printJson(byOperation(all.filter(({ change }) => change === "added")));
    return 0;
  }
  const findings = withoutKnown(all, description);
  if (cli.json) cli.printJson({ connector: id, findings });
  else if (findings.length === 0) cli.print("No drift: everything that the connector uses is as it was written for.");
  else cli.print([...aligned(findings.map((finding) => [finding.change, visible(placeOf(finding), 300), visible(finding.problem, 200)]), ""), `${findings.length} ${findings.length === 1 ? "change" : "changes"}`]);
  if (findings.length > 0 && !endsWhole(text)) cli.remark("The description does not end with a line break. Where it is cut off, what seems to be gone may only be missing in it.", { mayBeCutOff: true });
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

/** What was named, and how it is told of. */
async function textOf({ io }: Cli, source: string): Promise<{ readonly text: string; readonly at: string }> {
  if (!/^https?:/i.test(source)) return textOfFile(source);
  if (!URL.canParse(source)) throw new DsrError("USAGE", { reason: "the address of the description is none" });
  const { addressOf, fetchDescription } = await import("../openapi/fetch-description.js");
  const url = new URL(source);
  return { text: await fetchDescription(url, { userAgent: `dsr-connect/${packageVersion()}`, signal: io.signal }), at: addressOf(url) };
}

async function textOfFile(path: string): Promise<{ readonly text: string; readonly at: string }> {
  const at = `the file ${path}`;
  try {
    return { text: await readFile(path, "utf8"), at };
  } catch {
    throw new DsrError("DESCRIPTION_INVALID", { at, reason: "it is not there, or cannot be read" });
  }
}
