import { expect } from "chai";
import Libsql from "libsql";
import { join } from "node:path";
import { refusal } from "./refusal.js";
import { temporaryHome, type TemporaryHome } from "./temporary-home.js";

describe("the embedded store's file", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(() => home.remove());
  const pragma = (name: string, database = new Libsql(join(home.directory, "dsr.db"))): unknown => {
    const [row] = database.prepare(`PRAGMA ${name}`).all() as Record<string, unknown>[];
    database.close();
    return Object.values(row ?? {})[0];
  };

  it("says which version of its form it has, and keeps a write-ahead log", async () => {
    await home.open();
    expect(pragma("user_version")).to.equal(5);
    expect(pragma("journal_mode")).to.equal("wal");
    expect(pragma("integrity_check")).to.equal("ok");
  });

  it("is refused, and left as it is, when a newer version of the program made it", async () => {
    await (await home.open()).close();
    const database = new Libsql(join(home.directory, "dsr.db"));
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect((await refusal("STORE_NEWER", () => home.open())).at).to.equal("the home folder");
    expect(pragma("user_version")).to.equal(99);
  });

  it("is not made anew by a second opening", async () => {
    await (await home.open()).close();
    const { connections } = await home.open();
    expect(await connections.list()).to.deep.equal([]);
  });
});
