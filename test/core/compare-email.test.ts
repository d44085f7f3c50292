import { expect } from "chai";
import fc from "fast-check";
import { canonicalEmail, compareEmail, foldCase } from "../../core/index.js";
import { GOOGLE, GOOGLE_UK } from "./google-domains.js";

const EXACT = { match: "exact" };
const CASE = { match: "case_insensitive" };
const OTHER = { other: true };
const near = (why: string) => ({ near: why });

describe("comparing a returned address with the one that was asked for", () => {
  for (const [title, asked, returned, expected] of [
    ["I3: an equal address is exact", "jane@example.test", "jane@example.test", EXACT],
    ["I3: another letter case in the name is a match that says so", "jane@example.test", "Jane@example.test", CASE],
    ["I3: another letter case in the domain is a match that says so", "jane@example.test", "jane@Example.TEST", CASE],
    ["I3: upper case that was asked for finds lower case", "JANE@EXAMPLE.TEST", "jane@example.test", CASE],
    ["I3: an accented letter has a case, too", "RENÉE@example.test", "renée@example.test", CASE],
    ["I3: Greek and Cyrillic letters have a case, too", "ЖАННА.Ω@example.test", "жанна.ω@example.test", CASE],
    ["I3: a letter whose capital has no composed form has a case, too", "J\u030Can@example.test", "\u01F0an@example.test", CASE],
    ["I4: a tag that was not asked for is near", "jane@example.test", "jane+news@example.test", near("tag")],
    ["I4: the address without the tag that was asked for is near", "jane+x@example.test", "jane@example.test", near("tag")],
    ["I4: another tag is near", "jane+x@example.test", "jane+y@example.test", near("tag")],
    ["I4: a tag in another case is near, not a match", "jane+x@example.test", "JANE@example.test", near("tag")],
    ["I4: the same tag is exact", "jane+x@example.test", "jane+x@example.test", EXACT],
    ["I4: a name that is a tag only is somebody else's", "+x@example.test", "jane@example.test", OTHER],
    ["I4: dots in Google's mail are near", `jane.doe@${GOOGLE}`, `janedoe@${GOOGLE}`, near("dots")],
    ["I4: dots and a tag in Google's mail are near", `j.a.n.e+x@${GOOGLE_UK}`, `jane@${GOOGLE_UK}`, near("dots")],
    ["I4: dots anywhere else are somebody else's", "jane.doe@example.test", "janedoe@example.test", OTHER],
    ["I5: a Kelvin sign is not a k", "kim@example.test", "\u212Aim@example.test", near("spelling")],
    ["I5: a k is not a Kelvin sign", "\u212Aim@example.test", "kim@example.test", near("spelling")],
    ["I5: a Kelvin sign is not a K", "Kim@example.test", "\u212Aim@example.test", near("spelling")],
    ["I5: a Kelvin sign is itself", "\u212Aim@example.test", "\u212Aim@example.test", EXACT],
    ["I5: a Kelvin sign in the domain is not a k", "jane@k.example.test", "jane@\u212A.example.test", near("spelling")],
    ["I5: a dotless i is not an i", "jim@example.test", "j\u0131m@example.test", near("spelling")],
    ["I5: a dotted capital I is not an i", "jim@example.test", "J\u0130M@example.test", OTHER],
    ["I5: an address with a blank behind it is near", "jim@example.test", "jim@example.test ", near("spelling")],
    ["I5: an address with an invisible character in it is near", "jim@example.test", "j\u200Bim@example.test", near("spelling")],
    ["I5: a long s is not an s", "sam@example.test", "\u017Fam@example.test", near("spelling")],
    ["I5: a sharp s is not two", "strasse@example.test", "stra\u00DFe@example.test", OTHER],
    ["I5: full-width letters in the name are not letters", "jane@example.test", "\uFF4A\uFF41ne@example.test", near("spelling")],
    ["I5: full-width letters in the domain are not letters", "jane@example.test", "jane@\uFF45xample.test", near("spelling")],
    ["I5: a Cyrillic a is not an a", "jane@example.test", "j\u0430ne@example.test", OTHER],
    ["I5: a ligature is not its letters", "fiona@example.test", "\uFB01ona@example.test", near("spelling")],
    ["I5: NFD equals NFC", "zo\u00E9@example.test", "zoe\u0301@example.test", EXACT],
    ["I5: NFC equals NFD in the domain", "jane@bu\u0308cher.test", "jane@b\u00FCcher.test", EXACT],
    ["I5: an Angstrom sign is the same letter in NFC", "\u212Bsa@example.test", "\u00C5sa@example.test", EXACT],
    ["I5: an accent more is somebody else", "zoe@example.test", "zo\u00E9@example.test", OTHER],
    ["I6: a domain matches its xn-- form", "jane@b\u00FCcher.test", "jane@xn--bcher-kva.test", EXACT],
    ["I6: an xn-- domain matches its Unicode form", "jane@xn--bcher-kva.test", "jane@b\u00FCcher.test", EXACT],
    ["I6: the xn-- form has no case", "jane@XN--BCHER-KVA.test", "jane@b\u00FCcher.test", EXACT],
    ["I6: one of several labels may be encoded", "jane@b\u00FCcher.\u4F8B.test", "jane@xn--bcher-kva.\u4F8B.test", EXACT],
    ["I6: an xn-- label in the name is no domain", "xn--bcher-kva@example.test", "b\u00FCcher@example.test", OTHER],
    ["I6: another IDN domain is somebody else's", "jane@b\u00FCcher.test", "jane@bucher.test", OTHER],
    ["another name is somebody else's", "jane@example.test", "joe@example.test", OTHER],
    ["an address that merely contains it is somebody else's", "jane@example.test", "maryjane@example.test", OTHER],
    ["an address that merely begins with it is somebody else's", "jane@example.test", "jane@example.test.evil.test", OTHER],
    ["a subdomain is somebody else's", "jane@example.test", "jane@mail.example.test", OTHER],
    ["nothing is somebody else's", "jane@example.test", "", OTHER],
    ["a text without @ is somebody else's", "jane@example.test", "jane", OTHER],
    ["a text without @ is not cut into an address", "jane.tes@jane.test", "jane.test", OTHER],
    ["a space before it makes it near, and no match", "jane@example.test", " jane@example.test", near("spelling")],
  ] as const) {
    it(title, () => {
      expect(compareEmail(asked, returned)).to.deep.equal(expected);
    });
  }

  it("decodes a label that begins with xn--, and no other", () => {
    expect(canonicalEmail("jane@xn--bcher-kva.axn--bcher-kva.test")).to.equal("jane@b\u00FCcher.axn--bcher-kva.test");
  });

  it("is symmetric, and agrees with the canonical form", () => {
    const address = fc.tuple(fc.constantFrom(..."jJkK\u212A\u0131iIsS\u017F\u00E9\uFF4Aß+.").map(String), fc.constantFrom("", "x", "+x", "."), fc.constantFrom("@Example.test", "@b\u00FCcher.test", "@xn--bcher-kva.test", `@${GOOGLE}`)).map((parts) => parts.join(""));
    fc.assert(
      fc.property(address, address, (a, b) => {
        const there = compareEmail(a, b);
        expect(compareEmail(b, a)).to.deep.equal(there);
        expect("match" in there).to.equal(canonicalEmail(a) === canonicalEmail(b));
      }),
      { numRuns: 500 },
    );
  });

  it("answers whatever a vendor returns, without throwing", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ maxLength: 400 }), (domain, tail) => {
        expect(compareEmail("jane@example.test", `jane@${domain}`)).to.be.an("object");
        expect(compareEmail("jane@example.test", `jane@xn--${tail}`)).to.be.an("object");
      }),
    );
  });

  it("answers for an xn-- label that counts beyond all numbers", () => {
    expect(compareEmail("jane@example.test", `jane@xn--${"9".repeat(400)}b.test`)).to.deep.equal(OTHER);
    expect(compareEmail("jane@example.test", `jane@xn--${"9".repeat(100_000)}`)).to.deep.equal(OTHER);
  });
});

describe("folding case", () => {
  it("is idempotent, and what it folds is in NFC", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const folded = foldCase(text);
        expect(foldCase(folded)).to.equal(folded);
        expect(folded.normalize("NFC").replaceAll("K", "")).to.equal(folded.replaceAll("\u212A", ""));
      }),
    );
  });

  it("I5: joins no two characters of Unicode that are not each other's case", () => {
    const byFolded = new Map<string, string[]>();
    for (let code = 0; code <= 0x1ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const c = String.fromCodePoint(code);
      if (c.toLowerCase() === c && c.toUpperCase() === c) continue;
      if (c.normalize("NFC") !== c && c !== "\u212A") continue;
      const folded = foldCase(c);
      byFolded.set(folded, [...(byFolded.get(folded) ?? []), c]);
    }
    const joined = [...byFolded.values()].filter((group) => group.length > 1);
    expect(joined.length).to.be.greaterThan(1000);
    for (const group of joined) {
      expect(group).to.have.lengthOf(2);
      expect(group[0]!.toLowerCase() === group[1] || group[1]!.toLowerCase() === group[0], group.join(" ")).to.equal(true);
      expect(group[0]!.toUpperCase() === group[1] || group[1]!.toUpperCase() === group[0], group.join(" ")).to.equal(true);
    }
  });
});
