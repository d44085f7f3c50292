import { type Command, Option } from "commander";
import type { Act, Work } from "./act.js";
import { registeredConnectors } from "./registered-connectors.js";
import { integrationPage, setupPage } from "./pages/integration-page.js";
import { pageJson, pageMarkdown, pageText } from "./pages/render-page.js";
import { aligned } from "./visible-text.js";

interface ShowFlags {
  readonly format?: "text" | "markdown" | "json";
  readonly setup?: true;
}

export function addConnectorsCommand(program: Command, act: Act): void {
  const connectors = program.command("connectors").description("the vendors that can be connected").action(act(list));
  connectors
    .command("show")
    .description("the integration page: what it does, needs, covers and leaves behind")
    .argument("<id>", "for example intercom")
    .addOption(new Option("--format <format>", "how it is written").choices(["text", "markdown", "json"]))
    .option("--setup", "how to make the app at the vendor, step by step")
    .action(act(show));
}

const list: Work<object> = async (cli) => {
  const all = (await registeredConnectors(cli)).manifests();
  if (cli.json) cli.printJson({ connectors: all.map(({ id, version, vendor, product, requestTypes, identifierCategories, exemptions }) => ({ id, version, vendor, product, requestTypes, identifierCategories, exemptions })) });
  else cli.print(aligned(all.map(({ id, version, vendor, requestTypes, identifierCategories, exemptions }) => [cli.style.bold(id), version, vendor.name, requestTypes.join(", "), `by ${identifierCategories.join(", ")}`, exemptions.length === 0 ? "" : cli.style.yellow(`exempt from ${exemptions.map(({ rule }) => rule).join(", ")}`)]), ""));
  return 0;
};

const show: Work<ShowFlags> = async (cli, { format, setup }, id = "") => {
  const { manifest } = (await registeredConnectors(cli)).get(id);
  const page = setup === true ? setupPage(manifest) : integrationPage(manifest);
  if (cli.json || format === "json") cli.printJson(pageJson(page));
  else cli.print(format === "markdown" ? pageMarkdown(page) : pageText(page, cli.style));
  return 0;
};
