import "reflect-metadata";
import type { MutantCoverage } from "@stryker-mutator/api/core";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { determineHitLimitReached, DryRunStatus, MutantRunStatus, TestStatus, type DryRunOptions, type DryRunResult, type MutantRunOptions, type MutantRunResult, type TestResult, type TestRunner } from "@stryker-mutator/api/test-runner";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { TestFile, type Failure } from "./test-file.js";
import { RULES, testFiles } from "./tests-of-core.js";

/** What Stryker's instrumented code shares with whoever runs it. */
interface Instrumented {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: MutantCoverage;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

/** What the tests may cost that one mutant has to survive, as measured without any mutant. One that needs more to be noticed counts as survived. */
const BUDGET_CPU_MS = 2_000;

/** Where the process that measures leaves for the others what it found. */
const MEASURED = "measured-by-mutation.json";

interface Measured {
  /** Milliseconds of a processor by test, which a busy machine hardly changes. */
  readonly costs: Readonly<Record<string, number>>;
  readonly perTest: MutantCoverage["perTest"];
}

/**
 * Runs mocha's tests inside the process that stays between mutants. The runner that Stryker offers for mocha knows no mocha 12, and its
 * runner of commands needs some 0.7 s of a processor for a mutant where this one needs 0.05 s. What a mutant may leave behind in the
 * process is met thus: the test that fails is run once more without the mutant, and where it then fails too, the mutant is tried again in
 * a new process.
 */
class MochaRunner implements TestRunner {
  readonly #instrumented: Instrumented = ((globalThis as { __stryker__?: Instrumented }).__stryker__ ??= {});
  readonly #loaded = new Map<string, TestFile>();
  #measured: Measured | undefined;
  #mutants = 0;
  #spoiled = false;

  capabilities(): { readonly reloadEnvironment: boolean } {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    const temporary = join(process.cwd(), "temporary-of-mutants", String(process.pid));
    mkdirSync(temporary, { recursive: true });
    process.env["TMPDIR"] = temporary;
    // What a mutant left running may fail when nobody waits for it any more.
    process.on("unhandledRejection", () => undefined);
  }

  async dryRun({ testFiles: only }: DryRunOptions): Promise<DryRunResult> {
    const tests: TestResult[] = [];
    const failures: Failure[] = [];
    const costs: Record<string, number> = {};
    for (const path of testFiles()) {
      const source = path.replace(/js$/, "ts");
      if (only && !only.includes(resolve(source))) continue;
      const file = await this.#load(path);
      const failure = await file.run(undefined, {
        began: (id) => (this.#instrumented.currentTestId = id),
        passed: (id, timeSpentMs, cpuMs) => {
          tests.push({ id, name: id, fileName: source, timeSpentMs, status: TestStatus.Success });
          costs[id] = cpuMs;
        },
      });
      this.#instrumented.currentTestId = undefined;
      if (failure) failures.push(failure);
    }
    if (failures.length > 0) return { status: DryRunStatus.Error, errorMessage: failures.map(({ id, message }) => `${id}: ${message}`).join("\n") };
    const mutantCoverage = this.#instrumented.mutantCoverage ?? { static: {}, perTest: {} };
    const measured: Measured = { costs, perTest: mutantCoverage.perTest };
    writeFileSync(MEASURED, JSON.stringify(measured));
    return { status: DryRunStatus.Complete, tests, mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, sandboxFileName }: MutantRunOptions): Promise<MutantRunResult> {
    if (this.#spoiled) throw new Error("A mutant spoiled this process.");
    const first = this.#mutants++ === 0;
    const tests = this.#affordable(testFilter ?? this.#reaching(sandboxFileName), sandboxFileName);
    Object.assign(this.#instrumented, { hitCount: 0, hitLimit });
    let nrOfTests = 0;
    for (const path of testFiles()) {
      const wanted = tests.filter((id) => id.startsWith(`${path} `));
      if (wanted.length === 0) continue;
      if (mutantActivation === "static") this.#instrumented.activeMutant = activeMutant.id;
      const file = await this.#load(path);
      this.#instrumented.activeMutant = activeMutant.id;
      let failure = await file.run(new Set(wanted), { passed: () => nrOfTests++ }, this.#read().costs);
      // The first run in a process is slow on a busy machine.
      if (failure?.timedOut) failure = await file.run(new Set(wanted), {}, this.#read().costs);
      this.#instrumented.activeMutant = undefined;
      const looped = determineHitLimitReached(this.#instrumented.hitCount, hitLimit);
      if (looped) return { status: MutantRunStatus.Timeout, reason: looped.reason ?? "" };
      if (failure === undefined) continue;
      if (mutantActivation === "runtime" && (await file.run(new Set([failure.id]), {}))) {
        this.#spoiled = true;
        if (!first) throw new Error("An earlier mutant spoiled this process.");
      }
      return noticed(failure, nrOfTests + 1);
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }

  async #load(path: string): Promise<TestFile> {
    const file = this.#loaded.get(path) ?? (await TestFile.load(path));
    this.#loaded.set(path, file);
    return file;
  }

  /** Core's own tests first, then the rules of the contract and files of a like name, then the quickest, as far as the time goes. */
  #affordable(tests: readonly string[], source: string): readonly string[] {
    let spent = 0;
    const costs = this.#read().costs;
    const words = basename(source, ".ts").split("-");
    const rank = (id: string): number => (id.startsWith("test/core/") ? 0 : id.startsWith(RULES) || words.some((word) => basename(id.split(" ")[0] ?? "").includes(word)) ? 1 : 2);
    return [...tests].sort((a, b) => rank(a) - rank(b) || (costs[a] ?? 0) - (costs[b] ?? 0)).filter((id) => (spent += costs[id] ?? 0) <= BUDGET_CPU_MS);
  }

  /** What is made while a file is loaded serves the functions in it: the tests that reach any of them stand for it. */
  #reaching(source: string): readonly string[] {
    const mutants = [...readFileSync(source, "utf8").matchAll(/stryMutAct_\w+\("(\d+)"\)/g)].map(([, id]) => id ?? "");
    return Object.entries(this.#read().perTest).filter(([, hits]) => mutants.some((id) => hits[id] !== undefined)).map(([id]) => id);
  }

  #read(): Measured {
    return (this.#measured ??= JSON.parse(readFileSync(MEASURED, "utf8")) as Measured);
  }
}

function noticed({ id, message, timedOut }: Failure, nrOfTests: number): MutantRunResult {
  if (timedOut) return { status: MutantRunStatus.Timeout, reason: message };
  return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage: message, nrOfTests };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "mocha-in-process", MochaRunner)];
