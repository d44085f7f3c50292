import type { Watch } from "../adapters/in-memory/memory-process.js";
import type { HostedConnector } from "./hosted-connector.js";

/** What a process makes durable: the boundaries at which it may die. */
const DURABLE: ReadonlySet<string> = new Set(["journal.append", "staging.put", "packages.write"]);

/**
 * Kills the process at each boundary in turn, before and after the write that makes it. Each time a living process prepares a request, one
 * that will die works on it, and the one that follows is judged. Ends with the run that comes through.
 */
export async function atEveryBoundary(
  hosted: HostedConnector,
  prepare: (alive: HostedConnector) => Promise<string>,
  work: (dying: HostedConnector, requestId: string) => Promise<unknown>,
  judge: (next: HostedConnector, requestId: string, boundary: string) => Promise<void>,
): Promise<number> {
  let current = hosted;
  for (let number = 1; ; number++) {
    const requestId = await prepare(current);
    const { watch, death } = dyingAt(number, () => dying.host.crash());
    const dying: HostedConnector = current.restart(watch);
    await work(dying, requestId).catch((error: unknown) => {
      if (death() === undefined) throw error;
    });
    current = dying.restart();
    const boundary = death();
    await judge(current, requestId, boundary ?? "the end");
    if (boundary === undefined) return number - 1;
  }
}

function dyingAt(number: number, die: () => void): { readonly watch: Watch; readonly death: () => string | undefined } {
  let passed = 0;
  let at: string | undefined;
  const pass = (when: string) => (operation: string) => {
    if (!DURABLE.has(operation)) return;
    passed += 1;
    if (passed !== number) return;
    at = `${when} ${operation}, boundary ${number}`;
    die();
  };
  return { watch: { before: pass("before"), after: pass("after") }, death: () => at };
}
