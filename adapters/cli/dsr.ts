#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { systemClock } from "../clock/system-clock.js";
import { reportLostOutput, runCli } from "./run-cli.js";

/** The process around a command line: its memory, its streams, its signals, its exit code. */
// V8 lets garbage grow with what is alive, and a long history makes much of it: without this a process holds twice as much, and is not faster.
setFlagsFromString("--optimize-for-size");

const interrupted = new AbortController();
const cutShort = new AbortController();
/** Long enough to write down what was being done when the signal came. */
const GRACE_MS = 5_000;
/** And to say how to go on, to whoever reads that. */
const LAST_WORDS_MS = 200;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort();
    void systemClock.sleep(GRACE_MS).then(async () => {
      cutShort.abort();
      await systemClock.sleep(LAST_WORDS_MS);
      process.exit(130);
    });
  });
}

// Whoever reads our output may stop reading (`dsr requests | head`): no reason to leave a request half done. What cannot be written, as on a
// full disk, is none either; but a script that finds nothing there must not take it for well.
let output: "whole" | "unread" | "lost" = "whole";
const failed = (error: NodeJS.ErrnoException): void => {
  if (output === "whole") output = error.code === "EPIPE" ? "unread" : "lost";
};
process.stdout.on("error", failed);
process.stderr.on("error", () => undefined);

const argv = process.argv.slice(2);
const io = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env, signal: interrupted.signal, cutShort: cutShort.signal };
const exitCode = await runCli(argv, io);
// Standard input may be kept open by whoever started this process; nothing is waited for any more once all is written.
process.stdout.write("", (error) => {
  if (error != null) failed(error);
  const code = output === "lost" ? reportLostOutput(argv, io, exitCode) : exitCode;
  process.stderr.write("", () => process.exit(code));
});
