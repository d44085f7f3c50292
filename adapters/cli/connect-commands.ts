import { type Command, InvalidArgumentError, Option } from "commander";
import { checkSelection, type ConnectResult } from "../../core/connect.js";
import { DsrError } from "../../core/errors.js";
import type { RequestType } from "../../core/request.js";
import { selectedBy, type Selection } from "../../core/scopes.js";
import type { Act, Work } from "./act.js";
import type { Cli } from "./cli.js";
import { checkJson } from "./check-json.js";
import { obtainCredential, refuseWithoutSource, type CredentialFlags } from "./credential.js";
import { ConnectionRefused } from "./failure.js";
import { PATIENCE_MINUTES } from "./oauth-flow.js";
import { withDsr } from "./open-dsr.js";
import { checkLines, notGrantedLines } from "./show-check.js";
import { workspaceWords } from "./show-connections.js";

interface ConnectFlags extends CredentialFlags {
  readonly capabilities: readonly string[];
  readonly categories: "granted" | readonly string[];
  readonly name?: string;
  readonly region?: string;
  readonly rate?: number;
  readonly apiUrl?: string;
}

interface ReconnectFlags extends CredentialFlags {
  readonly capabilities?: readonly string[];
}

export function addConnectCommands(program: Command, act: Act): void {
  const tokenStdin = () => new Option("--token-stdin", "read the access token from standard input").conflicts("oauth");
  const oauth = () => new Option("--oauth", `authorise at the vendor, within ${PATIENCE_MINUTES} minutes; the app's client is in DSR_…_CLIENT_ID and DSR_…_CLIENT_SECRET`);
  program
    .command("connect")
    .description("connect an account at a vendor; every permission is checked first")
    .argument("<connector>", "for example intercom")
    .requiredOption("--capabilities <list>", "request types to connect for: access,deletion", list)
    .option("--categories <list>", "data categories to require, or: granted", categories, "granted" as const)
    .option("--name <name>", "what to call the connection (the connector's id when left out)", connectionName)
    .option("--region <id>", "the account's region; found out when left out")
    .option("--rate <requests>", "fewer requests per window than the vendor allows", count)
    .option("--api-url <origin>", "another implementation of the vendor's API: the sandbox, a proxy", apiOrigin)
    .addOption(tokenStdin())
    .addOption(oauth())
    .action(act(connect));
  program
    .command("reconnect")
    .description("give a connection a new token of the same account")
    .argument("<name>", "the connection")
    .option("--capabilities <list>", "request types from now on", list)
    .addOption(tokenStdin())
    .addOption(oauth())
    .action(act(reconnect));
}

const connect: Work<ConnectFlags> = (cli, flags, connector = "") =>
  withDsr(cli, async ({ dsr, progress }) => {
    const manifest = dsr.manifest(connector);
    const name = flags.name ?? connector;
    Object.assign(cli.subject, { connector, connection: name, task: "connect" });
    refuseRate(flags.rate, manifest.rateLimit.requests);
    if ((await dsr.connections()).some((each) => each.name === name)) throw new DsrError("CONNECTION_EXISTS");
    const selection: Selection = { capabilities: flags.capabilities as readonly RequestType[], categories: flags.categories };
    checkSelection(manifest, selection);
    refuseWithoutSource(cli, connector, flags);
    const target = { connector, name, ...(flags.region === undefined ? {} : { region: flags.region }), ...(flags.apiUrl === undefined ? {} : { apiUrl: flags.apiUrl }) };
    const credential = await obtainCredential(cli, dsr, target, flags);
    progress.start(() => Promise.resolve("checking the permissions"));
    const result = await dsr.connect(target, selection, credential, flags.rate);
    progress.stop();
    return connected(cli, name, result, "Connected");
  });

const reconnect: Work<ReconnectFlags> = (cli, flags, name = "") =>
  withDsr(cli, async ({ dsr, progress }) => {
    const current = await dsr.connection(name);
    const { connector, region, apiOrigin, vendorsOwn } = current;
    const capabilities = flags.capabilities as readonly RequestType[] | undefined;
    Object.assign(cli.subject, { connector, connection: name, task: "connect" });
    checkSelection(dsr.manifest(connector), { capabilities: capabilities ?? current.capabilities, categories: selectedBy(current) });
    refuseWithoutSource(cli, connector, flags);
    const credential = await obtainCredential(cli, dsr, { connector, name, region, ...(vendorsOwn ? {} : { apiUrl: apiOrigin }) }, flags);
    progress.start(() => Promise.resolve("checking the permissions"));
    const result = await dsr.reconnect(name, credential, capabilities);
    progress.stop();
    return connected(cli, name, result, "Renewed");
  });

function connected(cli: Cli, name: string, result: ConnectResult, verb: string): number {
  if (!result.ok) throw new ConnectionRefused(result.code, checkJson(name, result.account, result.report), notGrantedLines(result.report, result.account.authorisedBy, cli.errorStyle));
  delete cli.subject.done;
  const { connection, report } = result;
  const { workspace, authorisedBy, connector, vendorsOwn, apiOrigin, capabilities, categories: covered } = connection;
  const json = checkJson(name, { workspace, authorisedBy }, report);
  if (cli.json) cli.printJson({ ...json, outcome: "connected", connector, region: connection.region, apiOrigin, vendorsOwn, capabilities, categories: covered });
  cli.print([
    `${cli.style.green(verb)} ${cli.style.bold(name)}: ${connector}, ${capabilities.join(" and ")}, workspace ${workspaceWords(workspace)}`,
    ...checkLines(connection, report, cli.style, cli.subject.program),
  ]);
  return 0;
}

function list(text: string): readonly string[] {
  return text.split(",").map((each) => each.trim()).filter((each) => each !== "");
}

function categories(text: string): "granted" | readonly string[] {
  return text === "granted" ? text : list(text);
}

function connectionName(text: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)) throw new InvalidArgumentError("It is 1 to 64 letters, digits, - and _.");
  return text;
}

/** Not a number where it is none: the bounds are the connector's, which is not known here. */
function count(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}

function refuseRate(rate: number | undefined, most: number): void {
  if (rate === undefined || (Number.isInteger(rate) && rate >= 1 && rate <= most)) return;
  throw new DsrError("USAGE", { at: "--rate", reason: `it is a whole number from 1 to ${most}, and only lowers the rate` });
}

function apiOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.pathname === "/" && url.search === "" && url.hash === "";
  if (url === undefined || !plain) throw new InvalidArgumentError("It is an origin, as in http://127.0.0.1:4010.");
  return url.origin;
}
