import { expect } from "chai";
import { createCli } from "../../../adapters/cli/cli.js";
import { createProgress } from "../../../adapters/cli/progress.js";
import { progressWords } from "../../../adapters/cli/progress-words.js";
import type { Wait } from "../../../adapters/limits/wait.js";
import type { AccessResult, DeletionResult } from "../../../core/results.js";

const watch = (flags: { json?: true; verbose?: true }, isTTY: boolean, { columns, env = {} }: { columns?: number; env?: Record<string, string> } = {}) => {
  const pieces: string[] = [];
  const output = { isTTY, ...(columns === undefined ? {} : { columns }), write: (text: string) => pieces.push(text) };
  const cli = createCli({ stdin: process.stdin, stdout: output, stderr: output, env, signal: new AbortController().signal }, { color: true, ...flags });
  return { progress: createProgress(cli), pieces };
};
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const wait = (change: Partial<Wait> = {}): Wait => ({ key: "intercom:acme", ms: 3_400, heldMs: 0, why: "window", limit: { requests: 150, windowMs: 10_000 }, users: { own: 120, otherProcesses: 30 }, ...change });

describe("progress", () => {
  it("says nothing before a second has gone by, nothing with --json, and clears its line at the end", async () => {
    const quiet = watch({ json: true }, true);
    const short = watch({}, true);
    const long = watch({}, true);
    const slow = watch({}, true);
    for (const { progress } of [quiet, short, long]) progress.start(() => Promise.resolve("1 of 2 records settled"));
    slow.progress.start(() => after(300).then(() => "looked up too late"));
    quiet.progress.waiting(wait());
    short.progress.waiting(wait());
    long.progress.called();
    await after(300);
    short.progress.stop();
    await after(900);
    long.progress.stop();
    slow.progress.stop();
    await after(200);
    for (const { pieces } of [quiet, short, slow]) expect(pieces).to.deep.equal([]);
    expect(long.pieces).to.deep.equal(["\r\u001b[2K  1 of 2 records settled · 1 call · 1 s", "\r\u001b[2K"]);
  });

  it("shows a wait for a rate limit as such, and who uses it, beside how far it has come; in a log without escapes", async () => {
    const log = watch({}, false);
    const dumb = watch({}, true, { env: { TERM: "dumb" } });
    const narrow = watch({}, true, { columns: 40 });
    for (const { progress } of [log, dumb, narrow]) {
      progress.start(() => Promise.resolve("12 records read"));
      progress.waiting(wait());
    }
    await after(1_100);
    for (const { progress } of [log, dumb, narrow]) progress.stop();
    const line = "  12 records read · waiting 3 s for the rate limit, 150 calls in 10 s; used by this run (120), other processes (30) · 0 calls · 1 s\n";
    expect(log.pieces).to.deep.equal([line]);
    expect(dumb.pieces).to.deep.equal([line]);
    expect(narrow.pieces[0]).to.equal(`\r\u001b[2K${line.slice(0, 39)}`);
  });

  it("tells a log at once of a long wait that begins later, and of the next one of its kind not so soon", async () => {
    const { progress, pieces } = watch({}, false);
    progress.start(() => Promise.resolve(""));
    await after(1_100);
    for (const change of [{ ms: 400, why: "pace" }, { ms: 5_000, why: "refused" }, { ms: 5_000, why: "refused" }, { ms: 6_000, why: "vendor", users: { own: 30, otherProcesses: 0, otherApps: 136 } }] as const) {
      progress.waiting(wait(change));
      await after(20);
    }
    progress.stop();
    progress.waiting(wait({ why: "pace" }));
    expect(pieces).to.deep.equal([
      "  waiting 5 s for the vendor's rate limit, by which it refused a call (429); used by this run (120), other processes (30) · 0 calls · 1 s\n",
      "  waiting 6 s for the vendor's rate limit, of which nothing is left; used by this run (30), other apps (136) · 0 calls · 1 s\n",
    ]);
  });

  it("tells of a shared record that cannot be used as what it is, and by how little this process may go on", async () => {
    const { progress, pieces } = watch({}, false);
    progress.start(() => Promise.resolve(""));
    await after(1_100);
    const change = { users: { own: 3 }, limit: { requests: 15, windowMs: 10_000 } };
    for (const why of ["unshared", "window", "shut_out"] as const) {
      progress.waiting(wait({ why, ...change }));
      await after(20);
    }
    progress.stop();
    expect(pieces).to.deep.equal([
      "  waiting 4 s for what other processes may just have sent, since the shared record of the rate limit cannot be used; used by this run (3) · 0 calls · 1 s\n",
      "  waiting 4 s for this process's part of the rate limit, 15 calls in 10 s, since the shared record of it cannot be used; used by this run (3) · 0 calls · 1 s\n",
      "  waiting 4 s for the shared record of the rate limit, which this process cannot use and others may: nothing is sent; used by this run (3) · 0 calls · 1 s\n",
    ]);
  });

  it("tells waits as objects with --verbose --json", () => {
    const { progress, pieces } = watch({ json: true, verbose: true }, false);
    progress.start(() => Promise.resolve("never shown"));
    progress.waiting(wait({ ms: 66.6, heldMs: 1000.4, why: "pace" }));
    progress.stop();
    expect(pieces.map((piece) => JSON.parse(piece))).to.deep.equal([{ wait: { ms: 67, heldMs: 1000, why: "pace", limit: { requests: 150, windowMs: 10_000 }, users: { own: 120, otherProcesses: 30 } } }]);
  });
});

describe("how far a request has come, in words", () => {
  const clock = { now: () => Date.parse("2026-01-31T10:00:00Z"), monotonicMs: () => 20_000 };
  const access = (change: Partial<AccessResult>): string => progressWords({ counts: {}, matches: [], package: null, ...change }, { atMs: 10_000, records: 100 }, clock);
  const target = (outcome: DeletionResult["targets"][number]["outcome"], untouched?: true): DeletionResult["targets"][number] => ({ category: "contact", id: "x", outcome, ...(untouched === undefined ? {} : { untouched }) });
  const plan = { id: "p", confirm: "c", hash: "0a1b", expiresAt: "", targets: [], kept: [], unseen: [], warnings: [], estimate: { calls: 90, seconds: 60 }, choices: {} };
  const deletion = (change: Partial<DeletionResult>): string => progressWords({ plan, matches: [], targets: [], ...change }, { atMs: 10_000, records: 0 }, clock);

  it("tells of an access what was read, what is left at least, and how long that takes at this run's pace", () => {
    const matches = [{ id: "1", kind: "user", matchedBy: "exact" }];
    expect(access({})).to.equal("looking the person up");
    expect(access({ matches })).to.equal("1 record of the person found");
    // 100 were read by an earlier run: 50 in 10 s are this one's.
    expect(access({ matches, counts: { conversations: 150 }, announced: { conversations: 250 } })).to.equal("150 records read, at least 100 conversations left, about 20 s to go");
    expect(access({ matches, counts: { conversations: 150, companies: 1 }, announced: { conversations: 250, companies: 2 } })).to.match(/^151 records read, at least 101 left, about 20 s to go$/);
    expect(access({ matches, counts: { companies: 1 }, announced: { companies: 2 } })).to.equal("1 record read, at least 1 company left");
    expect(access({ matches, counts: { events: 150 }, announced: { contacts: 0 } })).to.equal("150 records read");
    expect(access({ matches, counts: { notes: 101 }, announced: { notes: 100_000 } })).to.match(/about 277 h to go$/);
  });

  it("tells of a deletion what is settled of what was planned, when it looks next, and how long it takes by the plan's estimate", () => {
    expect(deletion({})).to.equal("looking the person up");
    const targets = [target("deleted"), target("already_absent"), target("unknown"), target("unknown", true)];
    expect(deletion({ targets })).to.equal("2 of 4 records settled, 1 being looked at, about 30 s to go");
    expect(deletion({ targets, nextLookAt: "2026-01-31T10:02:00.000Z" })).to.equal("2 of 4 records settled, 1 being looked at, next look at 10:02:00 UTC, about 2 min to go");
    expect(deletion({ targets: [target("deleted"), target("not_deleted")] })).to.equal("2 of 2 records settled");
  });
});
