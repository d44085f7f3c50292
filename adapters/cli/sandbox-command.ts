import { type Command, InvalidArgumentError } from "commander";
import { once } from "node:events";
import { DsrError } from "../../core/errors.js";
import type { Act, Work } from "./act.js";
import { registeredConnectors } from "./registered-connectors.js";

interface SandboxFlags {
  readonly port: number;
  readonly fixture: string;
  readonly seed: number;
  readonly limit?: number | "off";
}

interface Running {
  readonly firstLine: object;
  readonly url: string;
  close(): Promise<void>;
}

/** The vendors that can be played on this machine. Each is loaded when it is asked for. */
const SANDBOXES: Readonly<Record<string, (flags: SandboxFlags) => Promise<Running>>> = {
  intercom: async ({ port, fixture, seed, limit }) => {
    const { isFixtureName } = await import("../../connectors/intercom/sandbox/fixtures.js");
    const { startIntercomSandbox } = await import("../../connectors/intercom/sandbox/server.js");
    if (!isFixtureName(fixture)) throw new DsrError("USAGE", { at: "--fixture", reason: "it is empty, small or crowd" });
    return startIntercomSandbox({ port, fixture, seed, ...(limit === undefined ? {} : { rateLimit: limit }) });
  },
};

export function addSandboxCommand(program: Command, act: Act): void {
  program
    .command("sandbox")
    .description("play a vendor on this machine; the first line says where and with which token")
    .argument("<connector>", Object.keys(SANDBOXES).join(", "))
    .option("--port <number>", "where it listens; any free port when left out", port, 0)
    .option("--fixture <name>", "who is in it: empty, small or crowd", "small")
    .option("--seed <number>", "same seed, same ids", number, 1)
    .option("--limit <calls>", "calls in ten seconds, or: off", limit)
    .action(act(sandbox));
}

const sandbox: Work<SandboxFlags> = async (cli, flags, connector = "") => {
  const start = Object.hasOwn(SANDBOXES, connector) ? SANDBOXES[connector] : undefined;
  if (start === undefined) {
    (await registeredConnectors(cli)).get(connector);
    throw new DsrError("USAGE", { reason: `this program has no sandbox of it, only of: ${Object.keys(SANDBOXES).join(", ")}; a connector's own is served with serveSandbox of dsr-connect/contracts` });
  }
  const running = await start(flags).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code;
    throw code === "EADDRINUSE" || code === "EACCES" ? new DsrError("USAGE", { at: "--port", reason: "it is taken or not allowed" }) : error;
  });
  try {
    cli.io.stdout.write(`${JSON.stringify(running.firstLine)}\n`);
    if (!cli.json) cli.tell([`Everyone in it is made up. In another terminal, with the token of the line above in DSR_${connector.toUpperCase()}_TOKEN:`, `  ${cli.subject.program ?? "dsr"} connect ${connector} --name sandbox --capabilities access,deletion --api-url ${running.url}`, "Ctrl-C ends it."]);
    if (!cli.io.signal.aborted) await once(cli.io.signal, "abort");
    return 0;
  } finally {
    await running.close();
  }
};

function number(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It is a whole number.");
  return Number(text);
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new InvalidArgumentError("It is a whole number from 0 to 65535.");
  return Number(text);
}

function limit(text: string): number | "off" {
  if (text === "off") return text;
  // A vendor that answers nobody is no limit.
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0) throw new InvalidArgumentError("It is a whole number from 1, or: off.");
  return Number(text);
}
