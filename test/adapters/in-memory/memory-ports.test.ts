import { createMemoryHost } from "../../../adapters/in-memory/memory-host.js";
import { describeBatches } from "../journal/batches-port-suite.js";
import { describeConnections } from "../journal/connections-port-suite.js";
import { describeEvidence } from "../journal/evidence-port-suite.js";
import { describeJournal } from "../journal/journal-port-suite.js";

describeJournal("the in-memory store", async () => {
  const a = createMemoryHost();
  const b = createMemoryHost({ state: a.state });
  return { a: a.journal, b: b.journal, expire: a.expireLease, close: () => undefined };
});

describeConnections("the in-memory store", async () => {
  const a = createMemoryHost();
  return { a, b: createMemoryHost({ state: a.state }), close: () => undefined };
});

describeEvidence("the in-memory store", async () => {
  const a = createMemoryHost();
  return { a, b: createMemoryHost({ state: a.state }), close: () => undefined };
});

describeBatches("the in-memory store", async () => {
  const a = createMemoryHost();
  return { a, b: createMemoryHost({ state: a.state }), close: () => undefined };
});
