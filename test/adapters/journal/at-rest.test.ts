import { expect } from "chai";
import Libsql from "libsql";
import { statSync } from "node:fs";
import { basename, join } from "node:path";
import { createPageStaging } from "../../../adapters/packages/page-staging.js";
import type { Home } from "../../../adapters/journal/home.js";
import { killChildren, startChild } from "./child-process.js";
import { refusal } from "./refusal.js";
import { callsEntry, CANARY_ADDRESS, CANARY_TOKEN, email, sampleConnection, sampleRequest } from "./samples.js";
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
    home.remove();
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
    opened.close();
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
    for (const [name, end] of [["removed", () => opened.connections.remove("removed")], ["replaced", () => opened.connections.put(sampleConnection({ name: "replaced" }), "new")]] as const) {
      await other.run("putConnection", name, CANARY_TOKEN);
      const sealed = sealedCredential(name);
      expect(holds(sealed)).not.to.deep.equal([]);
      await end();
      expect(holds(sealed), name).to.deep.equal([]);
    }
    opened.close();
  });

  it("cannot read a request's identifiers once their key is destroyed, whoever has the home's key; the request stays", async () => {
    const { journal } = opened;
    for (const id of ["r", "other"]) await journal.open(sampleRequest({ id }), [email()]);
    const lease = await journal.lease("r");
    await journal.append(lease!, callsEntry(1));
    const sealedKey = column("SELECT sealed FROM identifier_keys WHERE request_id = 'r'");
    await journal.destroyIdentifierKey("r");
    await refusal("REQUEST_INVALID", () => journal.identifiers("r"));
    expect(holds(sealedKey), "the sealed key").to.deep.equal([]);
    expect((await journal.find("r"))?.id).to.equal("r");
    expect(await journal.entries("r")).to.deep.equal([callsEntry(1)]);
    await journal.append(lease!, callsEntry(2));
    expect((await journal.identifiers("other"))[0]?.reveal()).to.equal(CANARY_ADDRESS);
    await journal.destroyIdentifierKey("r");
    await refusal("REQUEST_UNKNOWN", () => journal.destroyIdentifierKey("nobody"));
  });

  const column = (sql: string): string => {
    const database = new Libsql(join(home.directory, "dsr.db"), { timeout: 5_000 });
    const { sealed } = database.prepare(sql).all()[0] as { sealed: string };
    database.close();
    return sealed;
  };
  const sealedCredential = (name: string): string => column(`SELECT credential AS sealed FROM connections WHERE name = '${name}'`);
});
