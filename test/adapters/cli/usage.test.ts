import type { Command } from "commander";
import { expect } from "chai";
import { createAct } from "../../../adapters/cli/act.js";
import { commandPaths } from "../../../adapters/cli/completion-command.js";
import { createCli } from "../../../adapters/cli/cli.js";
import { buildProgram } from "../../../adapters/cli/program.js";
import { ERROR_TABLE } from "../../../core/error-table.js";
import { runInProcess } from "./support/world.js";

const dsr = (...words: string[]) => runInProcess(words, { env: { DSR_HOME: "/nonexistent/dsr" } });

function tree(): Command {
  const io = { stdin: process.stdin, stdout: { write: () => true }, stderr: { write: () => true }, env: {}, signal: new AbortController().signal };
  return buildProgram(io, createAct((flags) => createCli(io, flags), () => undefined));
}

describe("the command line itself", () => {
  it("has help for every command, which names every flag and the global ones", async () => {
    for (const { words, flags } of commandPaths(tree())) {
      const { exit, out, err } = await dsr(...words, "--help");
      expect([exit, err], words.join(" ")).to.deep.equal([0, ""]);
      expect(out).to.contain(`Usage: dsr${words.map((word) => ` ${word}`).join("")}`);
      for (const { flag } of flags) expect(out, words.join(" ")).to.contain(flag);
    }
    for (const asked of [[], ["help"], ["--help"], ["-h"]]) expect((await dsr(...asked)).out).to.match(/^Usage: dsr \[options\] \[command\]\n[^]*Examples:/);
  });

  it("helps on every command and sub-command by its words, on help itself, and as JSON", async () => {
    for (const { words } of commandPaths(tree()).filter((each) => each.words.length > 0)) {
      const { out } = await dsr(...words, "--help");
      // `dsr help requests show` and `dsr requests help show`, too.
      for (const asked of [["help", ...words], ...(words.length > 1 ? [[words[0] ?? "", "help", ...words.slice(1)]] : [])]) {
        expect(await dsr(...asked), asked.join(" ")).to.deep.include({ exit: 0, out, err: "" });
        expect((await dsr(...asked, "--json")).json, asked.join(" ")).to.deep.equal({ command: words.join(" "), help: out });
      }
    }
    // What belongs to another command is not shown as if it were for all.
    expect((await dsr("help", "requests", "show")).out).not.to.contain("--due");
  });

  it("repeats of a value that is not accepted nothing, and says what is", async () => {
    const cases: readonly (readonly [readonly string[], string])[] = [
      [["completion", "ada--hunter-secret"], "A value is not accepted: it is one of bash, zsh, fish."],
      [["batch", "x.csv", "--type", "ada--hunter-secret"], "A value is not accepted for --type: it is one of access, deletion."],
      [["resume", "--all", "--wait", "5"], "--wait: minutes are said of a batch alone; without them it stays until every look is done."],
      [["resume", "some-id", "--wait", "long"], "--wait: what follows it is no number of minutes."],
      [["resume", "some-id", "--wait", "10081"], "A value is not accepted for --wait: It is a number of minutes."],
      [["resume", "some-id", "--wait", ""], "A value is not accepted for --wait: It is a number of minutes."],
      [["batch", "x.csv", "--wait", "--hunter-secret"], "A value is not accepted for --wait: It is a number of minutes."],
      [["worker", "--at-once", "0"], "A value is not accepted for --at-once: It is a number from 1 to 64."],
      // Of a variable that nobody set: not the folder that this is started in.
      [["requests", "--home", ""], "A value is not accepted for --home: It is the path of a folder."],
      [["new-connector", "acme", "--dir", ""], "A value is not accepted for --dir: It is the path of a folder."],
      ...[["access", "-"], ["batch", "x.csv"], ["resume", "--all"], ["worker"]].map((words) => [[...words, "--out", ""], "A value is not accepted for --out: It is the path of a folder."] as const),
    ];
    for (const [words, message] of cases) expect((await dsr(...words, "--json")).error, words.join(" ")).to.deep.include({ code: "USAGE", message });
  });

  it("refuses help on what is no command, and names the one that may be meant", async () => {
    const cases: readonly (readonly [readonly string[], RegExp, string])[] = [
      [["help", "acess"], /no command acess; did you mean access\?/, "`dsr help` lists the commands."],
      [["help", "hold", "ad"], /no command hold ad; did you mean add\?/, "`dsr help` lists the commands."],
      [["hold", "help", "relaese"], /no command hold relaese; did you mean release\?/, "`dsr help hold` shows"],
      [["help", "hold", "frobnicate"], /no command hold frobnicate; there is add, list, release/, "`dsr help`"],
      [["help", "access", "x"], /no command access x/, "`dsr help`"],
      [["help", "ada@example.test"], /no command\./, "`dsr help`"],
      [["help", "hold", "ada@example.test"], /no command; there is add/, "`dsr help`"],
      [["help", "hold", "add", "x"], /more arguments/, "`dsr help`"],
      [["hold"], /sub-command is missing: add, list, release\./, "`dsr help hold`"],
      [["requests", "shw"], /no command requests shw; did you mean show\?/, "`dsr help requests`"],
      [["requests", "ada@example.test"], /no command; there is show/, "`dsr help requests`"],
      [["hold", "add", "a@b.test"], /flag is missing: --basis/, "`dsr help hold add`"],
    ];
    for (const [words, reason, hint] of cases) {
      const { exit, out, err } = await dsr(...words);
      expect([exit, out], words.join(" ")).to.deep.equal([2, ""]);
      expect(err).to.match(reason).and.to.contain(hint).and.not.to.contain("ada@");
    }
  });

  it("describes every command and flag in words", () => {
    for (const { words, description, flags } of commandPaths(tree())) {
      expect(description, words.join(" ")).not.to.equal("");
      for (const each of flags) expect(each.description, `${words.join(" ")} ${each.flag}`).not.to.equal("");
    }
  });

  it("has no flag that takes a secret", () => {
    const takesValue = (command: Command): string[] => [...command.options.filter((option) => option.required || option.optional).map((option) => `${command.name()} ${option.long ?? ""}`), ...command.commands.flatMap(takesValue)];
    // The fingerprint of a public key is none.
    expect(takesValue(tree()).filter((flag) => /--.*(token|secret|key|password)/.test(flag))).to.deep.equal(["verify --key"]);
  });

  it("prints its version", async () => {
    expect(await dsr("--version")).to.include({ exit: 0, out: "0.1.0\n", err: "" });
    for (const words of [["--version", "--json"], ["--json", "--version"]]) expect(await dsr(...words)).to.include({ exit: 0, out: '{"version":"0.1.0"}\n', err: "" });
  });

  it("refuses what it does not understand with 2, suggests, and does not repeat what may be an address or a secret", async () => {
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["acess", "x"], /no command acess; did you mean access\?/],
      [["ada@example.test"], /no command/],
      [["connect", "intercom", "--capabilities", "access", "--token", "SECRET"], /no flag --token/],
      [["connect", "intercom", "--capabilities", "access", "--token=SECRET"], /no flag --token/],
      [["access", "--ada@example.test"], /no flag/],
      [["access", "ada@example.test", "ada@example.test"], /more arguments/],
      [["access"], /argument is missing: EMAIL/],
      [["access", "a@b.test", "--ref"], /value is missing after --ref/],
      [["access", "a@b.test", "--law", "ada@example.test"], /--law: it is one of gdpr, ccpa, other/],
      [["sandbox", "intercom", "--port", "SECRET"], /--port: It is a whole number/],
      [["sandbox", "intercom", "--port", "99999"], /--port: It is a whole number from 0 to 65535/],
      [["access", "-V"], /no flag -V/],
      [["connect", "intercom", "--capabilities", "access", "--token-stdin", "--oauth"], /--token-stdin and --oauth|--oauth and --token-stdin/],
      [["connect", "intercom"], /flag is missing: --capabilities/],
      [["help", "nobody"], /no command nobody/],
      [["completion", "tcsh"], /it is one of bash, zsh, fish/],
      [["explain", "NO_SUCH_CODE"], /no such code/],
      [["sandbox", "nobody"], /No connector of that id/],
      [["connectors", "show", "nobody"], /No connector of that id/],
    ];
    for (const [words, reason] of cases) {
      const { exit, out, err } = await dsr(...words);
      expect([exit, out], words.join(" ")).to.deep.equal([2, ""]);
      expect(err).to.match(reason).and.not.to.match(/ada@|SECRET/);
      const { error } = await dsr(...words, "--json");
      expect(error, words.join(" ")).to.have.all.keys("code", "message", "hint", "docs");
    }
    expect((await dsr("access", "--json")).error.hint).to.contain("dsr help access");
  });

  it("takes global flags before and after the command", async () => {
    const before = await dsr("--json", "explain", "HELD");
    const after = await dsr("explain", "HELD", "--json");
    expect(before.json).to.deep.equal(after.json);
  });

  it("explains every code of the table, in any spelling", async () => {
    const { out, json } = await dsr("explain", "--json");
    expect(json.codes.map((row: any) => row.code)).to.deep.equal(Object.keys(ERROR_TABLE));
    expect(out).to.contain("SCOPE_MISSING");
    for (const code of Object.keys(ERROR_TABLE)) expect((await dsr("explain", code.toLowerCase(), "--json")).json).to.deep.equal({ code, ...ERROR_TABLE[code as keyof typeof ERROR_TABLE] });
    expect((await dsr("explain", "scope-missing")).out).to.match(/^SCOPE_MISSING\n +meaning/);
  });

  it("refuses a settings file that is wrong, with its place", async () => {
    const { exit, error } = await dsr("connections", "--config", "/nonexistent/settings.json", "--json");
    expect([exit, error.code]).to.deep.equal([2, "CONFIG_INVALID"]);
    expect(error.message).to.contain("settings.json: there is no such file");
  });
});
