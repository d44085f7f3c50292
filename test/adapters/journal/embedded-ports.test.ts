import { describeBatches } from "./batches-port-suite.js";
import { describeConnections } from "./connections-port-suite.js";
import { describeEvidence } from "./evidence-port-suite.js";
import { describeJournal } from "./journal-port-suite.js";
import { temporaryHome } from "./temporary-home.js";

describeJournal("the embedded store", async () => {
  const home = temporaryHome();
  const [a, b] = [await home.open(), await home.open()];
  return { a: a.journal, b: b.journal, expire: () => void (home.clock.nowMs += 30_001), close: home.remove };
});

describeConnections("the embedded store", async () => {
  const home = temporaryHome();
  home.clock.nowMs = 1_000;
  return { a: await home.open(), b: await home.open(), close: home.remove };
});

describeEvidence("the embedded store", async () => {
  const home = temporaryHome();
  return { a: await home.open(), b: await home.open(), close: home.remove };
});

describeBatches("the embedded store", async () => {
  const home = temporaryHome();
  return { a: await home.open(), b: await home.open(), close: home.remove };
});
