import { expect } from "chai";
import { PassThrough } from "node:stream";
import type { CliIo } from "../../../adapters/cli/cli-io.js";
import { readHidden, readLine, readWhole } from "../../../adapters/cli/read-input.js";
import { isDsrError } from "../../../core/errors.js";

/** A terminal whose keyboard is a stream. */
function terminal(isTTY: boolean): { readonly io: CliIo; readonly keys: PassThrough; readonly modes: boolean[]; readonly shown: string[]; readonly interrupt: AbortController } {
  const keys = new PassThrough();
  const modes: boolean[] = [];
  const shown: string[] = [];
  const interrupt = new AbortController();
  const stdin = Object.assign(keys, { isTTY, setRawMode: (raw: boolean) => modes.push(raw) });
  const output = { isTTY, write: (text: string) => shown.push(text) };
  return { io: { stdin, stdout: output, stderr: output, env: {}, signal: interrupt.signal }, keys, modes, shown, interrupt };
}

const codeOf = (promise: Promise<unknown>): Promise<string> => promise.then(() => "none", (error: unknown) => (isDsrError(error) ? error.code : String(error)));

describe("reading standard input", () => {
  it("reads a hidden line key by key, with Backspace, without showing it, and gives the terminal back", async () => {
    const { io, keys, modes, shown } = terminal(true);
    const line = readHidden(io, "the token");
    for (const key of ["s", "e", "x", "\u007f", "c", "ret\r"]) keys.write(key);
    expect(await line).to.equal("secret");
    expect(modes).to.deep.equal([true, false]);
    expect(shown.join("")).to.equal("\n");
  });

  it("takes Ctrl-C on a hidden line for an interruption, and gives the terminal back", async () => {
    const { io, keys, modes } = terminal(true);
    const line = codeOf(readHidden(io, "the token"));
    keys.write("se\u0003");
    expect(await line).to.equal("INTERRUPTED");
    expect(modes).to.deep.equal([true, false]);
  });

  it("leaves what follows a line to whoever reads next", async () => {
    const { io, keys } = terminal(true);
    keys.write("one\r\ntwo\n");
    expect([await readLine(io, "x"), await readLine(io, "x")]).to.deep.equal(["one", "two"]);
    keys.end("three");
    expect([await readLine(io, "x"), await readLine(io, "x")]).to.deep.equal(["three", undefined]);
  });

  it("reads a pipe to its end, and only the line break that ends it is dropped", async () => {
    const { io, keys } = terminal(false);
    const whole = readWhole(io, "x");
    keys.write("a\n");
    keys.end("b\r\n");
    expect(await whole).to.equal("a\nb");
  });

  it("refuses what is too long or no text, and ends on an interruption", async () => {
    const long = terminal(false);
    long.keys.end("x".repeat(20_000));
    expect(await codeOf(readWhole(long.io, "x"))).to.equal("REQUEST_INVALID");
    const binary = terminal(false);
    binary.keys.end(Buffer.from([0xc3, 0x28]));
    expect(await codeOf(readWhole(binary.io, "x"))).to.equal("REQUEST_INVALID");
    const waiting = terminal(true);
    const line = codeOf(readLine(waiting.io, "x"));
    waiting.interrupt.abort();
    expect(await line).to.equal("INTERRUPTED");
    expect(await codeOf(readLine(waiting.io, "x"))).to.equal("INTERRUPTED");
  });
});
