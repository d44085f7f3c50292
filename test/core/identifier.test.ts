import { format, inspect } from "node:util";
import { expect } from "chai";
import { DsrError, Identifier, canonicalJson } from "../../core/index.js";
import { thrownBy } from "./thrown.js";

const ADDRESS = "quetzal.canary@example.test";

describe("an identifier", () => {
  const identifier = Identifier.parse("email", ADDRESS);
  /** As careless code sees it. */
  const printed = identifier as unknown as string;

  it("gives its value to reveal and to nothing else", () => {
    expect(identifier.reveal()).to.equal(ADDRESS);
    expect(Object.keys(identifier)).to.deep.equal(["category"]);
  });

  for (const [how, print] of [
    ["a template", () => `for ${printed}`],
    ["a concatenation", () => "for " + String(identifier)],
    ["JSON", () => JSON.stringify({ identifier })],
    ["JSON with indentation, within a list", () => JSON.stringify([[identifier]], null, 2)],
    ["canonical JSON", () => canonicalJson({ identifier })],
    ["util.inspect", () => inspect(identifier)],
    ["util.inspect that shows hidden members of a nested value", () => inspect({ a: { b: { c: identifier } } }, { showHidden: true, depth: 9, getters: true })],
    ["console.log's %s, %o, %O and %j", () => format("%s %o %O %j", identifier, identifier, identifier, identifier)],
    ["a spread copy", () => JSON.stringify({ ...identifier })],
    ["its own properties", () => JSON.stringify(Object.getOwnPropertyDescriptors(identifier))],
    ["an array's join", () => [identifier].join()],
    ["an error that names it", () => String(new Error(`failed for ${printed}`).stack)],
    ["structuredClone", () => JSON.stringify(structuredClone({ category: identifier.category }))],
  ] as const) {
    it(`does not print in ${how}`, () => {
      expect(print()).to.not.contain("quetzal").and.not.contain("canary");
    });
  }

  it("prints as its category in brackets", () => {
    expect(`${printed} ${JSON.stringify(identifier)} ${inspect(identifier)} ${inspect([identifier])}`).to.equal(`[email] "[email]" [email] [ [email] ]`);
  });

  it("does not print where it is refused", () => {
    const error = thrownBy(() => Identifier.parse("email", "quetzal canary@example.test"));
    expect(error).to.be.instanceOf(DsrError).and.to.include({ code: "IDENTIFIER_INVALID", message: "IDENTIFIER_INVALID" });
    expect(inspect(error, { depth: 9, showHidden: true })).to.not.contain("quetzal");
  });

  it("holds its value in Unicode NFC", () => {
    expect(Identifier.parse("email", "zoe\u0301@example.test").reveal()).to.equal("zo\u00e9@example.test");
    expect(Identifier.parse("user_id", "zoe\u0301").reveal()).to.equal("zo\u00e9");
  });

  it("I5: keeps a Kelvin sign apart from a K, which NFC would make of it", () => {
    expect(Identifier.parse("email", "\u212Aim@example.test").reveal()).to.equal("\u212Aim@example.test");
  });

  it("of another category is any short text without spaces and control characters", () => {
    expect(Identifier.parse("user_id", "crm-1").reveal()).to.equal("crm-1");
    for (const raw of ["", " ", "a b", "a\nb", "a\u0000", "x".repeat(255), "\u202Eabc", null, 7, {}, ["a"]]) {
      expect(thrownBy(() => Identifier.parse("user_id", raw)), inspect(raw)).to.include({ code: "IDENTIFIER_INVALID" });
    }
  });

  it("says why it is refused, and nothing of what was given", () => {
    const reasonOf = (category: string, raw: unknown) => (thrownBy(() => Identifier.parse(category, raw)) as DsrError).facts;
    for (const category of ["email", "user_id"]) {
      expect(reasonOf(category, 7)).to.deep.equal({ reason: "it is not text" });
      expect(reasonOf(category, "")).to.deep.equal({ reason: "it is empty" });
      expect(reasonOf(category, "a b")).to.deep.equal({ reason: "it holds spaces or control characters" });
    }
    expect(reasonOf("user_id", "x".repeat(255))).to.deep.equal({ reason: "it is longer than 254 characters" });
    expect(Identifier.parse("user_id", "x".repeat(254)).reveal()).to.have.lengthOf(254);
  });
});
