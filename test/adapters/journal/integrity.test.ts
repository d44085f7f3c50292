import { expect } from "chai";
import Libsql from "libsql";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../../../adapters/journal/home.js";
import { refusal } from "./refusal.js";
import { callsEntry, CANARY_TOKEN, email, endedEntry, intentEntry, keyDestroyedEntry, sampleConnection, withReference } from "./samples.js";
import { temporaryHome, type TemporaryHome } from "./temporary-home.js";

describe("the embedded store refuses what was altered behind its back", () => {
  let home: TemporaryHome;
  let opened: Home;
  beforeEach(async () => {
    home = temporaryHome();
    opened = await home.open();
    for (const id of ["r", "other"]) {
      await opened.journal.open(withReference(`T-${id}`, { id }), [email()]);
      const lease = await opened.journal.lease(id);
      for (const entry of [intentEntry("1"), callsEntry(1), callsEntry(2), endedEntry("parked")]) await opened.journal.append(lease!, entry);
      await lease!.release();
    }
    await opened.connections.put(sampleConnection(), CANARY_TOKEN);
    await opened.connections.put(sampleConnection({ name: "beta" }), "another token");
  });
  afterEach(() => home.remove());

  /** Does to the file what somebody with a SQLite client would do; through a connection of its own. */
  const alter = (...statements: string[]): void => alterIn(home.directory, ...statements);
  const alterIn = (directory: string, ...statements: string[]): void => {
    const database = new Libsql(join(directory, "dsr.db"), { timeout: 5_000 });
    for (const statement of statements) expect(database.prepare(statement).run().changes, statement).to.be.greaterThan(0);
    database.close();
  };

  /** One character in the middle, another one; base64 all the same. */
  const FLIPPED = "substr(body, 1, 60) || CASE substr(body, 61, 1) WHEN 'A' THEN 'B' ELSE 'A' END || substr(body, 62)";
  const COPY_LAST = "INSERT INTO entries (request_id, seq, kind, body, previous, mac) SELECT request_id, 5, kind, body, previous, mac FROM entries WHERE request_id = 'r' AND seq = 4";
  const chainAttacks: Record<string, readonly string[]> = {
    "an entry's text is edited": [`UPDATE entries SET body = ${FLIPPED} WHERE request_id = 'r' AND seq = 2`],
    "the last entry's text is edited": [`UPDATE entries SET body = ${FLIPPED} WHERE request_id = 'r' AND seq = 4`],
    "an entry's text is exchanged with another's": ["UPDATE entries SET body = (SELECT body FROM entries WHERE request_id = 'r' AND seq = 3) WHERE request_id = 'r' AND seq = 2"],
    "an entry's kind is edited": ["UPDATE entries SET kind = 'ended' WHERE request_id = 'r' AND seq = 2"],
    "an entry is made to look like the destruction of its key": ["UPDATE entries SET kind = 'key_destroyed' WHERE request_id = 'r' AND seq = 2"],
    "an entry's MAC is edited": ["UPDATE entries SET mac = upper(mac) WHERE request_id = 'r' AND seq = 2"],
    "an entry's link is edited": ["UPDATE entries SET previous = mac WHERE request_id = 'r' AND seq = 2"],
    "the first entry is removed": ["DELETE FROM entries WHERE request_id = 'r' AND seq = 1"],
    "an entry in the middle is removed": ["DELETE FROM entries WHERE request_id = 'r' AND seq = 2"],
    "an entry in the middle is removed and the gap closed": ["DELETE FROM entries WHERE request_id = 'r' AND seq = 2", "UPDATE entries SET seq = 2 WHERE request_id = 'r' AND seq = 3", "UPDATE entries SET seq = 3 WHERE request_id = 'r' AND seq = 4"],
    "the last entry is removed": ["DELETE FROM entries WHERE request_id = 'r' AND seq = 4"],
    "all entries are removed": ["DELETE FROM entries WHERE request_id = 'r'"],
    "an entry is added at the end": [COPY_LAST],
    "an entry is repeated as its own successor": [COPY_LAST, "UPDATE entries SET previous = (SELECT mac FROM entries WHERE request_id = 'r' AND seq = 4) WHERE request_id = 'r' AND seq = 5"],
    "two entries change places": [
      "UPDATE entries SET seq = 9 WHERE request_id = 'r' AND seq = 2",
      "UPDATE entries SET seq = 2 WHERE request_id = 'r' AND seq = 3",
      "UPDATE entries SET seq = 3 WHERE request_id = 'r' AND seq = 9",
    ],
    "another request's entries take their place": ["DELETE FROM entries WHERE request_id = 'r'", "UPDATE entries SET request_id = 'r' WHERE request_id = 'other'"],
  };
  for (const [attack, statements] of Object.entries(chainAttacks)) {
    it(`P14: ${attack}`, async () => {
      alter(...statements);
      await refusal("INTEGRITY", () => opened.journal.entries("r"));
    });
  }

  const rowAttacks: Record<string, string> = {
    "its state": "UPDATE requests SET state = 'verified' WHERE id = 'r'",
    "its body": `UPDATE requests SET body = replace(body, '"access"', '"deletion"') WHERE id = 'r'`,
    "its count of entries": "UPDATE requests SET entry_count = 3 WHERE id = 'r'",
    "its last MAC": "UPDATE requests SET last_mac = (SELECT previous FROM entries WHERE request_id = 'r' AND seq = 4) WHERE id = 'r'",
    "its wish to be cancelled": "UPDATE requests SET cancel_requested = 1 WHERE id = 'r'",
    "that its key is destroyed": "UPDATE requests SET identifiers_destroyed = 1 WHERE id = 'r'",
    "its subject": "UPDATE requests SET subject_key = 'somebody' WHERE id = 'r'",
    "the time it was opened": "UPDATE requests SET opened_at = '2020' WHERE id = 'r'",
    "its reference": "UPDATE requests SET reference = 'T-9' WHERE id = 'r'",
    "its MAC": "UPDATE requests SET mac = 'x' WHERE id = 'r'",
  };
  for (const [what, statement] of Object.entries(rowAttacks)) {
    it(`P14: a request's row with ${what} edited, whoever asks`, async () => {
      const { journal } = opened;
      const lease = await journal.lease("r");
      alter(statement);
      for (const ask of [journal.find, journal.entries, journal.identifiers, journal.lease, journal.requestCancel, journal.cancelRequested]) await refusal("INTEGRITY", () => ask("r"));
      await refusal("INTEGRITY", () => journal.list({}));
      await refusal("INTEGRITY", () => journal.append(lease!, callsEntry(9)));
    });
  }

  it("P14: an entry that was edited once the request's key is destroyed and nobody can read it", async () => {
    const lease = await opened.journal.lease("r");
    await opened.journal.destroyKey(lease!, keyDestroyedEntry());
    expect(await opened.journal.entries("r")).to.have.length(1);
    for (const statement of [`UPDATE entries SET body = ${FLIPPED} WHERE request_id = 'r' AND seq = 2`, "UPDATE entries SET body = 'A' WHERE request_id = 'r' AND seq = 5", "DELETE FROM entries WHERE request_id = 'r' AND seq = 1", "UPDATE requests SET identifiers_destroyed = 0 WHERE id = 'r'"]) {
      const copy = temporaryHome();
      try {
        await opened.close();
        cpSync(home.directory, copy.directory, { recursive: true });
        alterIn(copy.directory, statement);
        const { journal } = await copy.open();
        await refusal("INTEGRITY", () => journal.entries("r"));
      } finally {
        await copy.remove();
      }
    }
  });

  interface EntryRow {
    readonly seq: number;
    readonly body: string;
    readonly previous: string;
    readonly mac: string;
  }
  const rowsOf = (directory: string): readonly EntryRow[] => {
    const database = new Libsql(join(directory, "dsr.db"), { timeout: 5_000 });
    const rows = database.prepare("SELECT seq, body, previous, mac FROM entries WHERE request_id = 'r' ORDER BY seq").all() as EntryRow[];
    database.close();
    return rows;
  };
  const putRows = (rows: readonly EntryRow[]): void => {
    const database = new Libsql(join(home.directory, "dsr.db"), { timeout: 5_000 });
    for (const { seq, body, previous, mac } of rows) expect(database.prepare("UPDATE entries SET body = ?, previous = ?, mac = ? WHERE request_id = 'r' AND seq = ?").run([body, previous, mac, seq]).changes).to.equal(1);
    database.close();
  };

  it("P14: an entry in the middle, or at the end, of another history that began as this one did, as in a copy that was gone on with", async () => {
    const fork = temporaryHome();
    try {
      await opened.close();
      cpSync(home.directory, fork.directory, { recursive: true });
      opened = await home.open();
      for (const { journal } of [opened, await fork.open()]) {
        const lease = await journal.lease("r");
        for (const attempt of [3, 4]) await journal.append(lease!, callsEntry(attempt));
        await lease!.release();
      }
      const [own, others] = [home, fork].map(({ directory }) => rowsOf(directory));
      for (const taken of [[5], [5, 6]]) {
        putRows(taken.map((seq) => others![seq - 1]!));
        await refusal("INTEGRITY", () => opened.journal.entries("r"));
        putRows(own!);
      }
      expect(await opened.journal.entries("r")).to.have.length(6);
    } finally {
      await fork.remove();
    }
  });

  it("P14: the key of a request that was taken away without having been destroyed", async () => {
    alter("DELETE FROM identifier_keys WHERE request_id = 'r'");
    await refusal("INTEGRITY", () => opened.journal.entries("r"));
    await refusal("INTEGRITY", () => opened.journal.identifiers("r"));
  });

  it("P14: a request's last entry removed together with what its row tells of it", async () => {
    alter("UPDATE requests SET entry_count = 3, last_mac = (SELECT mac FROM entries WHERE request_id = 'r' AND seq = 3) WHERE id = 'r'", "DELETE FROM entries WHERE request_id = 'r' AND seq = 4");
    await refusal("INTEGRITY", () => opened.journal.entries("r"));
  });

  it("P14: a request's row that is gone while its entries are there", async () => {
    alter("DELETE FROM requests WHERE id = 'r'");
    await refusal("INTEGRITY", () => opened.journal.find("r"));
  });

  it("P14: an entry in the place where the next one belongs", async () => {
    const lease = await opened.journal.lease("r");
    alter(COPY_LAST);
    await refusal("INTEGRITY", () => opened.journal.append(lease!, callsEntry(9)));
  });

  it("leaves the other requests readable", async () => {
    alter("DELETE FROM entries WHERE request_id = 'r' AND seq = 4");
    expect(await opened.journal.entries("other")).to.have.length(4);
  });

  it("identifiers that were exchanged, altered, or lost without having been destroyed", async () => {
    for (const table of ["identifiers", "identifier_keys"]) {
      alter(`UPDATE ${table} SET sealed = (SELECT sealed FROM ${table} WHERE request_id = 'other') WHERE request_id = 'r'`);
      await refusal("INTEGRITY", () => opened.journal.identifiers("r"));
      alter(`DELETE FROM ${table} WHERE request_id = 'r'`);
      await refusal("INTEGRITY", () => opened.journal.identifiers("r"));
    }
    expect(await opened.journal.identifiers("other")).to.have.length(1);
  });

  it("a connection that points elsewhere, and a credential that was moved or removed", async () => {
    const { connections } = opened;
    const everyQuestion = [() => connections.get("acme"), () => connections.list(), () => connections.credential("acme"), () => connections.put(sampleConnection()), () => connections.change("acme", (now) => now)];
    for (const statement of [
      "UPDATE connections SET body = replace(body, 'api.memory.example', 'evil.example') WHERE name = 'acme'",
      "UPDATE connections SET credential = (SELECT credential FROM connections WHERE name = 'beta') WHERE name = 'acme'",
      "UPDATE connections SET credential = NULL WHERE name = 'acme'",
    ]) {
      await connections.put(sampleConnection(), CANARY_TOKEN);
      alter(statement);
      for (const ask of everyQuestion) await refusal("INTEGRITY", ask);
      alter("DELETE FROM connections WHERE name = 'acme'");
    }
  });

  it("a credential under another connection's name, row and all", async () => {
    alter("DELETE FROM connections WHERE name = 'acme'", "UPDATE connections SET name = 'acme' WHERE name = 'beta'");
    await refusal("INTEGRITY", () => opened.connections.credential("acme"));
  });

  it("a file that is no database", async () => {
    await opened.close();
    writeFileSync(join(home.directory, "dsr.db"), "x".repeat(8_192));
    await refusal("INTEGRITY", () => home.open());
  });

  it("a database with flipped bits in its pages", async () => {
    await opened.close();
    const path = join(home.directory, "dsr.db");
    const bytes = readFileSync(path);
    for (let at = 4_096; at < bytes.length; at += 97) bytes.writeUInt8((bytes[at] ?? 0) ^ 0xff, at);
    writeFileSync(path, bytes);
    await refusal("INTEGRITY", async () => {
      const again = await home.open();
      await again.journal.entries("r");
    });
  });
});
