import { expect } from "chai";
import { describeHolds } from "../adapters/holds/holds-port-suite.js";
import { describeBatches } from "../adapters/journal/batches-port-suite.js";
import { describeConnections } from "../adapters/journal/connections-port-suite.js";
import { describeEvidence } from "../adapters/journal/evidence-port-suite.js";
import { describeJournal } from "../adapters/journal/journal-port-suite.js";
import { temporaryHome } from "../adapters/journal/temporary-home.js";
import { startPostgres, type PostgresServer } from "./server.js";

describe("on PostgreSQL", () => {
  let server: PostgresServer | undefined;
  before(async function () {
    this.timeout(60_000);
    server = await startPostgres();
  });
  after(async function () {
    this.timeout(60_000);
    await server?.end();
  });

  const running = (): PostgresServer => server ?? expect.fail("the server did not start");

  const opened = async () => {
    await running().empty();
    const home = temporaryHome(running().url);
    home.clock.nowMs = 1_000;
    return { a: await home.open(), b: await home.open(), close: home.remove };
  };

  describeJournal("the store", async () => {
    const { a, b, close } = await opened();
    const expire = async (requestId: string): Promise<void> => void (await running().alter(`UPDATE leases SET expires_at_ms = 0 WHERE request_id = '${requestId}'`));
    return { a: a.journal, b: b.journal, expire, close };
  });
  describeConnections("the store", opened);
  describeEvidence("the store", opened);
  describeBatches("the store", opened);
  describeHolds("the store", async () => {
    const { a, b, close } = await opened();
    return { a: a.holds, b: b.holds, close };
  });
});
