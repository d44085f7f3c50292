import { expect } from "chai";
import { describeTenants } from "../adapters/inversify/tenants-suite.js";
import { startPostgres, type PostgresServer } from "./server.js";

describe("on PostgreSQL", function () {
  this.timeout(60_000);
  let server: PostgresServer | undefined;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server?.end());

  const running = (): PostgresServer => server ?? expect.fail("the server did not start");
  describeTenants("in one database", {
    people: 2,
    databaseUrl: async () => {
      await running().empty();
      return running().url.withPassword();
    },
    limitKeys: async () => (await running().rows("SELECT key FROM rate_windows")).map((row) => (row as { key: string }).key),
  });
});
