#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { systemClock } from "../clock/system-clock.js";
import { runCli } from "./run-cli.js";

/** The process around a command line: its memory, its streams, its signals, its exit code. */
// V8 lets garbage grow with what is alive, and a long history makes much of it: without this a process holds twice as much, and is not faster.
setFlagsFromString("--optimize-for-size");

const interrupted = new AbortController();
/** Long enough to write down what was being done when the signal came. */
const GRACE_MS = 5_000;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort();
    void systemClock.sleep(GRACE_MS).then(() => process.exit(130));
  });
}

// Whoever reads our output may stop reading (`dsr requests | head`): no reason to leave a request half done, nor to call it well.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const exitCode = await runCli(process.argv.slice(2), { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env, signal: interrupted.signal });
// Standard input may be kept open by whoever started this process; nothing is waited for any more once all is written.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
