import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import { verdict, type FaultCase, type Measured } from "./case.js";
import { DEADLINE_MS, ourSide, theirSide, type Ending, type Side } from "./sides.js";

const ADDRESS = "ada@example.test";

/** Longer than any right answer takes: deadlines, repeats, and the windows of a rate limit. */
const PATIENCE_MS = { usual: 8 * DEADLINE_MS, paced: 120_000 };

export interface Outcome {
  readonly side: Side["name"];
  readonly right: boolean;
  /** What the side said, and what is wrong with that. */
  readonly words: string;
  readonly measured: Measured;
}

/** Puts one case to one side, on a sandbox and a socket of its own. */
export async function runCase(each: FaultCase, name: Side["name"]): Promise<Outcome> {
  const running = await startIntercomSandbox({ rateLimit: "off", indexLagMs: { create: 0, update: 0, delete: 0 }, ...each.sandbox });
  const side = name === "ours" ? await ourSide(running) : theirSide(running);
  running.sandbox.calls.clear();
  const planted = await each.plant(running);
  try {
    const measured = await measure(each, side, running);
    const { right, why } = verdict(each, measured, planted?.objection?.());
    const said = measured.ending === "no end" ? "no end" : measured.ending.words;
    return { side: name, right, words: why === "" ? said : `${said}: ${why}`, measured };
  } finally {
    await planted?.clear?.();
    // Whoever still waits for an answer is let go first.
    running.sandbox.clearFaults();
    await running.close().catch(() => undefined);
    await side.close();
  }
}

async function measure(each: FaultCase, side: Side, running: RunningSandbox): Promise<Measured> {
  const { sandbox } = running;
  const theirs = (): number => [...sandbox.state.contacts.values()].filter(({ email, id }) => email === ADDRESS && sandbox.state.contact(id, sandbox.workspace.id, Date.now())?.status === "live").length;
  const before = theirs();
  const rssBefore = process.memoryUsage().rss;
  let rss = rssBefore;
  const watching = setInterval(() => { rss = Math.max(rss, process.memoryUsage().rss); }, 5);
  const startedAt = performance.now();
  let patience: NodeJS.Timeout | undefined;
  const tooLong = new Promise<"no end">((resolve) => { patience = setTimeout(() => { resolve("no end"); }, each.id.startsWith("R") ? PATIENCE_MS.paced : PATIENCE_MS.usual); });
  const job: Promise<Ending> = each.act?.(side, running) ?? side.run(each.job, ADDRESS);
  const ending = await Promise.race([job, tooLong]);
  clearTimeout(patience);
  clearInterval(watching);
  return {
    ending,
    ms: Math.round(performance.now() - startedAt),
    requests: sandbox.calls.records.length,
    gone: before - theirs(),
    of: before,
    memoryMiB: Math.round((rss - rssBefore) / 1_048_576),
    refusals: sandbox.calls.records.filter(({ status }) => status === 429).length,
  };
}
