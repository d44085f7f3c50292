import { expect } from "chai";
import Libsql from "libsql";
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { createPageStaging } from "../../../adapters/packages/page-staging.js";
import type { Home } from "../../../adapters/journal/home.js";
import type { JournalEntry } from "../../../core/journal.js";
import { killChildren, startChild } from "./child-process.js";
import { callsEntry, CANARY_ADDRESS, CANARY_TOKEN, email, endedEntry, intentEntry, keyDestroyedEntry, sampleConnection, sampleRequest } from "./samples.js";
import { filesBelow, temporaryHome, type TemporaryHome } from "./temporary-home.js";

/** Every way in which text may lie in a file: as it is, in wide characters, as base64 at any offset, as hex. */
function formsOf(text: string): Buffer[] {
  const base64 = [0, 1, 2].map((offset) => Buffer.from(" ".repeat(offset) + text).toString("base64").slice(offset + 2, -4));
  return [text, text.toUpperCase(), Buffer.from(text).toString("hex"), ...base64].map((form) => Buffer.from(form)).concat(Buffer.from(text, "utf16le"));
}

describe("a home at rest", () => {
  let home: TemporaryHome;
  let opened: Home;
  beforeEach(async () => {
    home = temporaryHome();
    opened = await home.open();
  });
  afterEach(async () => {
    await killChildren();
    await home.remove();
  });

  const holds = (text: string): string[] => filesBelow(home.directory).filter(({ bytes }) => formsOf(text).some((form) => bytes.includes(form))).map(({ path }) => basename(path));

  it("holds no address, token or page in the clear, in any file, open or closed", async () => {
    const { journal, connections, oauthStates, vault } = opened;
    const staging = createPageStaging({ directory: home.directory, vault });
    await journal.open(sampleRequest({ id: "r" }), [email(CANARY_ADDRESS)]);
    const lease = await journal.lease("r");
    await journal.append(lease!, callsEntry(1));
    await connections.put(sampleConnection(), CANARY_TOKEN);
    await connections.put(sampleConnection(), `${CANARY_TOKEN}_renewed`);
    await oauthStates.issue("state_CANARY_state", `connect ${CANARY_ADDRESS}`, home.clock.nowMs + 1_000);
    const provenance = { endpoint: "GET /contacts/{id}", apiVersion: "2.14", at: "x" };
    await staging.put("r", 1, { records: [{ category: "contacts", id: "1", data: { email: CANARY_ADDRESS, note: "CANARY_note" }, provenance }], gaps: [], checkpoint: "c" });
    const secrets = [CANARY_ADDRESS, CANARY_TOKEN, "state_CANARY_state", "CANARY_note", "quetzal"];
    expect(filesBelow(home.directory).map(({ path }) => basename(path))).to.include.members(["dsr.db", "dsr.db-wal", "key", "1.page"]);
    for (const secret of secrets) expect(holds(secret), secret).to.deep.equal([]);
    await opened.close();
    for (const secret of secrets) expect(holds(secret), secret).to.deep.equal([]);
    // The search itself finds what does lie there.
    expect(holds("https://api.memory.example")).to.deep.equal(["dsr.db"]);
  });

  it("is for its owner alone, every file and folder", async () => {
    const { journal, vault } = opened;
    await journal.open(sampleRequest({ id: "r" }), [email()]);
    await createPageStaging({ directory: home.directory, vault }).put("r", 1, { records: [], gaps: [], checkpoint: "c" });
    for (const { path } of filesBelow(home.directory)) expect(statSync(path).mode & 0o777, basename(path)).to.equal(0o600);
    for (const folder of ["", "staging", "staging/r"]) expect(statSync(join(home.directory, folder)).mode & 0o777, folder).to.equal(0o700);
  });

  it("holds nothing of a credential once its connection is removed or it was replaced, with other processes on the home", async () => {
    const other = await startChild();
    await other.run("open", home.directory);
    const ends: Readonly<Record<string, () => Promise<unknown>>> = {
      removed: () => opened.connections.remove("removed"),
      replaced: () => opened.connections.put(sampleConnection({ name: "replaced" }), "new"),
      renewed: () => opened.connections.change("renewed", (now) => now, "new"),
    };
    for (const [name, end] of Object.entries(ends)) {
      await other.run("putConnection", name, CANARY_TOKEN);
      const sealed = sealedCredential(name);
      expect(holds(sealed)).not.to.deep.equal([]);
      await end();
      expect(holds(sealed), name).to.deep.equal([]);
    }
    await opened.close();
  });

  /** What a journal says of one vendor's record, in every kind of entry that can. */
  const telling = (id: string): JournalEntry[] => {
    const at = "2026-01-15T09:00:01.000Z";
    const target = { category: "contact", id };
    return [
      { at, kind: "asked", choices: { only: [id] }, directory: `/home/${id}` },
      { at, kind: "page", number: 1, checkpoint: `after ${id}`, counts: { contacts: 1 }, gaps: [{ category: "notes", code: "PAGING", id }] },
      intentEntry(id),
      { at, kind: "answered", target, attempt: 1, answer: { answer: "accepted", reference: `job-${id}` } },
      { at, kind: "looked", target, look: { answer: "merged", into: id } },
      { at, kind: "looked_again", searched: [], gaps: [], shown: [{ id, kind: "user", answer: "absent" }] },
      endedEntry("verified"),
    ];
  };

  it("holds no id of the vendor's and nothing else of an entry in the clear, in any file, open or closed", async () => {
    const { journal } = opened;
    await journal.open(sampleRequest({ id: "r" }), [email()]);
    const lease = await journal.lease("r");
    for (const entry of telling("CANARY_record_4711")) await journal.append(lease!, entry);
    for (const text of ["CANARY_record_4711", "CANARY_record", "job-CANARY"]) expect(holds(text), text).to.deep.equal([]);
    await opened.close();
    for (const text of ["CANARY_record_4711", "CANARY_record", "job-CANARY"]) expect(holds(text), text).to.deep.equal([]);
    expect(await (await home.open()).journal.entries("r")).to.deep.equal(telling("CANARY_record_4711"));
  });

  it("cannot read a request's identifiers and entries once their key is destroyed, whoever has the home's key; others stay", async () => {
    const { journal, vault } = opened;
    for (const id of ["r", "other"]) await journal.open(sampleRequest({ id }), [email()]);
    const lease = await journal.lease("r");
    for (const entry of telling("CANARY_record_4711")) await journal.append(lease!, entry);
    const [sealedKey, sealedIdentifiers] = [column("SELECT sealed FROM identifier_keys WHERE request_id = 'r'"), column("SELECT sealed FROM identifiers WHERE request_id = 'r'")];
    const key = vault.open("identifier-key", Buffer.from(sealedKey, "base64"), "r");
    await journal.destroyKey(lease!, keyDestroyedEntry());
    expect(holds(sealedKey), "the sealed key").to.deep.equal([]);
    expect(holds(sealedIdentifiers), "the sealed identifiers").to.deep.equal([]);
    for (const { path, bytes } of filesBelow(home.directory)) expect(bytes.includes(key), path).to.equal(false);
    // What is left of the entries opens under no key that the home has.
    for (const body of columns("SELECT body AS sealed FROM entries WHERE request_id = 'r' AND kind <> 'key_destroyed'")) {
      for (const purpose of ["journal", "identifier-key", "credential", "staging", "ledger", "signing-key"] as const) {
        for (const about of ["r", "entry\nr\n1\nasked"]) expect(() => vault.open(purpose, Buffer.from(body, "base64"), about)).to.throw("INTEGRITY");
      }
    }
    expect(columns("SELECT body AS sealed FROM entries WHERE request_id = 'r'")).to.have.length(telling("x").length + 1);
    expect((await journal.identifiers("other"))[0]?.reveal()).to.equal(CANARY_ADDRESS);
  });

  it("holds nothing of a destroyed key, with other processes on the home, among many requests and after much writing", async () => {
    const other = await startChild();
    await other.run("open", home.directory);
    const { journal } = opened;
    const sealed: string[] = [];
    for (let n = 0; n < 24; n++) {
      const id = `r${(n * 7919) % 1000}`;
      await journal.open(sampleRequest({ id }), [email()]);
      const lease = await journal.lease(id);
      for (const entry of telling(`CANARY_${n}`)) await journal.append(lease!, entry);
      if (n % 2 === 0) await other.run("createRequest", `other${n}`);
      sealed.push(column(`SELECT sealed FROM identifier_keys WHERE request_id = '${id}'`));
      if (n % 3 !== 0) await journal.destroyKey(lease!, keyDestroyedEntry());
    }
    expect(await journal.purge()).to.equal(true);
    const gone = sealed.filter((_, n) => n % 3 !== 0);
    const bytes = Buffer.concat(filesBelow(home.directory).map((file) => file.bytes));
    expect(gone.filter((each) => bytes.includes(each))).to.deep.equal([]);
    expect(sealed.filter((_, n) => n % 3 === 0).every((each) => bytes.includes(each))).to.equal(true);
  });

  it("says so while another reader keeps the log from being emptied", async () => {
    const { journal } = await home.open({ busyTimeoutMs: 50 });
    await journal.open(sampleRequest({ id: "r" }), [email()]);
    const lease = await journal.lease("r");
    const sealedKey = column("SELECT sealed FROM identifier_keys WHERE request_id = 'r'");
    const reader = new Libsql(join(home.directory, "dsr.db"));
    reader.exec("BEGIN");
    reader.prepare("SELECT * FROM home").all();
    await journal.destroyKey(lease!, keyDestroyedEntry());
    expect(await journal.purge()).to.equal(false);
    reader.exec("COMMIT");
    reader.close();
    expect(await journal.purge()).to.equal(true);
    expect(holds(sealedKey)).to.deep.equal([]);
  });

  const columns = (sql: string): string[] => {
    const database = new Libsql(join(home.directory, "dsr.db"), { timeout: 5_000 });
    const rows = database.prepare(sql).all() as { sealed: string }[];
    database.close();
    return rows.map(({ sealed }) => sealed);
  };
  const column = (sql: string): string => columns(sql)[0] ?? "";
  const sealedCredential = (name: string): string => column(`SELECT credential AS sealed FROM connections WHERE name = '${name}'`);
});
