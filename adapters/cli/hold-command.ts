import type { Command } from "commander";
import type { HoldSummary } from "../../core/holds.js";
import { parseEnd } from "../intake/dates.js";
import type { Act, Work } from "./act.js";
import type { Cli } from "./cli.js";
import { intakeOf } from "./context-flags.js";
import { withDsr } from "./open-dsr.js";
import { aligned, visible } from "./visible-text.js";

interface AddFlags {
  readonly basis: string;
  readonly until?: string;
}

export function addHoldCommands(program: Command, act: Act): void {
  const hold = program.command("hold").description("legal holds: a person under one is not deleted, at no connection");
  hold
    .command("add")
    .description("place a hold on a person")
    .argument("<email>", "the person's address, which is not kept; - reads it from standard input")
    .requiredOption("--basis <text>", "why, in words without an address: it goes into results and evidence")
    .option("--until <date>", "to the end of this day; until it is released when left out")
    .action(act(add));
  hold.command("list").description("the holds that were not released").action(act(list));
  hold.command("release").description("end a hold").argument("<id>", "the hold").action(act(release));
}

/** The westernmost clocks are 12 hours behind UTC, and a hold must not end early. */
const BEHIND_MS = 12 * 3_600_000;

const add: Work<AddFlags> = async (cli, { basis, until }, email = "") => {
  const { input } = await intakeOf(cli, email, {});
  const end = until === undefined ? {} : { until: parseEnd(until, "--until", BEHIND_MS) };
  return withDsr(cli, async ({ dsr }) => shown(cli, await dsr.placeHold({ identifier: input.identifier, basis, ...end })));
};

const list: Work<object> = (cli) =>
  withDsr(cli, async ({ dsr }) => {
    const holds = await dsr.holds();
    if (cli.json) cli.printJson({ holds });
    else cli.print(holds.length === 0 ? "No holds." : aligned(holds.map(cells), ""));
    return 0;
  });

const release: Work<object> = (cli, _, id = "") => withDsr(cli, async ({ dsr }) => shown(cli, await dsr.releaseHold(id)));

function shown(cli: Cli, hold: HoldSummary): number {
  if (cli.json) cli.printJson({ hold });
  else cli.print(aligned([cells(hold)], ""));
  return 0;
}

function cells({ id, state, basis, until }: HoldSummary): readonly string[] {
  return [id, state, until === undefined ? "until released" : `until ${until}`, visible(basis)];
}
