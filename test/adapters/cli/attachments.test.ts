import { expect } from "chai";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALL_SCOPES } from "../../../connectors/intercom/sandbox/scopes.js";
import { readZip } from "../packages/zip-reader.js";
import { ADA, filesBelow, startWorld, type World } from "./support/world.js";

const CANARY = "CANARY-OF-A-FILE ";
const content = Buffer.from(CANARY.repeat(60_000));

describe("attached files, from end to end", () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ fixture: "empty" });
    await world.connect("access,deletion", world.sandbox.issueToken({ scopes: ALL_SCOPES }));
  });
  afterEach(() => world.end());

  const plant = (...names: readonly string[]): void => {
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    build.addConversation({ contacts: [ada], parts: [{ attachments: names.map((name) => build.file(name, "text/plain", content)) }] });
  };
  const downloads = () => world.sandbox.calls.records.filter(({ kind }) => kind === "file");

  it("come from the origin that was named, without the token, into the folder and the ZIP, and leave nothing staged", async () => {
    plant("../../notes.txt");
    const { exit, json } = await world.dsr(["access", ADA, "--json"]);
    expect([exit, json.gaps, json.counts.attachments]).to.deep.equal([0, [], 1]);
    expect(downloads().map(({ carriedToken, status }) => [carriedToken, status])).to.deep.equal([[false, 200]]);
    expect((await fetch(`${world.url}/files/x/y`)).status, "a file that there is not").to.not.equal(200);
    const packaged = readFileSync(join(json.package.path, "attachments", "1.txt"));
    expect(packaged.equals(content)).to.equal(true);
    const [listed] = JSON.parse(readFileSync(join(json.package.path, "manifest.json"), "utf8")).attachments;
    expect(listed).to.deep.include({ path: "attachments/1.txt", name: "../../notes.txt", mediaType: "text/plain", bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") });
    const zipped = readZip(readFileSync(`${json.package.path}.zip`)).find(({ name }) => name.endsWith("/attachments/1.txt"));
    expect(zipped?.content.equals(content)).to.equal(true);
    expect(readdirSync(join(world.home, "staging"))).to.deep.equal([]);
  });

  it("S5: are sealed while they are staged; a run that was interrupted fetches only what it had not", async () => {
    plant("one.txt", "two.txt");
    let stalled = false;
    world.sandbox.inject({ path: /two\.txt$/, fault: { kind: "stall" }, times: 1 });
    const interrupt = new AbortController();
    const watch = setInterval(() => {
      stalled = downloads().length === 2;
      if (stalled) interrupt.abort();
    }, 10);
    const first = await world.dsr(["access", ADA, "--ref", "T-1", "--json"], { signal: interrupt.signal }).finally(() => clearInterval(watch));
    expect([first.exit, stalled]).to.deep.equal([130, true]);
    const staged = filesBelow(join(world.home, "staging"));
    expect(staged.some(({ path }) => path.endsWith(".file"))).to.equal(true);
    for (const { path, bytes } of filesBelow(world.home)) for (const secret of [CANARY, "signature=", "/files/"]) expect(bytes.includes(secret), `${secret} in ${path}`).to.equal(false);

    const { json } = await world.dsr(["access", ADA, "--ref", "T-1", "--json"]);
    expect([json.outcome, json.counts.attachments]).to.deep.equal(["complete", 2]);
    expect(downloads().filter(({ path }) => path.endsWith("one.txt")), "times that the first file was fetched").to.have.length(1);
    for (const name of ["1.txt", "2.txt"]) expect(readFileSync(join(json.package.path, "attachments", name)).equals(content)).to.equal(true);
    for (const { path, bytes } of filesBelow(world.home)) for (const secret of ["signature=", "/files/"]) expect(bytes.includes(secret), `${secret} in ${path}`).to.equal(false);
  });

  it("are as large as the settings allow, and a larger one is a gap that the page names", async () => {
    plant("one.txt");
    const { build, state } = world.sandbox;
    build.addConversation({ contacts: [[...state.contacts.values()][0]!], parts: [{ attachments: [build.file("big.bin", "application/octet-stream", { zeros: 3 * 1024 ** 2 })] }] });
    writeFileSync(join(world.home, "config.json"), JSON.stringify({ attachmentMaxMiB: 2 }));
    const { exit, json, out } = await world.dsr(["access", ADA, "--json"]);
    expect([exit, json.counts.attachments], out).to.deep.equal([3, 1]);
    expect(json.gaps.map(({ code, have, of }: any) => [code, have, of])).to.deep.equal([["ATTACHMENT_TOO_LARGE", 0, 1]]);
    expect(readFileSync(join(json.package.path, "index.html"), "utf8")).to.contain("A file is larger than what is put into a package. 0 of 1 are included");
    writeFileSync(join(world.home, "config.json"), JSON.stringify({ attachmentMaxMiB: 0 }));
    expect((await world.dsr(["access", ADA])).exit).to.equal(2);
  });
});
