import { inspect } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { checkEmail, Identifier } from "../../core/index.js";
import { thrownBy } from "./thrown.js";

const DOMAIN = "example.test";

/** Everything that is not one person's complete address. */
const MALFORMED: readonly (readonly [string, unknown])[] = [
  ["nothing", ""],
  ["one space", " "],
  ["a missing value", undefined],
  ["null", null],
  ["a number", 42],
  ["true", true],
  ["an object", { email: `jane@${DOMAIN}` }],
  ["an object that prints as an address", { toString: () => `jane@${DOMAIN}` }],
  ["an array", [`jane@${DOMAIN}`]],
  ["a boxed text", Object("jane@example.test")],
  ["a space before", ` jane@${DOMAIN}`],
  ["a space after", `jane@${DOMAIN} `],
  ["a space within", `jane doe@${DOMAIN}`],
  ["a no-break space", `jane\u00A0doe@${DOMAIN}`],
  ["an ideographic space", `jane\u3000@${DOMAIN}`],
  ["a line feed at the end", `jane@${DOMAIN}\n`],
  ["a second header line", `jane@${DOMAIN}\r\nBcc: all@${DOMAIN}`],
  ["a tab", `jane\t@${DOMAIN}`],
  ["NUL", `jane\u0000@${DOMAIN}`],
  ["DEL", `jane\u007F@${DOMAIN}`],
  ["a bidi override", `jane\u202E@${DOMAIN}`],
  ["a bidi isolate", `\u2066jane@${DOMAIN}`],
  ["a zero-width space", `ja\u200Bne@${DOMAIN}`],
  ["a byte order mark", `\uFEFFjane@${DOMAIN}`],
  ["a soft hyphen", `ja\u00ADne@${DOMAIN}`],
  ["a line separator", `jane\u2028@${DOMAIN}`],
  ["a lone surrogate", `jane\uD800@${DOMAIN}`],
  ["a star alone", "*"],
  ["a star as the name", `*@${DOMAIN}`],
  ["a star in the domain", "jane@*.test"],
  ["a percent sign", `%@${DOMAIN}`],
  ["a percent sign within the name", `ja%ne@${DOMAIN}`],
  ["a question mark", `ja?ne@${DOMAIN}`],
  ["no @", `jane.${DOMAIN}`],
  ["two @", `jane@doe@${DOMAIN}`],
  ["two @ side by side", `jane@@${DOMAIN}`],
  ["nothing before the @", `@${DOMAIN}`],
  ["nothing after the @", "jane@"],
  ["an @ alone", "@"],
  ["a domain without a dot", "jane@localhost"],
  ["a domain that begins with a dot", `jane@.${DOMAIN}`],
  ["a domain that ends with a dot", `jane@${DOMAIN}.`],
  ["a domain with two dots", "jane@example..test"],
  ["a domain label that begins with a hyphen", "jane@-example.test"],
  ["a domain label that ends with a hyphen", "jane@example-.test"],
  ["an underscore in the domain", "jane@exam_ple.test"],
  ["a domain label of 64 characters", `jane@${"a".repeat(64)}.test`],
  ["an address literal", "jane@[127.0.0.1]"],
  ["an IPv6 literal", "jane@[IPv6:::1]"],
  ["a bare IP address", "jane@127.0.0.1"],
  ["a domain whose last label is a number", "jane@example.123"],
  ["a port", `jane@${DOMAIN}:25`],
  ["a path", `jane@${DOMAIN}/x`],
  ["a quoted name", `"jane doe"@${DOMAIN}`],
  ["a quoted name without spaces", `"jane"@${DOMAIN}`],
  ["a quote within the name", `ja"ne@${DOMAIN}`],
  ["a display name", `Jane <jane@${DOMAIN}>`],
  ["angle brackets", `<jane@${DOMAIN}>`],
  ["a comment", `jane(work)@${DOMAIN}`],
  ["two addresses with a comma", `jane@${DOMAIN},joe@${DOMAIN}`],
  ["two addresses with a semicolon", `jane@${DOMAIN};joe@${DOMAIN}`],
  ["a comma in the name", `doe,jane@${DOMAIN}`],
  ["a backslash", `ja\\ne@${DOMAIN}`],
  ["a leading dot", `.jane@${DOMAIN}`],
  ["a trailing dot in the name", `jane.@${DOMAIN}`],
  ["two dots in the name", `jane..doe@${DOMAIN}`],
  ["a mailto link", `mailto:jane@${DOMAIN}`],
  ["over 254 bytes", `${"a".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(20)}`],
  ["over 254 bytes in fewer characters", `${"a".repeat(60)}@${"\u4f8b".repeat(60)}.${"\u4f8b".repeat(10)}.test`],
  ["65 bytes before the @", `${"a".repeat(65)}@${DOMAIN}`],
  ["33 two-byte characters before the @", `${"\u00e9".repeat(33)}@${DOMAIN}`],
  ["a megabyte", `${"a".repeat(1_000_000)}@${DOMAIN}`],
  ["an xn-- label that decodes to nothing", "jane@xn--.test"],
  ["an xn-- label with an impossible digit", "jane@xn--\u00e9.test"],
  ["an xn-- label that overflows", `jane@xn--${"9".repeat(50)}.test`],
  ["a full-width @ instead of an @", `jane\uFF20${DOMAIN}`],
  ["a full-width dot as the domain's only dot", "jane@example\uFF0Etest"],
];

describe("I7: an address that is malformed", () => {
  for (const [what, raw] of MALFORMED) {
    it(`I7: is refused with ${what}`, () => {
      const error = thrownBy(() => Identifier.parse("email", raw));
      expect(error).to.include({ code: "IDENTIFIER_INVALID" });
      expect((error as { facts: { reason: string } }).facts.reason).to.match(/^(it|the|nothing|a) [a-z@ 0-9]+/);
    });
  }

  it("I7: is refused for the reason that fits", () => {
    for (const [address, reason] of [
      ["", "it is empty"],
      [`jane.${DOMAIN}`, "it needs exactly one @"],
      ["jane@doe@example", "it needs exactly one @"],
      ["jane@", "nothing stands before or after the @"],
      [`@${DOMAIN}`, "nothing stands before or after the @"],
      ["jane@example..test", "the domain has a misplaced dot"],
      [`jane@${"a".repeat(64)}.test`, "a part of the domain is longer than 63 characters"],
      ["jane@127.0.0.1", "the part after the @ is not a domain name"],
    ] as const) {
      expect(checkEmail(address), address).to.equal(reason);
    }
  });

  it("I7: is one of more than forty kinds", () => {
    expect(MALFORMED.length).to.be.greaterThan(40);
  });
});

describe("I7: an address that is unusual and legal", () => {
  for (const address of [
    `o'brien+tag@${DOMAIN}`,
    `o'brien+a+b@${DOMAIN}`,
    `a@${DOMAIN}`,
    `1@${DOMAIN}`,
    `_@${DOMAIN}`,
    `-@${DOMAIN}`,
    `+tag@${DOMAIN}`,
    `!#$&'+-/=^_\`{|}~@${DOMAIN}`,
    `jane@a.b.c.d.${DOMAIN}`,
    "jane@1.example.test",
    "jane@example.x1",
    "jane@example.1x",
    `jane@${"a".repeat(63)}.test`,
    "jane@a-xn--\u00e9.test",
    `ren\u00e9e@${DOMAIN}`,
    `\u7528\u6237@${DOMAIN}`,
    `\u0938\u0902\u092a\u0930\u094d\u0915@\u0909\u0926\u093e\u0939\u0930\u0923.\u092a\u0930\u0940\u0915\u094d\u0937\u093e`,
    "jane@b\u00fccher.test",
    "jane@xn--bcher-kva.test",
    "jane@XN--BCHER-KVA.test",
    `${"a".repeat(64)}@${DOMAIN}`,
    `${"a".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}.${"e".repeat(10)}`,
    `\u{1F600}@${DOMAIN}`,
  ]) {
    it(`I7: is accepted: ${address.length > 50 ? `${address.slice(0, 20)}... (${address.length})` : address}`, () => {
      expect(Identifier.parse("email", address).reveal()).to.equal(address);
    });
  }

  it("is held in NFC when it was given decomposed", () => {
    expect(Identifier.parse("email", `rene\u0301e@${DOMAIN}`).reveal()).to.equal(`ren\u00e9e@${DOMAIN}`);
  });

  it("whatever text is given, it answers with a reason or with nothing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const reason = checkEmail(text);
        expect(reason === undefined || reason.length > 0, inspect(text)).to.equal(true);
      }),
    );
  });

  it("never accepts a control character, a space or a wildcard, wherever it stands", () => {
    const bad = fc.constantFrom("\r", "\n", "\u0000", "*", "%", "?", " ", "\u202E", "\u200B", "\uFEFF", "\uE000");
    fc.assert(
      fc.property(bad, fc.nat(16), (character, at) => {
        const address = `jane@${DOMAIN}`;
        expect(checkEmail(address.slice(0, at) + character + address.slice(at))).to.be.a("string");
      }),
    );
  });
});
