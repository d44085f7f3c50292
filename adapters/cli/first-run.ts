#!/usr/bin/env node
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fetch } from "undici";
import { startIntercomSandbox, type RunningSandbox } from "../../connectors/intercom/sandbox/server.js";
import type { Output } from "./cli-io.js";
import { quoted } from "./quoted.js";
import { runCli } from "./run-cli.js";
import { createStyle } from "./style.js";

/**
 * `npm start`: one made-up person's access and deletion from end to end, against the local Intercom, over a real socket, through the same
 * commands that an operator types. Asks nothing, keeps everything in a temporary folder.
 */
const PERSON = "ada@example.test";
const style = createStyle(process.stdout, process.env, true);
const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());

class StepFailed extends Error {}

/** What a command said, in both its voices, and how it ended. */
interface Told {
  readonly exit: number;
  readonly text: string;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dsr-first-run-"));
  // The app may do exactly what the integration page asks for. Its search forgets at once, so that the last step need not wait.
  const sandbox = await startIntercomSandbox({ app: { scopes: ["read_users_companies", "read_single_user", "write_users_companies"] }, indexLagMs: { delete: 0 } });
  try {
    await walkThrough(folder, sandbox);
  } catch (error) {
    // Only who comes to the end is told what to look at, and how to remove it.
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await sandbox.close();
  }
}

async function walkThrough(folder: string, { url, sandbox, firstLine }: RunningSandbox): Promise<void> {
  const home = join(folder, "home");
  const packages = join(folder, "packages");
  const readOnly = sandbox.issueToken({ scopes: ["read_users_companies", "read_single_user"] });
  const app = { DSR_INTERCOM_CLIENT_ID: firstLine.clientId, DSR_INTERCOM_CLIENT_SECRET: firstLine.clientSecret };
  const dsr = (words: readonly string[], expected: number, env: Readonly<Record<string, string>> = {}, onLink?: (link: string) => void): Promise<Told> => run(words, expected, { DSR_HOME: home, ...env }, onLink);
  const connect = ["connect", "intercom", "--capabilities", "access,deletion", "--api-url", url];

  say(`An Intercom of made-up people runs at ${url}. Everything is kept in ${folder}.`);

  step(1, "Connect with a token that may not delete. Every permission is checked, and nothing is stored.");
  await dsr(connect, 5, { DSR_INTERCOM_TOKEN: readOnly });

  step(2, "Connect again through the vendor's consent page, where an Admin grants the permission. (Nobody sits here, so this program clicks \"Authorise\".)");
  let approval: Promise<unknown> = Promise.resolve();
  await dsr([...connect, "--oauth"], 0, app, (link) => {
    approval = authorise(link);
    // Where the command is interrupted, nobody is left to come back to.
    approval.catch(() => undefined);
  });
  await approval;

  step(3, "Somebody asks what is held about them: an access request.");
  const { text } = await dsr(["access", PERSON, "--out", packages, "--ref", "TICKET-1"], 0);
  const [name = ""] = await readdir(packages);
  say(["In the package:", ...(await contents(join(packages, name)))].join("\n"));
  if (!text.includes(name)) throw new StepFailed();

  step(4, "The same person asks to be deleted. The plan says exactly what would go; nothing is changed yet.");
  const planned = await dsr(["plan", PERSON, "--ref", "TICKET-2"], 0);
  const [, plan = "", confirm = ""] = /--plan (\S+) --confirm (\S+)/.exec(planned.text) ?? [];

  step(5, "Carry the plan out. Each record is looked at afterwards, by its id, until it is gone.");
  await dsr(["delete", "--plan", plan, "--confirm", confirm], 0);

  step(6, "Look again: is anybody of that address left?");
  await dsr(["access", PERSON, "--ref", "TICKET-3"], 6);

  say(
    [
      style.bold("That was all of it. Next:"),
      `  see the package        ls ${quoted(join(packages, name))}`,
      "  play it yourself       npm run -s dsr -- sandbox intercom",
      "  read what it needs     npm run -s dsr -- connectors show intercom",
      "  your own workspace     npm run -s dsr -- connectors show intercom --setup",
      "                         npm run -s dsr -- connect intercom --capabilities access,deletion --token-stdin",
      "                         npm run -s dsr -- access -   (the address on standard input)",
      `  remove what was made   rm -r ${quoted(folder)}`,
    ].join("\n"),
  );
}

/** Shows a command as it would be typed, runs it, and shows what it says. */
async function run(words: readonly string[], expected: number, env: Readonly<Record<string, string>>, onLink?: (link: string) => void): Promise<Told> {
  process.stdout.write(`${style.bold(`$ dsr ${words.map(quoted).join(" ")}`)}\n`);
  let text = "";
  const output: Output = {
    isTTY: process.stdout.isTTY === true,
    write: (piece: string) => {
      text += piece;
      process.stdout.write(piece);
      const link = /https?:\/\/\S+\/oauth\?\S+/.exec(piece)?.[0];
      if (link !== undefined) onLink?.(link);
    },
  };
  const { PATH, NO_COLOR, TERM } = process.env;
  const exit = await runCli(words, { stdin: Object.assign(new PassThrough().end(), { isTTY: false }), stdout: output, stderr: { ...output, isTTY: false }, env: { PATH, NO_COLOR, TERM, ...env }, signal: interrupted.signal });
  process.stdout.write(`${style.dim(`(exit code ${exit})`)}\n`);
  if (exit !== expected) throw new StepFailed();
  return { exit, text };
}

/** What the button on the consent page does: the vendor then comes back to the address that waits for it. */
async function authorise(link: string): Promise<void> {
  const address = new URL(link);
  address.searchParams.set("decision", "authorise");
  await (await fetch(address)).text();
}

/** What a package's files are for; the rest are its categories. */
const PURPOSES: Readonly<Record<string, string>> = {
  "index.html": "the whole of it, for the person to read",
  "statement.txt": "what may be told to the person",
  "manifest.json": "where each file came from, and its hash",
  "package.schema.json": "what the JSON files look like",
};

/** The package's files: what each is for, or how many records it holds. Each category is there as a table, too. */
async function contents(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => !file.endsWith(".csv")).sort();
  return Promise.all(
    files.map(async (file) => {
      const held: unknown = PURPOSES[file] === undefined && file.endsWith(".json") ? JSON.parse(await readFile(join(folder, file), "utf8")) : undefined;
      const what = Array.isArray(held) ? `${held.length} ${held.length === 1 ? "record" : "records"}, and the same as a table in ${file.replace(".json", ".csv")}` : (PURPOSES[file] ?? "");
      return `  ${file.padEnd(20)} ${what}`;
    }),
  );
}

let current = "starting";

function step(number: number, caption: string): void {
  current = `step ${number}`;
  process.stdout.write(`\n${style.bold(style.green(`${number}.`))} ${caption}\n\n`);
}

function say(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`\nfailed at ${current}${error instanceof StepFailed ? "" : ": this program made a mistake"}\n`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}
