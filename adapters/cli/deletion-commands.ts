import type { Command } from "commander";
import { DsrError } from "../../core/errors.js";
import type { DeletionResult } from "../../core/results.js";
import type { Act, Work } from "./act.js";
import type { Cli } from "./cli.js";
import { isInteractive } from "./cli-io.js";
import { addChoiceFlags, addContextFlags, addExtentFlags, intakeOf, refuseContext, type ChoiceFlags, type ContextFlags, type ExtentFlags } from "./context-flags.js";
import { withDsr, type Opened } from "./open-dsr.js";
import { readLine } from "./read-input.js";
import { resultJson } from "./result-json.js";
import { runRequest, type RunFlags } from "./run-request.js";
import { resultLines } from "./show-lines.js";
import { showResult } from "./show-result.js";
import { plural } from "./visible-text.js";

type PlanFlags = ContextFlags & ChoiceFlags & ExtentFlags;
type DeleteFlags = PlanFlags & RunFlags & { readonly plan?: string; readonly confirm?: string; readonly queue?: true };

export function addDeletionCommands(program: Command, act: Act): void {
  const plan = program
    .command("plan")
    .description("the dry run of a deletion: exactly what would go and what would stay; changes nothing")
    .argument("<email>", "the person's address; - reads it from standard input");
  addContextFlags(addExtentFlags(addChoiceFlags(plan))).action(act(planOnly));
  const remove = program
    .command("delete")
    .description("delete a person: asks on a terminal; elsewhere it needs the plan's id and code")
    .argument("[email]", "the person's address, on a terminal; - reads it from standard input")
    .option("--plan <id>", "the plan to carry out")
    .option("--confirm <code>", "the code that the plan printed")
    .option("--queue", "take the confirmation, and leave the rest to `dsr worker`")
    .option("--wait", "stay until every look is done");
  addContextFlags(addExtentFlags(addChoiceFlags(remove))).action(act(erase));
}

const planOnly: Work<PlanFlags> = async (cli, flags, email = "") => {
  const { input, choices } = await intakeOf(cli, email, flags);
  return withDsr(cli, async (opened) => showResult(cli, await runRequest(cli, opened, {}, (options) => opened.dsr.plan(flags.connection, input, choices, options))));
};

const erase: Work<DeleteFlags> = async (cli, flags, email) => {
  if (email !== undefined) {
    if (flags.queue === true) throw new DsrError("USAGE", { at: "--queue", reason: "it belongs to --plan and --confirm" });
    if (flags.plan !== undefined || flags.confirm !== undefined) throw new DsrError("USAGE", { reason: "give an address, or --plan and --confirm, not both" });
    return eraseInteractively(cli, flags, email);
  }
  const { plan, confirm } = flags;
  if (plan === undefined || confirm === undefined) throw new DsrError("CONFIRMATION_REFUSED", { reason: "both --plan and --confirm are needed" });
  refuseContext({ ...flags }, ["plan", "confirm", "wait", "queue"]);
  if (flags.queue === true && flags.wait === true) throw new DsrError("USAGE", { reason: "--queue does not wait" });
  if (flags.queue === true) return withDsr(cli, async ({ dsr }) => showQueued(cli, await dsr.confirm(plan, confirm)));
  return withDsr(cli, async (opened) => showResult(cli, await runRequest(cli, opened, flags, (options) => opened.dsr.delete(plan, confirm, options))));
};

/** Taken: what becomes of it is told when a worker has been at it. */
function showQueued(cli: Cli, result: DeletionResult): number {
  if (cli.json) cli.printJson(resultJson(result, cli.subject));
  else {
    const { program = "dsr", again = "" } = cli.subject;
    cli.print([`Request ${result.request.id} is confirmed. A worker (\`${program} worker${again}\`) carries it out; \`${program} requests show ${result.request.id}${again}\` tells how it goes.`]);
  }
  return 0;
}

/** Plans, shows, and asks the person in front to type the address. */
async function eraseInteractively(cli: Cli, flags: DeleteFlags, email: string): Promise<number> {
  if (!isInteractive(cli.io)) throw new DsrError("CONFIRMATION_REFUSED", { reason: "nobody can be asked here: plan first, then give --plan and --confirm" });
  const { address, input, choices } = await intakeOf(cli, email, flags);
  return withDsr(cli, async (opened) => {
    const planned = await runRequest(cli, opened, {}, (options) => opened.dsr.plan(flags.connection, input, choices, options));
    if (planned.outcome !== "planned" || planned.plan === null) return showResult(cli, planned);
    await ask(cli, planned, address);
    return carryOut(cli, opened, flags, planned.plan);
  });
}

async function ask(cli: Cli, planned: DeletionResult, address: string): Promise<void> {
  cli.tell(resultLines(planned, cli.errorStyle, cli.subject));
  cli.io.stderr.write(`To delete ${plural(planned.plan?.targets.length ?? 0, "record")} now, type the person's address: `);
  const { requestId } = cli.subject;
  // Whoever interrupts here has confirmed nothing that could be gone on with.
  delete cli.subject.requestId;
  const typed = (await readLine(cli.io, "the answer"))?.trim().normalize("NFC");
  if (requestId !== undefined) cli.subject.requestId = requestId;
  if (typed === address.trim().normalize("NFC")) return;
  // The plan was made with calls to the vendor, so that the table's words would not be true.
  cli.subject.done = "Nothing was deleted.";
  throw new DsrError("CONFIRMATION_REFUSED", { reason: "what was typed is not the address" });
}

async function carryOut(cli: Cli, opened: Opened, flags: RunFlags, { id, confirm }: NonNullable<DeletionResult["plan"]>): Promise<number> {
  return showResult(cli, await runRequest(cli, opened, flags, (options) => opened.dsr.delete(id, confirm, options)));
}
