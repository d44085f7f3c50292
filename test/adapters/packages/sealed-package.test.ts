import { Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect } from "chai";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createPackageFolderSink } from "../../../adapters/packages/package-folder.js";
import type { PackageSink, StagedPage } from "../../../core/host-ports.js";
import { refusal } from "../journal/refusal.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { noFiles, sampleHeader, samplePage, sampleRecord, stream } from "./samples.js";
import { readZip } from "./zip-reader.js";

const CANARY = "canary-text-5e1d";

describe("a package for one recipient", () => {
  let home: TemporaryHome;
  let sink: PackageSink;
  let identity: string;
  let recipient: string;
  before(async () => {
    identity = await generateX25519Identity();
    recipient = await identityToRecipient(identity);
  });
  beforeEach(() => {
    home = temporaryHome();
    home.clock.nowMs = Date.UTC(2026, 0, 15, 9);
    sink = createPackageFolderSink({ directory: home.directory, clock: home.clock });
  });
  afterEach(() => home.remove());

  const place = () => join(home.directory, "packages");
  const page = (count: number): StagedPage => samplePage(Array.from({ length: count }, (_, n) => sampleRecord("contacts", `c${n}`, { text: `${CANARY} ${n} ${randomBytes(30).toString("hex")}` })));
  const write = (pages = stream(page(3)), to = recipient) => sink.write(sampleHeader({ recipient: to }), pages, noFiles);
  const open = async (bytes: Uint8Array, key = identity): Promise<Uint8Array> => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(key);
    return decrypter.decrypt(bytes);
  };
  const everythingOnDisk = (): string =>
    readdirSync(place(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
      .join("\n");

  it("is one file, which the recipient's key alone opens: the ZIP that everybody else would have got", async () => {
    const receipt = await write();
    expect(readdirSync(place())).to.deep.equal(["r1-acme.zip.age"]);
    expect([receipt.path, receipt.zip?.path]).to.deep.equal(Array(2).fill(join(place(), "r1-acme.zip.age")));
    const names = readZip(Buffer.from(await open(readFileSync(receipt.path)))).map(({ name }) => name);
    await sink.write(sampleHeader({ request: { ...sampleHeader().request, id: "r2" } }), stream(page(3)), noFiles);
    expect(names.map((name) => name.replace("r1", "r2"))).to.deep.equal(readZip(readFileSync(join(place(), "r2-acme.zip"))).map(({ name }) => name));
  });

  it("S12: stays shut for another key, and where one bit was changed or the end cut off", async () => {
    const { path } = await write(stream(page(2_000)));
    const sealed = readFileSync(path);
    expect(sealed.length).to.be.greaterThan(3 * 65_536 / 2);
    const fails = async (bytes: Uint8Array, key?: string) => open(bytes, key).then(() => "opened", () => "shut");
    expect(await fails(sealed)).to.equal("opened");
    expect(await fails(sealed, await generateX25519Identity())).to.equal("shut");
    for (const at of [30, Math.floor(sealed.length / 2), sealed.length - 1]) {
      const flipped = Buffer.from(sealed);
      flipped[at] = flipped[at]! ^ 1;
      expect(await fails(flipped), `bit of byte ${at}`).to.equal("shut");
    }
    for (const length of [sealed.length - 1, sealed.length - 65_552, 200]) expect(await fails(sealed.subarray(0, length)), `${length} bytes`).to.equal("shut");
  });

  it("S12: at no moment lies on the disk in the clear", async () => {
    const seen = new Set<string>();
    let looks = 0;
    const look = (): void => {
      looks += 1;
      try {
        const text = everythingOnDisk();
        if (text.includes(CANARY)) seen.add("the canary");
        if (text.includes("<html") || text.includes("PK\u0003\u0004")) seen.add("a page or a ZIP in the clear");
      } catch {
        // A file went while it was looked at.
      }
    };
    const timer = setInterval(look, 2);
    await write((async function* () {
      for (let n = 0; n < 20; n++) {
        yield page(500);
        look();
      }
    })()).finally(() => clearInterval(timer));
    expect(looks).to.be.greaterThan(20);
    expect([...seen]).to.deep.equal([]);
    expect(everythingOnDisk()).not.to.contain(CANARY);
  });

  it("S12: leaves nothing readable where it could not be finished", async () => {
    await write((async function* () {
      yield page(500);
      throw new Error("the process ends here");
    })()).catch(() => undefined);
    expect(readdirSync(place())).to.deep.equal([]);
  });

  it("takes the place of one that was written in the clear", async () => {
    await sink.write(sampleHeader(), stream(page(1)), noFiles);
    await write();
    expect(readdirSync(place())).to.deep.equal(["r1-acme.zip.age"]);
    expect(everythingOnDisk()).not.to.contain(CANARY);
  });

  it("is refused before anything is read where the key is none, and a secret one is not repeated", async () => {
    for (const wrong of ["", "age1", "ada@example.test", `${recipient}x`, identity, "ssh-ed25519 AAAA"]) {
      const facts = await refusal("REQUEST_INVALID", () => sink.prepare(undefined, wrong));
      expect(facts).to.deep.equal({ at: "recipient", reason: "it is no public key of age, which begins with age1" });
    }
    await sink.prepare(undefined, recipient);
  });
});
