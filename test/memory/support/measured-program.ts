import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compiled } from "../../support/compiled.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What a process took at most, in MiB. */
export interface Memory {
  /** As the kernel counts it, so that no moment is missed. */
  readonly resident: number;
  /** Of V8's heap, what was alive; 0 where the processes are not told to collect garbage as they are measured. */
  readonly alive: number;
}

export interface Ran {
  /** Null where it was killed. */
  readonly exit: number | null;
  readonly json: any;
  readonly err: string;
  readonly memory: Memory;
}

/** The program over a home of its own, whose processes all write down how much memory they took. */
export interface MeasuredProgram {
  /** With `killWhen` it is killed as soon as that is so. */
  run(words: readonly string[], options: { readonly input: string; readonly killWhen?: () => boolean }): Promise<Ran>;
  /** Connects as `big`, at the vendor's own pace no longer: ten thousand calls take a quarter of an hour at that. */
  connect(apiUrl: string, token: string): Promise<void>;
  /** The files of the pages that are staged. */
  stagedPages(): readonly string[];
  end(): void;
}

/** `built`: as it is installed. `compiled`: for a run of the tests; what is alive is measured, too. */
export type Program = "built" | "compiled";

const PROGRAMS = {
  built: () => ({ node: [], main: join(ROOT, "dist/adapters/cli/dsr.js"), connector: join(ROOT, "dist/connectors/intercom/index.js") }),
  compiled: () => ({ node: ["--expose-gc"], main: compiled("adapters/cli/dsr.ts"), connector: compiled("connectors/intercom/index.ts") }),
} as const;

/** Written again and again, since a killed process cannot tell any more. */
const MEASURE = `
import { writeFileSync } from "node:fs";
let alive = 0;
const write = () => {
  if (globalThis.gc !== undefined) {
    globalThis.gc();
    alive = Math.max(alive, process.memoryUsage().heapUsed / 1048576);
  }
  writeFileSync(process.env.MEASURED_INTO, JSON.stringify({ resident: process.resourceUsage().maxRSS / 1024, alive }));
};
setInterval(write, 500).unref();
process.on("exit", write);
`;

export function measuredProgram(program: Program): MeasuredProgram {
  const { node, main, connector: original } = PROGRAMS[program]();
  if (!existsSync(main)) throw new Error("there is no build: npm run build");
  const folder = mkdtempSync(join(tmpdir(), "dsr-measured-"));
  const home = join(folder, "home");
  const [connector, measure, measured] = ["unhurried.mjs", "measure.mjs", "measured.json"].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(connector, `import { intercom } from ${JSON.stringify(pathToFileURL(original).href)};\nexport const connector = { ...intercom, manifest: { ...intercom.manifest, id: "unhurried", rateLimit: { requests: 1_000_000, windowMs: 10_000 } } };\n`);
  writeFileSync(measure, MEASURE);

  const stagedPages = (): readonly string[] => {
    const staging = join(home, "staging");
    if (!existsSync(staging)) return [];
    return (readdirSync(staging, { recursive: true }) as string[]).filter((name) => name.endsWith(".page")).map((name) => join(staging, name));
  };
  const run: MeasuredProgram["run"] = async (words, { input, killWhen }) => {
    const { PATH, TMPDIR = tmpdir() } = process.env;
    const child = spawn(process.execPath, [...node, "--import", pathToFileURL(measure).href, main, ...words, "--connector", connector, "--json"], { cwd: ROOT, env: { PATH, TMPDIR, DSR_HOME: home, MEASURED_INTO: measured }, stdio: "pipe" });
    let [out, err] = ["", ""];
    child.stdout.on("data", (piece: Buffer) => (out += piece.toString()));
    child.stderr.on("data", (piece: Buffer) => (err += piece.toString()));
    child.stdin.end(input);
    const watch = killWhen === undefined ? undefined : setInterval(() => (killWhen() ? child.kill("SIGKILL") : undefined), 20);
    const exit = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
    clearInterval(watch);
    return { exit, json: out === "" ? undefined : JSON.parse(out), err, memory: JSON.parse(readFileSync(measured, "utf8")) as Memory };
  };

  return {
    stagedPages,
    run,
    connect: async (apiUrl, token) => {
      const { exit, err } = await run(["connect", "unhurried", "--name", "big", "--capabilities", "access", "--api-url", apiUrl, "--token-stdin"], { input: token });
      if (exit !== 0) throw new Error(err);
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
