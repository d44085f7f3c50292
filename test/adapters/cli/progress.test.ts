import { expect } from "chai";
import { createCli } from "../../../adapters/cli/cli.js";
import { createProgress } from "../../../adapters/cli/progress.js";

const watch = (flags: { json?: true }, isTTY: boolean) => {
  const pieces: string[] = [];
  const output = { isTTY, write: (text: string) => pieces.push(text) };
  const cli = createCli({ stdin: process.stdin, stdout: output, stderr: output, env: {}, signal: new AbortController().signal }, { color: true, ...flags });
  return { progress: createProgress(cli), pieces };
};
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe("progress", () => {
  it("says nothing before a second has gone by, nothing with --json, and clears its line at the end", async () => {
    const quiet = watch({ json: true }, true);
    const short = watch({}, true);
    const long = watch({}, true);
    for (const { progress } of [quiet, short, long]) progress.start(() => Promise.resolve("1 of 2 gone"));
    quiet.progress.waiting(5_000);
    long.progress.called();
    await after(300);
    short.progress.stop();
    await after(900);
    long.progress.stop();
    expect(quiet.pieces).to.deep.equal([]);
    expect(short.pieces).to.deep.equal([]);
    expect(long.pieces).to.deep.equal(["\r\u001b[2K  1 of 2 gone · 1 call · 1 s", "\r\u001b[2K"]);
  });

  it("shows a wait for the rate limit as such, also in a log", () => {
    const log = watch({}, false);
    log.progress.waiting(3_400);
    expect(log.pieces).to.deep.equal(["  waiting 4 s for the rate limit, which everything on this connection shares\n"]);
  });
});
