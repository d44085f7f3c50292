import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { runInProcess } from "./support/world.js";

const script = async (shell: string): Promise<string> => (await runInProcess(["completion", shell])).out;

describe("completion", () => {
  it("completes commands, subcommands, flags and their values in bash", async () => {
    const source = await script("bash");
    const complete = (...words: string[]): string[] => {
      const probe = `${source}\nCOMP_WORDS=(dsr ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _dsr; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["-c", probe], { encoding: "utf8" }).trim().split("\n");
    };
    expect(complete("conn")).to.deep.equal(["connectors", "connect", "connections"]);
    expect(complete("requests", "s")).to.deep.equal(["show"]);
    expect(complete("requests", "show", "--j")).to.deep.equal(["--json"]);
    expect(complete("--json", "delete", "--con")).to.deep.equal(["--confirm", "--connection", "--config", "--connector"]);
    expect(complete("access", "--law", "")).to.deep.equal(["gdpr", "ccpa", "other"]);
    expect(complete("connectors", "show", "intercom", "--format", "m")).to.deep.equal(["markdown"]);
    expect(complete("help", "conn")).to.deep.equal(["connectors", "connect", "connections"]);
    for (const words of [["help", "hold"], ["hold", "help"], ["hold"]]) expect(complete(...words, "")).to.include.members(["add", "list", "release"]);
    expect(complete("help", "hold", "add", "--b")).to.deep.equal([""]);
    expect(complete("completion", "")).to.include.members(["bash", "zsh", "fish"]);
  }).timeout(10_000);

  it("is written for zsh and fish, with every command", async () => {
    const [zsh, fish] = [await script("zsh"), await script("fish")];
    expect(zsh).to.match(/^#compdef dsr\n/);
    for (const command of ["connectors", "connect", "check", "access", "plan", "delete", "requests", "resume", "cancel", "sandbox", "explain", "doctor", "completion", "help"]) {
      expect(zsh).to.match(new RegExp(`\\b${command}\\b`));
      expect(fish).to.match(new RegExp(`^complete -c dsr -f -n '__fish_use_subcommand' -a ${command}\\b`, "m"));
    }
    expect(fish).to.contain("-l law -x -a 'gdpr ccpa other'");
    expect(fish).to.contain("-n '__fish_seen_subcommand_from help; and __fish_seen_subcommand_from hold' -a release");
    expect(fish).to.match(/-l ref -d 'your ticket\\'s number/);
  });
});
