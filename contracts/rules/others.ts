import { expect } from "chai";
import { DEFAULT_SETTINGS } from "../../core/request-settings.js";
import type { Bench, Person } from "../bench.js";
import type { CollectedRecord, Connector } from "../../core/ports.js";
import { rule, type Rule } from "../rule.js";
import { fromNowOn, tellsOf } from "../steps.js";
import { SHARED_TEXT } from "./occasions.js";
import { relatedCategories, relates } from "./related.js";

/** What a package tells of people whom nobody asked about. */
export const OTHERS_RULES: readonly Rule[] = [
  rule("ACCESS-17", "tells who else has a part in a person's record only where the host decided so, and counts what it withholds", readsRelated, async (bench) => {
    for (const category of relatedCategories(bench)) {
      const [person, other] = [await bench.addSubject(), await bench.addSubject()];
      const id = await bench.sandbox.related?.add(category, [person.id, other.id], SHARED_TEXT);
      if (id === undefined) continue;
      const since = fromNowOn(bench);
      const withheld = await recordsFor(bench, person, "withhold");
      expect(tellsOf(JSON.stringify(withheld), other), `whether a record of ${category} tells of somebody else who has a part in it`).to.equal(false);
      // What the vendor itself does not tell is nothing to withhold, nor to include.
      const told = since.calls().some(({ answer }) => answer?.body.includes(JSON.stringify(id)) === true && tellsOf(answer.body, other));
      if (!told) continue;
      const redactions = withheld.find((record) => record.id === id)?.redactions ?? [];
      expect(redactions.reduce((sum, { count }) => sum + count, 0), `what is counted as withheld of a record of ${category}`).to.be.at.least(1);
      const included = await recordsFor(bench, person, "include");
      expect(tellsOf(JSON.stringify(included.find((record) => record.id === id)), other), `whether a record of ${category} tells of somebody else where the host decided so`).to.equal(true);
    }
  }),
];

function readsRelated(connector: Connector): boolean {
  return connector.manifest.requestTypes.includes("access") && relates(connector);
}

async function recordsFor({ hosted }: Bench, { identifier }: Person, otherPeople: "include" | "withhold"): Promise<readonly CollectedRecord[]> {
  const { result, records } = await hosted.access(identifier, undefined, { ...DEFAULT_SETTINGS, otherPeople });
  expect(result.outcome).to.equal("complete");
  return Object.values(records).flat();
}
