import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { runCli } from "../../../../adapters/cli/run-cli.js";
import type { IntercomSandbox } from "../../../../connectors/intercom/sandbox/sandbox.js";
import { ALL_SCOPES, type ScopeId } from "../../../../connectors/intercom/sandbox/scopes.js";
import { startIntercomSandbox, type SandboxServerOptions } from "../../../../connectors/intercom/sandbox/server.js";

export const ADA = "ada@example.test";

/** What one command line said and how it ended. */
export interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** Standard output as JSON. */
  readonly json: any;
  /** Standard error's last line as JSON. */
  readonly error: any;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
  readonly signal?: AbortSignal;
  readonly cutShort?: AbortSignal;
  /** Called with each piece of standard error. */
  readonly onErr?: (piece: string, type: (text: string) => void) => void;
}

/** A vendor on a real socket and a home folder on a real disk. */
export interface World {
  readonly url: string;
  readonly sandbox: IntercomSandbox;
  readonly home: string;
  readonly client: { readonly DSR_INTERCOM_CLIENT_ID: string; readonly DSR_INTERCOM_CLIENT_SECRET: string };
  /** Runs a command line in this process, over this home. */
  dsr(words: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Connects the sandbox as `acme`. */
  connect(capabilities?: string, token?: string): Promise<void>;
  /** The calls that changed or would change something, by their paths. */
  mutations(): readonly string[];
  end(): Promise<void>;
}

/** What only optional data categories need: an account of these tests grants what the integration page asks for, and nothing more. */
const OPTIONAL_SCOPES: readonly ScopeId[] = ["read_conversations", "read_tickets", "read_events", "custom_objects", "read_admins"];

export async function startWorld(options: SandboxServerOptions & { readonly settings?: object } = {}): Promise<World> {
  const { settings = { looksSeconds: [0, 0.1, 0.2, 0.3] }, ...sandboxOptions } = options;
  const running = await startIntercomSandbox({ rateLimit: "off", indexLagMs: { create: 0, update: 0, delete: 0 }, app: { scopes: ALL_SCOPES.filter((scope) => !OPTIONAL_SCOPES.includes(scope)) }, ...sandboxOptions });
  for (const scope of OPTIONAL_SCOPES) running.sandbox.withdrawScope(running.sandbox.token, scope);
  const home = mkdtempSync(join(tmpdir(), "dsr-cli-"));
  writeFileSync(join(home, "config.json"), JSON.stringify(settings));
  const { url, sandbox, firstLine } = running;
  const dsr = (words: readonly string[], run: RunOptions = {}): Promise<Ended> => runInProcess(words, { ...run, env: { DSR_HOME: home, ...run.env } });
  return {
    url,
    sandbox,
    home,
    client: { DSR_INTERCOM_CLIENT_ID: firstLine.clientId, DSR_INTERCOM_CLIENT_SECRET: firstLine.clientSecret },
    dsr,
    connect: async (capabilities = "access,deletion", token = sandbox.token) => {
      const { exit, err } = await dsr(["connect", "intercom", "--name", "acme", "--capabilities", capabilities, "--api-url", url, "--token-stdin"], { input: token });
      if (exit !== 0) throw new Error(`the sandbox could not be connected: ${err}`);
      sandbox.calls.clear();
    },
    mutations: () => sandbox.calls.records.filter(({ method, kind }) => kind === "api" && method === "DELETE").map(({ path }) => path),
    end: async () => {
      await running.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function runInProcess(words: readonly string[], { input, env = {}, terminal = false, signal = new AbortController().signal, cutShort, onErr }: RunOptions = {}): Promise<Ended> {
  const stdin = Object.assign(new PassThrough(), { isTTY: terminal });
  if (input !== undefined) stdin.write(input);
  if (!terminal) stdin.end();
  let out = "";
  let err = "";
  const exit = await runCli(words, {
    stdin,
    stdout: { isTTY: false, write: (text) => (out += text) },
    stderr: {
      isTTY: terminal,
      write: (text) => {
        err += text;
        onErr?.(text, (typed) => stdin.write(typed));
      },
    },
    env,
    signal,
    ...(cutShort === undefined ? {} : { cutShort }),
  });
  return {
    exit,
    out,
    err,
    get json() {
      return JSON.parse(out);
    },
    get error() {
      return JSON.parse(err.trim().split("\n").at(-1) ?? "").error;
    },
  };
}

/** Every file below a folder, as bytes. */
export function filesBelow(directory: string): readonly { readonly path: string; readonly bytes: Buffer }[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .map((path) => ({ path, bytes: readFileSync(path) }));
}
