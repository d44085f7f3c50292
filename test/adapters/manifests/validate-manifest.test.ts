import type { AnySchema } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { createManifestValidator } from "../../../adapters/manifests/validate-manifest.js";
import { CANARY, HOSTILE_MANIFESTS } from "./hostile-manifests.js";
import { manifestWith, validManifest } from "./valid-manifest.js";

describe("The manifest validator", () => {
  const validate = createManifestValidator();

  it("goes by a schema that is one itself", () => {
    const schema = JSON.parse(readFileSync("contracts/manifest.schema.json", "utf8")) as AnySchema;
    const ajv = new Ajv2020();
    expect(ajv.validateSchema(schema), ajv.errorsText()).to.equal(true);
    expect(ajv.validateSchema({ ...(schema as object), type: "no such type" }), "what is none").to.equal(false);
  });

  it("accepts a manifest with something in every member", () => {
    expect(validate(validManifest())).to.deep.equal([]);
  });

  it("accepts a frozen manifest, one without a prototype, and one without capabilities' details", () => {
    expect(validate(Object.freeze(validManifest()))).to.deep.equal([]);
    expect(validate(Object.assign(Object.create(null), validManifest()))).to.deep.equal([]);
    expect(validate(manifestWith("/access"))).to.deep.equal([]);
  });

  it("accepts texts in any script", () => {
    for (const text of ["Größe", "個人情報", "שלום", "a – b", "👍"]) expect(validate(manifestWith("/product", text)), text).to.deep.equal([]);
  });

  it("reports every fault at once, each where it is", () => {
    const faults = validate({ ...manifestWith("/id", "A B"), version: "one", scopes: [{ id: "x" }] });
    expect(faults.map((fault) => fault.pointer)).to.include.members(["/id", "/version", "/scopes/0/label", "/scopes/0/purpose", "/scopes/0/neededFor", "/scopes/0/fix"]);
  });

  it("says what is wrong in plain words", () => {
    expect(validate(manifestWith("/regions/0/apiOrigin", "http://example.com"))).to.deep.equal([
      { pointer: "/regions/0/apiOrigin", reason: "it is not an https origin in lower case: a host name without path or trailing slash" },
    ]);
    expect(validate(manifestWith("/dataCategories/1/coverage", "some"))).to.deep.equal([{ pointer: "/dataCategories/1/coverage", reason: "it is not one of required, optional" }]);
    expect(validate(manifestWith("/legalNotice"))).to.deep.equal([{ pointer: "/legalNotice", reason: "it is missing" }]);
  });

  it("runs no code of the document", () => {
    let ran = 0;
    validate(Object.defineProperty(validManifest(), "id", { enumerable: true, get: () => (ran += 1) }));
    validate({ ...validManifest(), toJSON: () => (ran += 1), toString: () => (ran += 1) });
    expect(ran).to.equal(0);
  });

  it("is tested with 60 hostile manifests or more", () => {
    expect(HOSTILE_MANIFESTS.length).to.be.at.least(60);
    expect(new Set(HOSTILE_MANIFESTS.map(({ name }) => name)).size).to.equal(HOSTILE_MANIFESTS.length);
  });

  for (const { name, make, at } of HOSTILE_MANIFESTS) {
    it(`S8: refuses ${name}, with pointer and reason`, () => {
      const manifest = make();
      const startedAt = performance.now();
      const faults = validate(manifest);
      expect(performance.now() - startedAt, "milliseconds").to.be.below(2_000);
      expect(faults.map((fault) => fault.pointer)).to.include(at);
      for (const { reason } of faults) expect(reason).to.match(/^(?:it|a|the) .{6,200}$/).and.not.include(CANARY);
      expect(({} as Record<string, unknown>).id, "Object.prototype").to.equal(undefined);
    });
  }
});
