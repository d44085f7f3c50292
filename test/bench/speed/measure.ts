import { build } from "esbuild";
import { execFile, spawn } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import { addressOf, type CallKind, type Done, type Job } from "./job.js";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const COMPILED = join(ROOT, "node_modules", ".cache", "dsr-bench");
// As deep below its root as the code is whose files it asks for.
const SIDE = join(COMPILED, "bench", "speed", "side.mjs");

export type SideName = "ours" | "intercom-client" | "bare fetch";

export interface Measured extends Done {
  readonly calls: number;
  /** By the description's operation ids. */
  readonly operations: Readonly<Record<string, number>>;
}

/** Compiles the sides, so that none is measured with its compiler. Libraries are used as they are installed. */
export async function compileSides(): Promise<void> {
  rmSync(COMPILED, { recursive: true, force: true });
  await build({ entryPoints: [join(ROOT, "test/bench/speed/side.ts")], outfile: SIDE, bundle: true, packages: "external", platform: "node", format: "esm", target: "node20", logLevel: "warning" });
  mkdirSync(join(COMPILED, "contracts"), { recursive: true });
  for (const file of ["contracts/manifest.schema.json", "package.json"]) cpSync(join(ROOT, file), join(COMPILED, file));
}

/** What a server holds before a side begins. */
export type Fill = (sandbox: RunningSandbox["sandbox"]) => void;

export const peopleOf = (count: number): Fill => ({ build: make }) => {
  for (let n = 0; n < count; n++) make.addContact({ email: addressOf(n) });
};

/** All conversations have the same parts, so that a vendor of millions fits into this process. */
export const talkerOf = (conversations: number, parts: number): Fill => ({ build: make }) => {
  const contact = make.addContact({ email: addressOf(0) });
  const one = make.addConversation({ contacts: [contact], parts: Array.from({ length: parts }, (_, part) => ({ body: `<p>Message ${part} of a conversation, of a usual length for a message.</p>`, from: part % 2 === 0 ? contact : ("teammate" as const) })) });
  for (let n = 1; n < conversations; n++) Object.assign(make.addConversation({ contacts: [contact] }), { parts: one.parts });
};

/** Runs one side against a fresh server of its own, in a process of its own. */
export async function measure(side: SideName, job: Omit<Job, "url" | "token">, fill: Fill, nodeOptions: readonly string[] = []): Promise<Measured> {
  const server = await startUnpaced();
  try {
    fill(server.sandbox);
    const told = await runSide(side, { ...job, url: server.url, token: server.firstLine.token }, nodeOptions);
    const { calls } = server.sandbox;
    // Whose account it is, and what it may, is asked once when it is connected.
    const work = calls.records.filter(({ operation, path }) => !CONNECTING.has(operation ?? "") && !path.includes("000000000000000000000000"));
    const operations: Record<string, number> = {};
    for (const { operation, method, path } of work) operations[operation ?? `${method} ${path}`] = (operations[operation ?? `${method} ${path}`] ?? 0) + 1;
    return { ...told, calls: work.length, operations };
  } finally {
    await server.close();
  }
}

/** So many calls of one kind, in a process of its own. */
export async function measureCalls(side: SideName, call: CallKind, count: number): Promise<Done> {
  const server = await startUnpaced();
  try {
    const { build: make } = server.sandbox;
    talkerOf(1, 20)(server.sandbox);
    const [contact] = server.sandbox.state.contacts.values();
    const [conversation] = server.sandbox.state.conversations.values();
    const one = call.startsWith("read a conversation") ? conversation?.id : contact?.id;
    const ids = Array.from({ length: count }, (_, n) => (call === "delete a contact" ? make.addContact({ email: addressOf(n + 1) }).id : (one ?? "")));
    return await runSide(side, { kind: "calls", people: 0, call, ids, url: server.url, token: server.firstLine.token });
  } finally {
    await server.close();
  }
}

function startUnpaced(): Promise<RunningSandbox> {
  return startIntercomSandbox({ fixture: "empty", rateLimit: "off", indexLagMs: { create: 0, update: 0, delete: 0 } });
}

const CONNECTING = new Set(["identifyAdmin", "listAdmins", "retrieveAdmin"]);

/** One side in a process of its own. */
export async function runSide(side: SideName, job: Job, nodeOptions: readonly string[] = []): Promise<Done> {
  const child = spawn(process.execPath, [...nodeOptions, SIDE, side], { env: { PATH: process.env["PATH"], TMPDIR: process.env["TMPDIR"], JOB: JSON.stringify(job) }, stdio: ["ignore", "pipe", "pipe"] });
  let [out, wrong] = ["", ""];
  child.stdout.on("data", (piece: Buffer) => (out += piece.toString()));
  child.stderr.on("data", (piece: Buffer) => (wrong += piece.toString()));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  if (code !== 0) throw new Error(`ended with ${code}: ${/^\w*Error: .*$/m.exec(wrong)?.[0] ?? wrong}`);
  process.stderr.write(wrong);
  return JSON.parse(out) as Done;
}

/** Median wall time of starting a process and waiting for its end, in ms. */
export async function startUp(args: readonly string[], times = 7): Promise<number> {
  const taken: number[] = [];
  for (let n = 0; n < times; n++) {
    const startedMs = performance.now();
    await promisify(execFile)(process.execPath, [...args], { cwd: ROOT });
    taken.push(performance.now() - startedMs);
  }
  return medianOf(taken);
}

export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
