import { domainToUnicode } from "node:url";
import { expect } from "chai";
import fc from "fast-check";
import { decodeLabel } from "../../core/punycode.js";

/** RFC 3492, section 7.1, in lower case, since a label of a domain has no case. */
const SAMPLES: readonly (readonly [string, string, string])[] = [
  ["(A) Arabic (Egyptian)", "egbpdaj6bu4bxfgehfvwxn", "\u0644\u064A\u0647\u0645\u0627\u0628\u062A\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628\u064A\u061F"],
  ["(B) Chinese (simplified)", "ihqwcrb4cv8a8dqg056pqjye", "\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587"],
  ["(C) Chinese (traditional)", "ihqwctvzc91f659drss3x8bo0yb", "\u4ED6\u5011\u7232\u4EC0\u9EBD\u4E0D\u8AAA\u4E2D\u6587"],
  ["(D) Czech", "Proprostnemluvesky-uyb24dma41a", "pro\u010Dprost\u011Bnemluv\u00ED\u010Desky"],
  ["(E) Hebrew", "4dbcagdahymbxekheh6e0a7fei0b", "\u05DC\u05DE\u05D4\u05D4\u05DD\u05E4\u05E9\u05D5\u05D8\u05DC\u05D0\u05DE\u05D3\u05D1\u05E8\u05D9\u05DD\u05E2\u05D1\u05E8\u05D9\u05EA"],
  ["(F) Hindi", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd", "\u092F\u0939\u0932\u094B\u0917\u0939\u093F\u0928\u094D\u0926\u0940\u0915\u094D\u092F\u094B\u0902\u0928\u0939\u0940\u0902\u092C\u094B\u0932\u0938\u0915\u0924\u0947\u0939\u0948\u0902"],
  ["(G) Japanese", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa", "\u306A\u305C\u307F\u3093\u306A\u65E5\u672C\u8A9E\u3092\u8A71\u3057\u3066\u304F\u308C\u306A\u3044\u306E\u304B"],
  ["(I) Russian", "b1abfaaepdrnnbgefbadotcwatmq2g4l", "\u043F\u043E\u0447\u0435\u043C\u0443\u0436\u0435\u043E\u043D\u0438\u043D\u0435\u0433\u043E\u0432\u043E\u0440\u044F\u0442\u043F\u043E\u0440\u0443\u0441\u0441\u043A\u0438"],
  ["(J) Spanish", "PorqunopuedensimplementehablarenEspaol-fmd56a", "porqu\u00E9nopuedensimplementehablarenespa\u00F1ol"],
  ["(K) Vietnamese", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g", "t\u1EA1isaoh\u1ECDkh\u00F4ngth\u1EC3ch\u1EC9n\u00F3iti\u1EBFngvi\u1EC7t"],
  ["(L) 3B", "3B-ww4c5e180e575a65lsy2b", "3\u5E74b\u7D44\u91D1\u516B\u5148\u751F"],
  ["(M) with SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n", "\u5B89\u5BA4\u5948\u7F8E\u6075-with-super-monkeys"],
  ["(N) Hello-Another-Way", "Hello-Another-Way--fc4qua05auwb3674vfr0b", "hello-another-way-\u305D\u308C\u305E\u308C\u306E\u5834\u6240"],
  ["(O) under one roof", "2-u9tlzr9756bt3uc0v", "\u3072\u3068\u3064\u5C4B\u6839\u306E\u4E0B2"],
  ["(P) Maji", "MajiKoi5-783gue6qz075azm5e", "maji\u3067koi\u3059\u308B5\u79D2\u524D"],
  ["(Q) Pafii", "de-jg4avhby1noc0d", "\u30D1\u30D5\u30A3\u30FCde\u30EB\u30F3\u30D0"],
  ["(R) at that speed", "d9juau41awczczp", "\u305D\u306E\u30B9\u30D4\u30FC\u30C9\u3067"],
];

describe("decoding Punycode", () => {
  for (const [name, encoded, decoded] of SAMPLES) {
    it(`decodes RFC 3492's sample ${name}`, () => {
      expect(decodeLabel(`xn--${encoded}`)).to.equal(decoded);
      expect(decodeLabel(`XN--${encoded.toUpperCase()}`)).to.equal(decoded);
    });
  }

  for (const [what, label] of [
    ["nothing", "xn--"],
    ["a hyphen alone", "xn---"],
    ["ASCII alone", "xn--abc-"],
    ["an end in the middle of a number", "xn--bcher-kv"],
    ["a digit that is none", "xn--bcher-k_a"],
    ["a code point beyond Unicode", "xn--99999999"],
    ["a number without end", `xn--${"9".repeat(500)}`],
    ["a number beyond all numbers", `xn--${"9".repeat(500)}a`],
    ["a number beyond all numbers that does not end in 0", `xn--${"9".repeat(500)}b`],
    ["a number beyond all numbers after a letter", `xn--bcher-kva${"9".repeat(500)}a`],
    ["half of a surrogate pair", "xn--c89b"],
  ] as const) {
    it(`has no answer for ${what}`, () => {
      expect(decodeLabel(label)).to.equal(undefined);
    });
  }

  it("agrees with Node on every label that is an IDN", () => {
    const letters = fc.string({ unit: fc.constantFrom(..."abcz019-éüßñ例え用户тестпривіδοκιμήעבריתहिन्दी\u{20000}\u{10330}"), minLength: 1, maxLength: 12 });
    let compared = 0;
    fc.assert(
      fc.property(letters, (label) => {
        const url = `http://${label}.test`;
        fc.pre(URL.canParse(url));
        const [encoded = ""] = new URL(url).hostname.split(".");
        fc.pre(encoded.startsWith("xn--"));
        const [expected = ""] = domainToUnicode(`${encoded}.test`).split(".");
        compared += 1;
        expect(decodeLabel(encoded)).to.equal(expected);
      }),
      { numRuns: 500 },
    );
    expect(compared).to.be.greaterThan(200);
  });

  it("answers for any text with a label or with nothing, without throwing", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."abcdxyz0189-é_"), maxLength: 100 }), (tail) => {
        const decoded = decodeLabel(`xn--${tail}`);
        expect(decoded === undefined || decoded.isWellFormed()).to.equal(true);
      }),
      { numRuns: 1000 },
    );
  });
});
