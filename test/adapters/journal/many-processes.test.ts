import { expect } from "chai";
import { killChildren, startChild } from "./child-process.js";
import { callsEntry, email, sampleRequest } from "./samples.js";
import { temporaryHome, type TemporaryHome } from "./temporary-home.js";

describe("one home under many processes", function () {
  this.timeout(20_000);
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(async () => {
    await killChildren();
    await home.remove();
  });

  it("is made once by all that open it first, loses nothing that they write and never finds itself locked", async () => {
    const children = await Promise.all(Array.from({ length: 3 }, () => startChild()));
    await Promise.all(children.map((child) => child.run("open", home.directory)));
    const ROUNDS = 8;
    const written = await Promise.all(children.map((child, index) => child.run("work", `p${index}`, ROUNDS)));
    const { journal, connections } = await home.open();
    const requests = await journal.list({});
    expect(requests).to.have.length(children.length * ROUNDS);
    let entries = 0;
    for (const { id } of requests) entries += (await journal.entries(id)).length;
    expect(entries).to.equal(written.reduce((sum, each) => sum + each, 0));
    expect((await connections.get("acme"))?.rate).to.equal(ROUNDS);
    expect(await connections.credential("acme")).to.match(/^token p[0-2]$/);
  });

  it("is read and cancelled in while another process writes", async () => {
    const child = await startChild();
    await child.run("open", home.directory);
    await child.run("createRequest", "r");
    await child.run("lease", "r");
    let durable = 0;
    child.onDurable((n) => (durable = n));
    void child.run("appendForEver", "r").catch(() => undefined);
    const { journal } = await home.open();
    let before = 0;
    const until = Date.now() + 700;
    while (Date.now() < until) {
      const known = durable;
      const entries = await journal.entries("r");
      expect(entries.length).to.be.at.least(Math.max(before, known));
      expect(entries.at(-1) ?? callsEntry(0)).to.deep.equal(callsEntry(entries.length));
      expect(await journal.list({ open: true })).to.have.length(1);
      before = entries.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(before).to.be.greaterThan(10);
    expect(await journal.requestCancel("r")).to.equal(true);
    const other = await journal.open(sampleRequest(), [email()]);
    const lease = await journal.lease(other.id);
    await journal.append(lease!, callsEntry(1));
  });
});
