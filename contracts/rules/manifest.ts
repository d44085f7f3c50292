import { expect } from "chai";
import { createManifestValidator } from "../../adapters/manifests/validate-manifest.js";
import { isDsrError } from "../../core/errors.js";
import { ConnectorRegistry } from "../../core/registry.js";
import { everyone, rule, type Rule } from "../rule.js";

const validate = createManifestValidator();

export const MANIFEST_RULES: readonly Rule[] = [
  rule("MANIFEST-1", "has a manifest that fits the schema", everyone, async ({ manifest }) => {
    expect(validate(manifest)).to.deep.equal([]);
  }),

  rule("MANIFEST-2", "declares every scope, category and request type that it names anywhere", everyone, async ({ connector }) => {
    try {
      new ConnectorRegistry(() => []).register(connector);
    } catch (error) {
      expect.fail(isDsrError(error) ? `${error.facts.at}: ${error.facts.reason}` : "the registry does not accept it");
    }
  }),

  rule("MANIFEST-3", "claims exemptions only from rules that concern it, each once", everyone, async ({ connector }, rules) => {
    const claimed = connector.manifest.exemptions.map((exemption) => exemption.rule);
    const concerning = rules.filter((each) => each.concerns(connector)).map((each) => each.id);
    expect(new Set(claimed).size, "rules that are named").to.equal(claimed.length);
    for (const id of claimed) expect(concerning, "rules that concern it").to.include(id);
  }),

  rule("MANIFEST-4", "tells its regions apart, by its own ids and by the vendor's", everyone, async ({ manifest }) => {
    for (const key of ["id", "vendorId"] as const) expect(new Set(manifest.regions.map((region) => region[key])).size, key).to.equal(manifest.regions.length);
  }),

  rule("MANIFEST-5", "describes a deletion of the subject's own record where it declares deletion, and says what remains", ({ manifest }) => manifest.requestTypes.includes("deletion"), async ({ manifest }) => {
    expect(manifest.dataCategories.map((category) => category.deletion.how), "what happens to each category").to.include("direct");
    expect(manifest.residuals.length, "residuals").to.be.at.least(1);
  }),
];
