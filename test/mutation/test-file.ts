import Mocha, { type Runnable, type Suite, type Test } from "mocha";
import { resolve } from "node:path";

export interface Failure {
  readonly id: string;
  readonly message: string;
  readonly timedOut: boolean;
}

export interface Watch {
  readonly began?: (id: string) => void;
  readonly passed?: (id: string, ms: number, cpuMs: number) => void;
}

/** Mocha's types leave out what lets a suite run again. */
type Resettable = Suite & { reset(): void };

/** One file of tests, loaded once, that can be run any number of times, in whole or in part. */
export class TestFile {
  readonly #path: string;
  readonly #mocha: Mocha;
  readonly #all = new Map<Suite, Test[]>();

  private constructor(path: string, mocha: Mocha) {
    this.#path = path;
    this.#mocha = mocha;
    suitesOf(mocha.suite).forEach((suite) => this.#all.set(suite, suite.tests));
  }

  static async load(path: string): Promise<TestFile> {
    // The base of all reporters reports nothing.
    const mocha = new Mocha({ timeout: 120_000, bail: true, reporter: Mocha.reporters.Base });
    mocha.cleanReferencesAfterRun(false);
    mocha.addFile(resolve(path));
    await mocha.loadFilesAsync();
    return new TestFile(path, mocha);
  }

  /** Runs the tests with these ids, or all, and stops at the first that fails. With costs, none may take much longer than it did. */
  async run(wanted: ReadonlySet<string> | undefined, { began, passed }: Watch, costs?: Readonly<Record<string, number>>): Promise<Failure | undefined> {
    for (const [suite, tests] of this.#all) suite.tests = tests;
    (this.#mocha.suite as Resettable).reset();
    for (const [suite, tests] of this.#all) suite.tests = tests.filter((test) => wanted?.has(this.#idOf(test)) ?? true);
    // Not through `timeout()`, which starts the clock of a test that has run before.
    for (const test of costs ? [...this.#all.values()].flat() : []) Object.assign(test, { _timeout: 5_000 + 50 * (costs?.[this.#idOf(test)] ?? 0) });
    let failure: Failure | undefined;
    let startedAt = 0;
    let usedBefore = 0;
    return new Promise((done) => {
      const runner = this.#mocha.run(() => done(failure));
      // A test begins before its hooks do. The hooks of a whole suite stand for its first test.
      runner.on("test", (test) => {
        startedAt = performance.now();
        usedBefore = cpuMs();
        began?.(this.#idOf(test));
      });
      runner.on("hook", (hook) => {
        if (/"before all" hook/.test(hook.title)) began?.(this.#testOf(hook));
      });
      runner.on("pass", (test) => passed?.(this.#idOf(test), performance.now() - startedAt, cpuMs() - usedBefore));
      runner.on("fail", (runnable, error: Error) => {
        failure ??= { id: this.#testOf(runnable), message: String(error), timedOut: (error as { code?: string }).code === "ERR_MOCHA_TIMEOUT" };
      });
    });
  }

  #idOf(test: Runnable): string {
    return `${this.#path} ${test.fullTitle()}`;
  }

  #testOf(runnable: Runnable): string {
    if (!(runnable instanceof Mocha.Hook)) return this.#idOf(runnable);
    const first = runnable.ctx?.currentTest ?? suitesOf(runnable.parent!).flatMap((suite) => suite.tests)[0];
    return first === undefined ? this.#path : this.#idOf(first);
  }
}

function suitesOf(suite: Suite): Suite[] {
  return [suite, ...suite.suites.flatMap(suitesOf)];
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
