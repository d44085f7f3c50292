import type { Command } from "commander";
import { ERROR_TABLE } from "../../core/error-table.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { RequestFilter } from "../../core/request.js";
import type { CheckResult, Dsr, NotGivenUp } from "../inversify/dsr.js";
import { unlessUnreadable } from "../inversify/unreadable.js";
import type { Act, Work } from "./act.js";
import { checkJson } from "./check-json.js";
import type { Cli } from "./cli.js";
import { isInteractive } from "./cli-io.js";
import { hintFor } from "./hints.js";
import { withDsr } from "./open-dsr.js";
import { readLine } from "./read-input.js";
import { rehearsalJson, rehearsalLines } from "./show-rehearsal.js";
import { checkLines, notGrantedLines } from "./show-check.js";
import { connectionJson, connectionLines } from "./show-connections.js";

interface CheckFlags {
  readonly all?: true;
  readonly rehearse?: true;
  readonly yes?: true;
}

interface DisconnectFlags {
  readonly revoke?: true;
  readonly abandon?: true;
}

export function addConnectionCommands(program: Command, act: Act): void {
  program.command("connections").description("the accounts that are connected").action(act(connections));
  program
    .command("check")
    .description("probe a connection's permissions again")
    .argument("[name]", "the connection; the only one when left out")
    .option("--all", "every connection")
    .option("--rehearse", "also make, read and delete one made-up person at the vendor")
    .option("--yes", "agree to the rehearsal without being asked")
    .action(act(check));
  program
    .command("disconnect")
    .description("forget a connection and its token")
    .argument("<name>", "the connection")
    .option("--revoke", "end the grant at the vendor, too")
    .option("--abandon", "give up the requests that wait on it")
    .action(act(disconnect));
}

const connections: Work<object> = (cli) =>
  withDsr(cli, async ({ dsr }) => {
    const all = await dsr.connections();
    const open = await dsr.requests({ open: true });
    if (cli.json) cli.printJson({ connections: all.map((each) => connectionJson(each, open)) });
    else cli.print(connectionLines(all, open, cli.style, cli.subject));
    return 0;
  });

const check: Work<CheckFlags> = (cli, flags, name) =>
  withDsr(cli, async ({ dsr, progress }) => {
    const all = flags.all === true;
    if (all && name !== undefined) throw new DsrError("USAGE", { reason: "give a name or --all, not both" });
    const names = all ? (await dsr.connections()).map((each) => each.name) : [(await dsr.connection(name)).name];
    if (flags.rehearse === true) await consent(cli, flags.yes === true, names);
    cli.subject.task = "check";
    if (flags.rehearse !== true) cli.subject.done = "Nothing was changed at the vendor.";
    progress.start(() => Promise.resolve("checking the permissions"));
    const checks: Checked[] = [];
    for (const each of names) {
      cli.subject.connection = each;
      checks.push(await checkOne(cli, dsr, each, flags.rehearse === true).catch((error: unknown) => unreachable(cli, each, error, all)));
      if (cli.io.signal.aborted) throw new DsrError("INTERRUPTED");
    }
    progress.stop();
    if (cli.json) cli.printJson(all ? { checks: checks.map(({ json }) => json) } : checks[0]?.json);
    for (const { lines } of checks) cli.print(lines);
    return checks.find(({ exit }) => exit !== 0)?.exit ?? 0;
  });

interface Checked {
  readonly json: object;
  readonly lines: readonly string[];
  readonly exit: number;
}

async function checkOne(cli: Cli, dsr: Dsr, name: string, rehearse: boolean): Promise<Checked> {
  const result = await dsr.check(name);
  const rehearsal = rehearse && result.code === undefined ? await dsr.rehearse(name) : undefined;
  return {
    json: { ...checkJson(name, result.account, result.report), ...(rehearsal === undefined ? {} : { rehearsal: rehearsalJson(rehearsal) }) },
    lines: [...checkedLines(cli, result), ...(rehearsal === undefined ? [] : rehearsalLines(rehearsal, cli.style))],
    exit: result.code !== undefined ? ERROR_TABLE[result.code].exit : rehearsal?.ok === false ? 1 : 0,
  };
}

/** Of several connections, one that cannot be checked must not hide the others. */
function unreachable(cli: Cli, name: string, error: unknown, oneOfMany: boolean): Checked {
  if (!oneOfMany || !isDsrError(error) || error.code === "INTERRUPTED") throw error;
  const { meaning, exit } = ERROR_TABLE[error.code];
  const hint = hintFor(error.code, cli.subject);
  return { json: { connection: name, ok: false, error: { code: error.code, message: meaning, hint, docs: `dsr explain ${error.code}` } }, lines: [`${cli.style.bold(name)}: ${cli.style.red("not ready")} [${error.code}]`, `  ${meaning}`, `  next   ${hint}`], exit };
}

function checkedLines(cli: Cli, { connection, account, report, code }: CheckResult): string[] {
  const { bold, green, red } = cli.style;
  return [
    `${bold(connection.name)}: ${code === undefined ? green("ready") : `${red("not ready")} [${code}]`}`,
    ...checkLines(connection, report, cli.style, cli.subject.program),
    ...(code === undefined ? [] : [...notGrantedLines(report, account.authorisedBy, cli.style), `  next   ${hintFor(code, { ...cli.subject, connection: connection.name })}`]),
  ];
}

/** A rehearsal changes the account: nobody does that by accident. */
async function consent(cli: Cli, agreed: boolean, names: readonly string[]): Promise<void> {
  if (agreed) return;
  if (!isInteractive(cli.io)) throw new DsrError("USAGE", { at: "--rehearse", reason: "it makes and deletes one made-up person at the vendor; agree with --yes" });
  cli.io.stderr.write(`This makes one made-up person in ${names.join(", ")}, reads and deletes it. Type yes to go on: `);
  if ((await readLine(cli.io, "the answer"))?.trim().toLowerCase() !== "yes") throw new DsrError("USAGE", { at: "--rehearse", reason: "it was not agreed to" });
}

const disconnect: Work<DisconnectFlags> = (cli, { revoke = false, abandon = false }, name = "") =>
  withDsr(cli, async ({ dsr }) => {
    Object.assign(cli.subject, { connection: name, task: "disconnect" });
    await dsr.connection(name);
    const waiting = abandon ? await idsOf(dsr, { connection: name, open: true }) : [];
    const unseen = await lookedForAgain(dsr, name);
    const { program = "dsr", again = "" } = cli.subject;
    const gaveUp = (id: string): string => `Gave up ${id}: \`${program} requests show ${id}${again}\` tells what was done of it.`;
    let abandoned: readonly string[] = [];
    let left: readonly NotGivenUp[] = [];
    try {
      ({ givenUp: abandoned, notGivenUp: left } = await dsr.disconnect(name, { revoke, abandon }));
    } catch (error) {
      if (isDsrError(error, "OUTCOME_UNKNOWN")) cli.subject.done = "The grant may have been ended or not. The connection is kept.";
      if (isDsrError(error, "CONNECTION_UNKNOWN")) cli.subject.done = `It was removed meanwhile, or made anew, which is left as it is${revoke ? "; the grant of the former one may have been ended" : ""}.`;
      const open = await idsOf(dsr, { connection: name, open: true });
      abandoned = waiting.filter((id) => !open.includes(id));
      if (abandoned.length > 0) cli.remark(abandoned.map(gaveUp), { abandoned });
      throw error;
    }
    if (cli.json) cli.printJson({ connection: name, outcome: "disconnected", revoked: revoke, abandoned, notGivenUp: left.map(({ requestId, code }) => ({ request: { id: requestId }, code })), notLookedForAgain: unseen });
    for (const id of abandoned) cli.print(gaveUp(id));
    for (const each of left) cli.print(notGivenUp(each, `${program} cancel ${each.requestId}${again}`));
    for (const id of unseen) cli.print(`The person of ${id} was deleted, and is not looked for again without this connection.`);
    cli.print(`Disconnected ${name}. Its token is forgotten here${revoke ? " and revoked at the vendor" : "; it still works at the vendor until it is revoked there"}.`);
    return left[0] === undefined ? 0 : ERROR_TABLE[left[0].code].exit;
  });

function notGivenUp({ requestId, code }: NotGivenUp, cancel: string): string {
  const why = `${ERROR_TABLE[code].meaning} [${code}]`;
  if (code === "INTEGRITY") return `Could not give up ${requestId}, which stays as it is: ${why}`;
  return `Could not end ${requestId} yet: ${why} It is marked to be cancelled: it ends there, by itself or by \`${cancel}\`.`;
}

async function idsOf(dsr: Pick<Dsr, "requests">, filter: RequestFilter): Promise<readonly string[]> {
  return (await dsr.requests(filter)).map(({ id }) => id);
}

/** Deletions that have ended, of which a look is to come, as far as they can be read. */
async function lookedForAgain(dsr: Pick<Dsr, "requests" | "result">, connection: string): Promise<readonly string[]> {
  const ids = await idsOf(dsr, { connection, type: "deletion", open: false, keyDestroyed: false });
  const looks = await Promise.all(ids.map(async (id) => ((await unlessUnreadable(dsr.result(id)))?.toCome ?? []).some(({ what }) => what === "look")));
  return ids.filter((_, index) => looks[index]);
}
