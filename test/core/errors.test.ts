import { expect } from "chai";
import { DsrError, isDsrError } from "../../core/index.js";

describe("errors", () => {
  it("are told from others by their name, so that those of another copy of the package count, too", () => {
    const foreign = Object.assign(new Error("HELD"), { name: "DsrError", code: "HELD", facts: {} });
    expect([new DsrError("HELD"), foreign].map((error) => [isDsrError(error), isDsrError(error, "HELD"), isDsrError(error, "INTERNAL")])).to.deep.equal([[true, true, false], [true, true, false]]);
  });

  it("are nothing else: not every error, and nothing that merely looks like one", () => {
    const coded = Object.assign(new Error("HELD"), { code: "HELD" });
    for (const other of [coded, new TypeError("HELD"), { name: "DsrError", code: "HELD" }, "DsrError", undefined, null]) expect([isDsrError(other), isDsrError(other, "HELD")]).to.deep.equal([false, false]);
  });

  it("say their code and nothing more", () => {
    expect(new DsrError("SCOPE_MISSING", { scope: "read", reason: "x" })).to.include({ name: "DsrError", message: "SCOPE_MISSING" });
    expect(new DsrError("HELD").facts).to.deep.equal({});
  });
});
