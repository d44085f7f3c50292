import { expect } from "chai";
import fc from "fast-check";
import { canonicalJson } from "../../core/index.js";

describe("canonical JSON", () => {
  for (const [title, value, expected] of [
    ["sorts keys at every depth", { b: 1, a: { d: [{ f: 1, e: 2 }], c: null } }, '{"a":{"c":null,"d":[{"e":2,"f":1}]},"b":1}'],
    ["leaves undefined members out", { a: undefined, b: 1 }, '{"b":1}'],
    ["writes undefined items as null, so that places keep their numbers", [1, undefined, null], "[1,null,null]"],
    ["sorts by UTF-16 code units, as RFC 8785 says", { "\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\u{1f600}": 5, "\u0080": 6, "\u00f6": 7 }, '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\u{1f600}":5,"\ufb33":3}'],
    ["escapes text as JSON does", { 'a"\\\n': "\u0000\ud800" }, '{"a\\"\\\\\\n":"\\u0000\\ud800"}'],
    ["keeps an own member that is called __proto__", JSON.parse('{"__proto__":{"x":1}}'), '{"__proto__":{"x":1}}'],
    ["writes scalars", [true, false, 0, -1, 9007199254740991, "", null], '[true,false,0,-1,9007199254740991,"",null]'],
    ["sorts many keys as it does few", Object.fromEntries(Array.from({ length: 40 }, (_, n) => [String.fromCharCode(200 - n), n])), `{${Array.from({ length: 40 }, (_, n) => `"${String.fromCharCode(161 + n)}":${39 - n}`).join(",")}}`],
    ["escapes long text as it does short", "\\".repeat(150), `"${"\\\\".repeat(150)}"`],
    ["writes what is empty", { a: {}, b: [] }, '{"a":{},"b":[]}'],
  ] as const) {
    it(title, () => {
      expect(canonicalJson(value)).to.equal(expected);
    });
  }

  it("is JSON of the same value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).to.deep.equal(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("does not depend on the order in which members were set", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.jsonValue())), (members) => {
        const unique = [...new Map(members)];
        expect(canonicalJson(Object.fromEntries(unique.toReversed()))).to.equal(canonicalJson(Object.fromEntries(unique)));
      }),
    );
  });
});
