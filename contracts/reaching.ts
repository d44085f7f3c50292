import { AsyncLocalStorage, createHook } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** Ways out of a process, by what Node calls them: requests and connections, names that are looked up for them, datagrams, other programs. */
const WAYS: ReadonlySet<string> = new Set(["HTTPCLIENTREQUEST", "TCPCONNECTWRAP", "PIPECONNECTWRAP", "GETADDRINFOREQWRAP", "QUERYWRAP", "UDPWRAP", "PROCESSWRAP"]);

/** On which `fetch` and what is like it announces each request, also over a connection that is open already. */
const FETCHED = "undici:request:create";

/** Names the ways out of the process that were taken by the work itself, with whatever function: what else is done in the meantime, by a test runner for example, is none of its. */
export async function reachedDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
  const within = new AsyncLocalStorage<boolean>();
  const ways = new Set<string>();
  const note = (way: string): void => {
    if (within.getStore() === true) ways.add(way);
  };
  const onFetch = (): void => note(FETCHED);
  const hook = createHook({ init: (_, type) => (WAYS.has(type) ? note(type) : undefined) }).enable();
  subscribe(FETCHED, onFetch);
  try {
    await within.run(true, work);
  } finally {
    unsubscribe(FETCHED, onFetch);
    hook.disable();
    // One that is in use makes every promise of the process dearer.
    within.disable();
  }
  return [...ways].sort();
}
