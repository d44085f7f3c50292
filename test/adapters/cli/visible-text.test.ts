import { expect } from "chai";
import { createStyle } from "../../../adapters/cli/style.js";
import { aligned, visible } from "../../../adapters/cli/visible-text.js";
import { startWorld } from "./support/world.js";

describe("text of strangers in a terminal", () => {
  it("S6 shows control characters, escapes, line breaks and bidi marks instead of obeying them", () => {
    expect(visible("a\u001b[31mred\u001b[0m")).to.equal("a\\u{1b}[31mred\\u{1b}[0m");
    expect(visible("one\r\ntwo\u2028three")).to.equal("one\\u{d}\\u{a}two\\u{2028}three");
    expect(visible("exe.\u202efdp\u2066x\u200b\u0085\ud800")).to.equal("exe.\\u{202e}fdp\\u{2066}x\\u{200b}\\u{85}\\u{d800}");
    expect(visible("Zoë 李 😀")).to.equal("Zoë 李 😀");
    expect([...visible("x".repeat(1000))]).to.have.length(201);
  });

  it("S6 keeps a workspace's name from steering the terminal", async () => {
    const world = await startWorld({ workspace: { name: "Evil\u001b]0;title\u0007\r\nerror: \u202egone" } });
    try {
      const connected = await world.dsr(["connect", "intercom", "--capabilities", "access", "--api-url", world.url, "--token-stdin"], { input: world.sandbox.token });
      const listed = await world.dsr(["connections"]);
      for (const { out } of [connected, listed]) {
        expect(out).to.contain("Evil\\u{1b}]0;title\\u{7}\\u{d}\\u{a}error: \\u{202e}gone");
        expect(out).not.to.match(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      }
      const { out, json } = await world.dsr(["connections", "--json"]);
      expect(out).not.to.match(/[\u0000-\u0009\u000b-\u001f\u202e]/);
      expect(json.connections[0].workspace.name).to.contain("\u202e");
    } finally {
      await world.end();
    }
  });

  it("aligns columns without counting colours", () => {
    const style = createStyle({ write: () => true, isTTY: true }, {}, true);
    expect(aligned([[style.red("a"), "1"], ["long", "2"]], "")).to.deep.equal([`${style.red("a")}     1`, "long  2"]);
  });

  it("colours on a terminal only, and not where nobody wants it", () => {
    const terminal = { write: () => true, isTTY: true };
    const coloured = (output: object, env: Record<string, string>, wanted = true): boolean => createStyle(output as typeof terminal, env, wanted).red("x") !== "x";
    expect(coloured(terminal, {})).to.equal(true);
    expect([coloured({ write: () => true }, {}), coloured(terminal, { NO_COLOR: "1" }), coloured(terminal, { TERM: "dumb" }), coloured(terminal, {}, false)]).to.deep.equal([false, false, false, false]);
    expect(coloured(terminal, { NO_COLOR: "" })).to.equal(true);
  });
});
