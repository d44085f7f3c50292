import "reflect-metadata";
import type { MutantCoverage } from "@stryker-mutator/api/core";
import { declareClassPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { determineHitLimitReached, DryRunStatus, MutantRunStatus, TestStatus, type DryRunOptions, type DryRunResult, type MutantRunOptions, type MutantRunResult, type TestResult, type TestRunner } from "@stryker-mutator/api/test-runner";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { TestFile, type Failure } from "./test-file.js";
import { testFiles } from "./tests-of-core.js";

/** What Stryker's instrumented code shares with whoever runs it. */
interface Instrumented {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: MutantCoverage;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

/** What the tests may cost that one mutant has to survive, as measured without any mutant. One that needs more to be noticed counts as survived. */
const BUDGET_CPU_MS = 1_000;

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
  readonly #orders = new Map<string, readonly string[]>();
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
      const began = (id: string): void => void (this.#instrumented.currentTestId = id);
      const spent = new Map<string, number>();
      const failure = await file.run(undefined, { began, passed: (id, ms) => spent.set(id, ms) });
      if (failure) failures.push(failure);
      // The first time counts what is compiled on the way. Both times are the tests' own: what is left over would be added to each mutant's time limit.
      else await file.run(undefined, { began, passed: (id, ms, cpuMs) => (spent.set(id, (spent.get(id) ?? 0) + ms), (costs[id] = cpuMs)) });
      for (const [id, timeSpentMs] of spent) tests.push({ id, name: id, fileName: source, timeSpentMs, status: TestStatus.Success });
      this.#instrumented.currentTestId = undefined;
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
    const tests = this.#affordable(testFilter ?? [...this.#reaching(sandboxFileName).keys()], sandboxFileName);
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

  /** As many of these tests, in their file's order, as the time goes for. */
  #affordable(tests: readonly string[], source: string): readonly string[] {
    const costs = this.#read().costs;
    const order = this.#orders.get(source) ?? orderOf(this.#reaching(source), costs);
    this.#orders.set(source, order);
    const wanted = new Set(tests);
    let spent = 0;
    return order.filter((id) => {
      const fits = wanted.has(id) && spent + (costs[id] ?? 0) <= BUDGET_CPU_MS;
      if (fits) spent += costs[id] ?? 0;
      return fits;
    });
  }

  /** What is made while a file is loaded serves the functions in it: the tests that reach any of them stand for it. */
  #reaching(source: string): ReadonlyMap<string, readonly string[]> {
    const mutants = [...readFileSync(source, "utf8").matchAll(/stryMutAct_\w+\("(\d+)"\)/g)].map(([, id]) => id ?? "");
    const reached = Object.entries(this.#read().perTest).map(([id, hits]) => [id, mutants.filter((mutant) => hits[mutant] !== undefined)] as const);
    return new Map(reached.filter(([, of]) => of.length > 0));
  }

  #read(): Measured {
    return (this.#measured ??= JSON.parse(readFileSync(MEASURED, "utf8")) as Measured);
  }
}

/** The order in which tests stand against the mutants of one file, given which of these each test reaches: core's own first. */
function orderOf(reaching: ReadonlyMap<string, readonly string[]>, costs: Readonly<Record<string, number>>): readonly string[] {
  const isOwn = ([id]: readonly [string, unknown]): boolean => id.startsWith("test/core/");
  return [...byWorth([...reaching].filter(isOwn), costs), ...byWorth([...reaching].filter((each) => !isOwn(each)), costs)];
}

/**
 * Always the one that reaches most for its cost of what none before it has reached, so that every way through the file is gone early, and once
 * more when all are gone; at last, when no mutant has time for them, the quickest.
 */
function byWorth(tests: readonly (readonly [id: string, mutants: readonly string[]])[], costs: Readonly<Record<string, number>>): readonly string[] {
  const cost = (id: string): number => 5 + (costs[id] ?? 0);
  const left = new Map(tests);
  const order: string[] = [];
  let gone = new Set<string>();
  let spent = 0;
  while (left.size > 0 && spent < 5 * BUDGET_CPU_MS) {
    const worth = [...left].map(([id, mutants]) => ({ id, gain: mutants.filter((mutant) => !gone.has(mutant)).length / cost(id) }));
    const best = worth.reduce((a, b) => (b.gain > a.gain ? b : a));
    if (best.gain === 0 && gone.size > 0) {
      gone = new Set();
      continue;
    }
    for (const mutant of left.get(best.id) ?? []) gone.add(mutant);
    left.delete(best.id);
    order.push(best.id);
    spent += cost(best.id);
  }
  return [...order, ...[...left.keys()].sort((a, b) => cost(a) - cost(b))];
}

function noticed({ id, message, timedOut }: Failure, nrOfTests: number): MutantRunResult {
  if (timedOut) return { status: MutantRunStatus.Timeout, reason: message };
  return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage: message, nrOfTests };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, "mocha-in-process", MochaRunner)];
