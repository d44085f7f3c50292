import { expect } from "chai";
import { plainLine, plainText } from "../../../adapters/packages/hidden-characters.js";

describe("hidden characters in what people read", () => {
  const shown: readonly (readonly [string, string, string])[] = [
    ["bidirectional controls", "a\u202eb\u2066c\u061cd\u200fe", "a[U+202E]b[U+2066]c[U+061C]d[U+200F]e"],
    ["controls", "NUL \u0000 escape \u001b[31m bell \u0007 DEL \u007f C1 \u009b", "NUL [U+0000] escape [U+001B][31m bell [U+0007] DEL [U+007F] C1 [U+009B]"],
    ["a lone carriage return", "a\rb", "a[U+000D]b"],
    ["lone surrogates", "x\ud800y\udc00", "x[U+D800]y[U+DC00]"],
    ["what has no width", "a\u200bb\u2060c\ufeffd\u00ade\u180ef", "a[U+200B]b[U+2060]c[U+FEFF]d[U+00AD]e[U+180E]f"],
    ["separators of lines", "a\u2028b\u2029c", "a[U+2028]b[U+2029]c"],
    ["fillers that look like nothing", "\u3164\uffa0\u115f\u2800", "[U+3164][U+FFA0][U+115F][U+2800]"],
    ["tags, with which text is smuggled to machines", "hi\u{e0069}\u{e0067}", "hi[U+E0069][U+E0067]"],
    ["selectors that select nothing", "a\ufe0fb\ufe01c\u{e0100}", "a[U+FE0F]b[U+FE01]c[U+E0100]"],
    ["joiners between letters that do not join", "ab\u200dcd\u200cef", "ab[U+200D]cd[U+200C]ef"],
    ["a joiner behind an emoji that joins nothing", "👩\u200d and 👩\u200d", "👩[U+200D] and 👩[U+200D]"],
    ["a second selector behind an emoji", "❤\ufe0f\ufe0f", "❤\ufe0f[U+FE0F]"],
  ];
  for (const [what, text, expected] of shown) it(`are shown: ${what}`, () => expect(plainText(text)).to.equal(expected));

  const kept: readonly (readonly [string, string])[] = [
    ["line breaks and tabs", "a\nb\tc"],
    ["emoji with selectors, skin and joiners", "❤️ 👩‍👩‍👧 👍🏽 🧑🏽‍💻 🏳️‍🌈 1️⃣ ☺︎"],
    ["joiners in scripts that are spelt with them", "می‌خواهم क्‍ष"],
    ["variants of Han characters", "葛\u{e0100}城"],
    ["letters with marks, composed or not", "é e\u0301 ñ ß ẞ İ ı"],
    ["right-to-left letters", "שלום مرحبا"],
  ];
  for (const [what, text] of kept) it(`leave as they are: ${what}`, () => expect(plainText(text)).to.equal(text));

  it("take a Windows line break for one", () => expect(plainText("a\r\nb")).to.equal("a\nb"));
  it("keep a line one line where that matters", () => expect(plainLine("a\nb\tc\r\nd")).to.equal("a[U+000A]b[U+0009]c[U+000A]d"));
});
