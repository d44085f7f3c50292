import { expect } from "chai";
import Libsql from "libsql";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../../adapters/journal/database.js";
import { createSqliteDatabase } from "../../../adapters/journal/sqlite-database.js";
import { DsrError } from "../../../core/errors.js";
import { refusal } from "./refusal.js";

describe("transactions of one process on one file", () => {
  let folder: string;
  let libsql: Libsql.Database;
  let database: Database;
  let commits: number;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "dsr-queue-"));
    libsql = new Libsql(join(folder, "rows.db"));
    libsql.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE noted (who TEXT PRIMARY KEY, at INTEGER) STRICT");
    const exec = libsql.exec.bind(libsql);
    commits = 0;
    libsql.exec = (sql) => {
      if (sql === "COMMIT") commits += 1;
      return exec(sql);
    };
    database = createSqliteDatabase(libsql);
  });
  afterEach(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const seenByAnother = (): string[] => {
    const another = new Libsql(join(folder, "rows.db"));
    try {
      return (another.prepare("SELECT who FROM noted ORDER BY who").all() as { who: string }[]).map(({ who }) => who);
    } finally {
      another.close();
    }
  };
  const note = (who: string): Promise<number> =>
    database.write(who, async () => {
      await Promise.resolve();
      return database.run("INSERT INTO noted (who, at) VALUES (?, ?)", who, 1);
    });
  const NAMES = Array.from({ length: 20 }, (_, n) => `w${String(n).padStart(2, "0")}`);

  it("wait for the disk once where many are asked for at the same time", async () => {
    await Promise.all(NAMES.map(note));
    expect(commits).to.be.at.most(2);
    expect(seenByAnother()).to.deep.equal(NAMES);
  });

  it("go on together where each of many writes one thing after the other", async () => {
    await Promise.all(NAMES.map(async (name) => {
      for (const step of ["a", "b", "c"]) await note(`${name}${step}`);
    }));
    expect(commits).to.be.at.most(8);
    expect(seenByAnother()).to.have.lengthOf(60);
  });

  it("are told of once others can see them, and not before", async () => {
    let before: string[] = [];
    const first = note("first").then(() => expect(seenByAnother()).to.include("first"));
    await Promise.all([first, note("second"), database.write("third", async () => void (before = seenByAnother()))]);
    expect(before).to.deep.equal([]);
  });

  it("fail alone: what is wrong with one undoes nothing of the others, and leaves nothing of itself", async () => {
    const broken = database.write("broken", async () => {
      await database.run("INSERT INTO noted (who, at) VALUES ('half', 1)");
      throw new DsrError("REQUEST_BUSY");
    });
    const [, ...others] = await Promise.all([refusal("REQUEST_BUSY", () => broken), ...["a", "b", "c"].map(note)]);
    expect(others).to.deep.equal([1, 1, 1]);
    expect(seenByAnother()).to.deep.equal(["a", "b", "c"]);
  });

  it("keep their order where they read what an earlier one wrote", async () => {
    const written = note("written");
    const read = database.read(() => database.all<{ who: string }>("SELECT who FROM noted"));
    const later = note("later");
    expect(await read).to.deep.equal([{ who: "written" }]);
    await Promise.all([written, later]);
  });
});
