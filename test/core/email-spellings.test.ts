import { expect } from "chai";
import fc from "fast-check";
import { checkEmail, compareEmail, emailSpellings } from "../../core/index.js";
import { GOOGLE } from "./google-domains.js";

describe("the spellings that a vendor is asked for", () => {
  for (const [title, address, spellings] of [
    ["I3: a lower-case address is asked for as it is", "jane@example.test", ["jane@example.test"]],
    ["I3: another case is asked for as given and in lower case", "Jane@Example.test", ["Jane@Example.test", "jane@example.test"]],
    ["I4: a tag is also left out", "Jane+x@example.test", ["Jane+x@example.test", "jane+x@example.test", "jane@example.test"]],
    ["I4: a name that is a tag only is not left out", "+news@example.test", ["+news@example.test"]],
    ["I6: a domain that no URL can carry has no twin", "jane@\u0301a.test", ["jane@\u0301a.test"]],
    ["I4: dots are left out in Google's mail", `jane.doe+x@${GOOGLE}`, [`jane.doe+x@${GOOGLE}`, `jane.doe@${GOOGLE}`, `janedoe@${GOOGLE}`]],
    ["I4: dots are kept anywhere else", "jane.doe@example.test", ["jane.doe@example.test"]],
    ["I5: a Kelvin sign stays one", "\u212Aim@example.test", ["\u212Aim@example.test"]],
    ["I5: a dotless i, a long s and a dotted I stay what they are", "\u0131\u017F\u0130@example.test", ["\u0131\u017F\u0130@example.test"]],
    ["I5: a full-width domain has no ASCII twin", "jane@\uFF45xample.test", ["jane@\uFF45xample.test"]],
    ["I6: an IDN domain is also asked for in its xn-- form", "jane@b\u00FCcher.test", ["jane@b\u00FCcher.test", "jane@xn--bcher-kva.test"]],
    ["I6: an xn-- domain is also asked for in its Unicode form", "jane@xn--bcher-kva.test", ["jane@xn--bcher-kva.test", "jane@b\u00FCcher.test"]],
    ["I6: a domain with both forms is asked for in Unicode, too", "jane@xn--bcher-kva.\u4F8B.test", ["jane@xn--bcher-kva.\u4F8B.test", "jane@b\u00FCcher.\u4F8B.test"]],
    ["I6: a capital in an IDN domain is folded in the xn-- form", "jane@B\u00DCCHER.test", ["jane@B\u00DCCHER.test", "jane@b\u00FCcher.test", "jane@xn--bcher-kva.test"]],
    ["I4: an accent that meets its letter when the dot between them goes", "a.\u0301@gmail.com", ["a.\u0301@gmail.com", "\u00E1@gmail.com"]],
    ["I6: a domain with a sharp s keeps it", "jane@stra\u00DFe.test", ["jane@stra\u00DFe.test", "jane@xn--strae-oqa.test"]],
  ] as const) {
    it(title, () => {
      expect(emailSpellings(address)).to.deep.equal(spellings);
    });
  }

  it("are few, without repetition, and each is a match or near", () => {
    const local = fc.string({ unit: fc.constantFrom(..."aZ.+kK\u212A\u00E9e\u0301\u0130"), minLength: 1, maxLength: 6 });
    const domain = fc.constantFrom("example.test", "B\u00DCcher.test", "xn--bcher-kva.test", "\u4F8B.xn--bcher-kva.test", GOOGLE, "stra\u00DFe.test");
    fc.assert(
      fc.property(local, domain, (l, d) => {
        const address = `${l}@${d}`;
        fc.pre(checkEmail(address) === undefined);
        const spellings = emailSpellings(address);
        expect(spellings.length).to.be.within(1, 5);
        expect(new Set(spellings).size).to.equal(spellings.length);
        expect(spellings[0]).to.equal(address);
        for (const spelling of spellings) {
          expect(compareEmail(address, spelling)).to.not.have.property("other");
          expect(compareEmail(address, spelling)).to.not.deep.equal({ near: "spelling" });
        }
      }),
    );
  });
});
