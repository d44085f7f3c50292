import { expect } from "chai";
import { checkHold } from "../../../adapters/intake/hold-intake.js";
import { parseIntake } from "../../../adapters/intake/parse-intake.js";
import { isDsrError } from "../../../core/errors.js";
import { Identifier } from "../../../core/identifier.js";

const NOW = Date.parse("2026-03-10T12:00:00Z");
const EMAIL = "ada@example.test";

const parsed = (said: object) => parseIntake({ email: EMAIL, ...said }, NOW);
const refusal = (said: unknown): string => {
  try {
    parseIntake(said, NOW);
  } catch (error) {
    if (isDsrError(error)) return `${error.code} ${error.facts.at ?? ""}`.trim();
    throw error;
  }
  return "accepted";
};

describe("the intake of a request", () => {
  it("takes an address alone, and everything that may be said with it", () => {
    const { input, choices } = parsed({});
    expect(input.identifier.category).to.equal("email");
    expect(Object.keys(input)).to.deep.equal(["identifier"]);
    expect(choices).to.deep.equal({});
    const full = parsed({ ref: "T-1", received: "2026-03-01", due: "2026-04-01T09:30:00+02:00", law: "ccpa", verified: "passport@2026-03-02", operator: "Grace H.", lang: "pt-br", exclude: [{ id: "a_1-B", reason: "a colleague" }], also: [{ id: "x", reason: "y" }] });
    expect(full.input).to.deep.include({
      reference: "T-1",
      receivedAt: "2026-03-01T00:00:00.000Z",
      dueAt: "2026-04-01T07:30:00.000Z",
      law: "ccpa",
      verified: { method: "passport", at: "2026-03-02T00:00:00.000Z" },
      operator: "Grace H.",
      language: "pt-BR",
    });
    expect(full.choices).to.deep.equal({ exclude: [{ id: "a_1-B", reason: "a colleague" }], also: [{ id: "x", reason: "y" }] });
    expect(parsed({ only: ["a", "b"] }).choices).to.deep.equal({ only: ["a", "b"] });
  });

  it("refuses what is malformed, with its place", () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ ref: "" }, "ref"],
      [{ ref: "x".repeat(201) }, "ref"],
      [{ ref: "a\u0007b" }, "ref"],
      [{ ref: "two\nlines" }, "ref"],
      [{ ref: "bidi\u202e" }, "ref"],
      [{ ref: EMAIL }, "ref"],
      [{ ref: "asked by ada＠example.test" }, "ref"],
      [{ ref: "asked by ada (at) example.test" }, "ref"],
      [{ ref: "asked by ada[AT]example.test" }, "ref"],
      [{ ref: "asked by ada%40example.test" }, "ref"],
      [{ ref: "asked by ada&#64;example.test" }, "ref"],
      [{ ref: "ada at example dot test" }, "ref"],
      [{ ref: " " }, "ref"],
      [{ ref: 7 }, "ref"],
      [{ received: "2026-3-1" }, "received"],
      [{ received: "01/03/2026" }, "received"],
      [{ received: "2026-02-29" }, "received"],
      [{ received: "2026-13-01" }, "received"],
      [{ received: "1999-12-31" }, "received"],
      [{ received: "2026-03-12" }, "received"],
      [{ received: "2026-03-10T12:06:00Z" }, "received"],
      [{ received: "2026-03-10T12:00:00" }, "received"],
      [{ received: 5 }, "received"],
      [{ due: "tomorrow" }, "due"],
      [{ received: "2026-03-05", due: "2026-03-04" }, "due"],
      [{ law: "GDPR" }, "law"],
      [{ law: ["gdpr"] }, "law"],
      [{ verified: "passport" }, "verified"],
      [{ verified: "@2026-03-01" }, "verified"],
      [{ verified: `${EMAIL}@2026-03-01` }, "verified"],
      [{ verified: "passport@2026-04-01" }, "verified"],
      [{ verified: "ada at example dot test@2026-03-01" }, "verified"],
      [{ operator: "" }, "operator"],
      [{ operator: "x\u001b[0m" }, "operator"],
      [{ operator: " " }, "operator"],
      [{ operator: EMAIL }, "operator"],
      [{ operator: "ada at example dot test" }, "operator"],
      [{ lang: "e" }, "lang"],
      [{ lang: "en_US" }, "lang"],
      [{ lang: "en-a" }, "lang"],
      [{ only: [] }, "only"],
      [{ only: ["../x"] }, "only"],
      [{ only: "a" }, "only"],
      [{ only: ["a"], exclude: [{ id: "a", reason: "b" }] }, "only"],
      [{ exclude: [{ id: "a" }] }, "exclude/0/reason"],
      [{ exclude: [{ id: "a", reason: "" }] }, "exclude/0/reason"],
      [{ exclude: [{ id: "a", reason: " " }] }, "exclude/0/reason"],
      [{ exclude: [{ id: "a", reason: `asked by ${EMAIL}` }] }, "exclude/0/reason"],
      [{ exclude: [{ id: "a b", reason: "c" }] }, "exclude/0/id"],
      [{ exclude: ["a"] }, "exclude"],
      [{ exclude: [null] }, "exclude"],
      [{ also: [{ id: "x".repeat(129), reason: "c" }] }, "also/0/id"],
      [{ surprise: 1 }, "request"],
      [JSON.parse('{"__proto__":{"ref":"x"}}'), "request"],
      [{ constructor: "x" }, "request"],
    ];
    for (const [said, place] of cases) expect(refusal({ email: EMAIL, ...said }), JSON.stringify(said)).to.equal(`REQUEST_INVALID ${place}`);
    for (const said of [null, undefined, "x", 5, []]) expect(refusal(said)).to.equal("REQUEST_INVALID request");
  });

  it("takes today as it already is somewhere, and no later", () => {
    expect(refusal({ email: EMAIL, received: "2026-03-10" })).to.equal("accepted");
    expect(parseIntake({ email: EMAIL, received: "2026-03-11" }, Date.parse("2026-03-10T11:00:00Z")).input.receivedAt).to.equal("2026-03-11T00:00:00.000Z");
    expect(parsed({ received: "2024-02-29" }).input.receivedAt).to.equal("2024-02-29T00:00:00.000Z");
  });

  it("refuses what is no address, and tells what to do with a phone number", () => {
    for (const email of ["", "ada", "ada@example.test\n", undefined, null, 5, {}, [EMAIL]]) expect(refusal({ email }), JSON.stringify(email)).to.equal("IDENTIFIER_INVALID email");
    for (const email of ["+1 555 0100 22", "0049-170-1234567", "(030) 123456", " 5550100 ", "tel:+15550100"]) expect(refusal({ email }), email).to.equal("UNSUPPORTED_REQUEST email");
  });

  it("repeats nothing of what was said", () => {
    for (const said of [{ email: `${EMAIL} ` }, { email: EMAIL, ref: EMAIL }, { email: EMAIL, exclude: [{ id: EMAIL, reason: EMAIL }] }, { email: EMAIL, [EMAIL]: EMAIL }]) {
      try {
        parseIntake(said, NOW);
        expect.fail("it was accepted");
      } catch (error) {
        expect(`${String(error)} ${JSON.stringify(error)}`).not.to.contain("ada@");
      }
    }
  });
});

describe("the intake of a hold", () => {
  const identifier = Identifier.parse("email", EMAIL);
  const place = (basis: string): string => {
    try {
      return checkHold({ identifier, basis }).basis;
    } catch (error) {
      return isDsrError(error, "REQUEST_INVALID") ? (error.facts.at ?? "") : String(error);
    }
  };

  it("takes a basis in any script, and none that holds an address, however that is written out", () => {
    for (const basis of ["litigation 7 of 2026", "Anfrage des Finanzamts: §147 AO", "x".repeat(200)]) expect(place(basis)).to.equal(basis);
    for (const written of ["@", "＠", "﹫", " (at) ", "[AT]", "%40", "&#64;", "&commat;"]) expect(place(`about ada${written}example.test`), written).to.equal("basis");
    for (const basis of ["ada at example dot test", " ", "", "x".repeat(201), "two\nlines", "a\u2028b"]) expect(place(basis), basis).to.equal("basis");
  });
});
