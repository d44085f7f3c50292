import { type Command, Option } from "commander";
import type { Erase } from "../../core/erasure.js";
import { DsrError } from "../../core/errors.js";
import type { ParsedIntake } from "../intake/parse-intake.js";
import type { Cli } from "./cli.js";
import { isInteractive } from "./cli-io.js";
import { readWhole } from "./read-input.js";
import { systemClock } from "../clock/system-clock.js";
import { visible } from "./visible-text.js";

/** What may be said of any request. */
export interface ContextFlags {
  readonly connection?: string;
  readonly ref?: string;
  readonly received?: string;
  readonly law?: string;
  readonly due?: string;
  readonly verified?: string;
  readonly operator?: string;
  readonly lang?: string;
}

/** What may be decided about a deletion's records. */
export interface ChoiceFlags {
  readonly erase?: string;
  readonly only?: readonly string[];
  readonly exclude?: readonly RawChoice[];
  readonly also?: readonly RawChoice[];
}

/** Where people are to be looked for beyond the vendor's search. */
export interface ExtentFlags {
  readonly archived?: true;
}

interface RawChoice {
  readonly id: string;
  readonly reason: string;
}

export function addContextFlags(command: Command): Command {
  return command
    .option("--connection <name>", "which connection; the only one when left out")
    .option("--ref <text>", "your ticket's number: same number, same request")
    .option("--received <date>", "when the person asked, as in 2026-01-31")
    .addOption(new Option("--law <law>", "what sets the due date").choices(["gdpr", "ccpa", "other"]))
    .option("--due <date>", "when the answer is due; computed from --received and --law when left out")
    .option("--verified <method@date>", "how and when the person was identified")
    .option("--operator <name>", "who carries it out")
    .option("--lang <code>", "language of what the person will read");
}

export function addChoiceFlags(command: Command): Command {
  return command
    .addOption(new Option("--erase <what>", "contacts: the contacts alone; related: also conversations, tickets and custom objects that are this person's alone").choices(["contacts", "related"]))
    .addOption(new Option("--only <ids>", "only these of the records found: ID,ID").argParser(ids).conflicts("exclude"))
    .option("--exclude <id=reason>", "not this record, or what is related to one; may be repeated", choice)
    .option("--also <id=reason>", "also this record, which the search does not show; may be repeated", choice);
}

export function addExtentFlags(command: Command): Command {
  return command.option("--archived", "look among the archived records, too: the vendor's search leaves them out, and their whole list is read");
}

/** By the ids of the manifest. */
export function extentsOf({ archived }: ExtentFlags): readonly string[] | undefined {
  return archived === true ? ["archived"] : undefined;
}

/** The flags and the address, judged. `-` takes the address from standard input. */
export async function intakeOf(cli: Cli, email: string, flags: ContextFlags & ChoiceFlags & ExtentFlags): Promise<ParsedIntake & { readonly address: string }> {
  const { io } = cli;
  if (email === "-" && isInteractive(io)) io.stderr.write("The person's address: ");
  const address = email === "-" ? await readWhole(io, "the address") : email;
  const { ref, received, law, due, verified, operator, lang, erase, only, exclude, also } = flags;
  const { parseIntake } = await import("../intake/parse-intake.js");
  const intake = parseIntake({ email: address, ref, received, law, due, verified, operator, lang, erase: ERASE[erase ?? ""], only, exclude, also, extents: extentsOf(flags) }, systemClock.now());
  if (lang !== undefined) await remarkLanguage(cli, lang);
  return { address, ...intake };
}

/** A request may be in any language; what this program writes for the person is in one of its own. */
export async function remarkLanguage(cli: Cli, language: string): Promise<void> {
  const { hasTexts } = await import("../packages/texts/choose-texts.js");
  if (hasTexts(language)) return;
  const message = `there are no texts in the language ${visible(language)}: what the person reads is in English`;
  cli.remark(`${cli.errorStyle.yellow("warning")}  ${message}`, { warning: { code: "LANGUAGE_UNKNOWN", message } });
}

/** As the framework calls it, which knows no contacts. */
const ERASE: Readonly<Record<string, Erase>> = { contacts: "subject", related: "related" };

/** The flags that make sense only where a request is opened. */
export function refuseContext(flags: Readonly<Record<string, unknown>>, allowed: readonly string[]): void {
  const stray = Object.keys(flags).find((name) => flags[name] !== undefined && !allowed.includes(name));
  if (stray !== undefined) throw new DsrError("USAGE", { at: `--${stray}`, reason: "it belongs to the plan, which is made already" });
}

function ids(text: string): readonly string[] {
  return text.split(",").map((id) => id.trim());
}

function choice(text: string, earlier: readonly RawChoice[] = []): readonly RawChoice[] {
  const [id = "", ...reason] = text.split("=");
  return [...earlier, { id, reason: reason.join("=") }];
}
