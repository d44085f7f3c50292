import { runConnectorContract, type ContractSubject } from "../../contracts/index.js";

export interface CollectedTest {
  readonly title: string;
  /** The id of the rule that the title begins with. */
  readonly rule: string;
  readonly run: () => Promise<void>;
}

/** The contract's tests for a connector, not registered with any test runner. */
export function collectTests(subject: ContractSubject): readonly CollectedTest[] {
  const tests: CollectedTest[] = [];
  runConnectorContract({ describe: (_, body) => body(), it: (title, run) => tests.push({ title, rule: title.split(" ")[0] ?? "", run }) }, subject);
  return tests;
}

/** The rules that a connector breaks, with why. */
export async function brokenRules(tests: readonly CollectedTest[]): Promise<ReadonlyMap<string, unknown>> {
  const broken = new Map<string, unknown>();
  for (const { rule, run } of tests) await run().catch((error: unknown) => broken.set(rule, error));
  return broken;
}
