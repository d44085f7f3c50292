import { expect } from "chai";
import { createManualClock } from "../../../adapters/in-memory/manual-clock.js";
import { FRESH_MS } from "../../../core/freshness.js";
import type { ConnectorContext } from "../../../core/index.js";
import { createSharingWatch } from "../../../connectors/intercom/sharing-watch.js";

describe("whether a conversation at Intercom is the person's alone still", () => {
  it("is asked anew where that is longer ago than a reading is fresh, be it since it was planned or since it was asked last", async () => {
    const [clock, origin] = [createManualClock(), "https://api.intercom.io"];
    let reads = 0;
    const conversation = { type: "conversation", id: "1", contacts: { type: "contact.list", contacts: [{ type: "contact", id: "c1" }] } };
    const context: ConnectorContext = { fetch: async () => ((reads += 1), Response.json(conversation)), clock, signal: new AbortController().signal, apiOrigin: origin, appOrigin: origin, workspaceId: "sandbox1", categories: [] };
    const watch = createSharingWatch(context);
    const target = { category: "conversation", id: "1" };
    watch.note([target], { contactIds: ["c1"], ownIds: ["c1"], identifiers: [] }, clock.now());
    const told: number[] = [];
    for (const laterMs of [FRESH_MS, 1, FRESH_MS, 1]) {
      await clock.advance(laterMs);
      await watch.confirm(target, { ids: ["c1"], identifiers: [] });
      told.push(reads);
    }
    expect(told).to.deep.equal([0, 1, 1, 2]);
  });
});
