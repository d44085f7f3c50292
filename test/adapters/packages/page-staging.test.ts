import { expect } from "chai";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMemoryHost } from "../../../adapters/in-memory/memory-host.js";
import { createPageStaging } from "../../../adapters/packages/page-staging.js";
import { createVault } from "../../../adapters/vault/vault.js";
import type { StagedPage, Staging } from "../../../core/host-ports.js";
import { refusal } from "../journal/refusal.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { HARD_VALUES, samplePage, sampleRecord } from "./samples.js";

const page = (n: number): StagedPage => samplePage([sampleRecord("contacts", `c${n}`)], [{ category: "notes", code: "GONE", id: String(n) }]);

async function readAll(staging: Staging, requestId: string, count: number): Promise<StagedPage[]> {
  const pages: StagedPage[] = [];
  for await (const each of staging.read(requestId, count)) pages.push(each);
  return pages;
}

const KEY = "0123456789abcdef0123456789abcdef";

async function* inPieces(pieces: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* pieces;
}

async function readFile(staging: Staging, requestId: string, key: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of staging.readFile(requestId, key)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function describeStaging(name: string, open: () => Staging): void {
  describe(`${name} keeps the staging port`, () => {
    let staging: Staging;
    beforeEach(() => {
      staging = open();
    });

    it("returns the first pages in order, as they were put, beyond the ninth too", async () => {
      const pages = Array.from({ length: 12 }, (_, index) => page(index + 1));
      for (const [index, each] of pages.entries()) await staging.put("r1", index + 1, each);
      expect(await readAll(staging, "r1", 12)).to.deep.equal(pages);
      expect(await readAll(staging, "r1", 3)).to.deep.equal(pages.slice(0, 3));
      expect(await readAll(staging, "r1", 0)).to.deep.equal([]);
    });

    it("replaces a page that is put again", async () => {
      await staging.put("r1", 1, page(1));
      await staging.put("r1", 1, page(2));
      expect(await readAll(staging, "r1", 1)).to.deep.equal([page(2)]);
    });

    it("D13, D14: returns exactly what was put, whatever it holds", async () => {
      const hard = samplePage(HARD_VALUES.map((value, index) => sampleRecord("contacts", String(index), value)));
      await staging.put("r1", 1, hard);
      const [found] = await readAll(staging, "r1", 1);
      expect(JSON.stringify(found)).to.equal(JSON.stringify(hard));
      expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
    });

    it("keeps requests apart and drops one alone", async () => {
      await staging.put("r1", 1, page(1));
      await staging.put("r2", 1, page(2));
      await staging.drop("r1");
      await staging.drop("r1");
      await refusal("INTEGRITY", () => readAll(staging, "r1", 1));
      expect(await readAll(staging, "r2", 1)).to.deep.equal([page(2)]);
    });

    it("refuses to leave out a page that is missing", async () => {
      await staging.put("r1", 1, page(1));
      await staging.put("r1", 3, page(3));
      await refusal("INTEGRITY", () => readAll(staging, "r1", 3));
      await refusal("INTEGRITY", () => readAll(staging, "r2", 1));
    });

    it("returns a file exactly as it was put, with its size, hash and type, of any size and however it came", async () => {
      for (const [number, pieces] of [[], [0], [1], [262_143], [262_144], [262_145], [1, 2, 3], [700_000, 1, 900_000]].entries()) {
        const key = number.toString(16).padStart(32, "0");
        const content = Buffer.concat(pieces.map((length, n) => Buffer.alloc(length, n + 1)));
        const staged = await staging.putFile("r1", key, { mediaType: number === 0 ? undefined : "text/plain", bytes: inPieces(pieces.map((length, n) => Buffer.alloc(length, n + 1))) });
        expect(staged).to.deep.equal({ ...(number === 0 ? {} : { mediaType: "text/plain" }), bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") });
        expect(await staging.findFile("r1", key)).to.deep.equal(staged);
        expect((await readFile(staging, "r1", key)).equals(content)).to.equal(true);
      }
    });

    it("knows no file that was not staged to its end, and replaces one that is put again", async () => {
      expect(await staging.findFile("r1", KEY)).to.equal(undefined);
      await refusal("INTEGRITY", () => readFile(staging, "r1", KEY));
      const broken = async function* (): AsyncIterable<Uint8Array> {
        yield Buffer.alloc(600_000);
        throw new Error("lost");
      };
      await staging.putFile("r1", KEY, { mediaType: undefined, bytes: broken() }).then(() => expect.fail("it was taken"), (error: Error) => expect(error.message).to.equal("lost"));
      expect(await staging.findFile("r1", KEY)).to.equal(undefined);
      for (const text of ["first", "second, longer"]) await staging.putFile("r1", KEY, { mediaType: undefined, bytes: inPieces([Buffer.from(text)]) });
      expect((await readFile(staging, "r1", KEY)).toString()).to.equal("second, longer");
    });

    it("drops a request's files with its pages, and nobody else's", async () => {
      for (const id of ["r1", "r2"]) await staging.putFile(id, KEY, { mediaType: undefined, bytes: inPieces([Buffer.from(id)]) });
      await staging.drop("r1");
      expect(await staging.findFile("r1", KEY)).to.equal(undefined);
      expect((await readFile(staging, "r2", KEY)).toString()).to.equal("r2");
    });

    it("numbers pages from 1", async () => {
      for (const number of [0, -1, 1.5, Number.NaN]) await refusal("INTERNAL", () => staging.put("r1", number, page(1)));
    });
  });
}

describe("the staging on disk", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(() => home.remove());
  const vault = createVault(Buffer.alloc(32, 7));
  const open = (): Staging => createPageStaging({ directory: home.directory, vault });
  const path = (requestId: string, number: number): string => join(home.directory, "staging", requestId, `${number}.page`);

  describeStaging("it", () => open());

  it("is there for the next process, and leaves nothing but its pages", async () => {
    await open().put("r1", 1, page(1));
    await open().put("r1", 1, page(1));
    expect(await readAll(open(), "r1", 1)).to.deep.equal([page(1)]);
    expect(readdirSync(join(home.directory, "staging", "r1"))).to.deep.equal(["1.page"]);
    await open().drop("r1");
    expect(existsSync(join(home.directory, "staging", "r1"))).to.equal(false);
  });

  it("knows when a page or a file was last put there", async () => {
    const before = Date.now() - 1000;
    await open().put("r1", 1, page(1));
    utimesSync(join(home.directory, "staging", "r1"), new Date(0), new Date(0));
    expect([await open().touchedAt("r1"), await open().touchedAt("r2")]).to.deep.equal([0, 0]);
    await open().putFile("r1", KEY, { mediaType: undefined, bytes: inPieces([Buffer.from("x")]) });
    utimesSync(join(home.directory, "staging", "r1"), new Date(0), new Date(0));
    expect(await open().touchedAt("r1")).to.be.greaterThan(before);
  });

  it("refuses a page that was altered, cut, moved to another place or sealed with another key", async () => {
    const staging = open();
    const attacks: (() => void)[] = [
      () => truncateSync(path("r1", 1), 50),
      () => writeFileSync(path("r1", 1), ""),
      () => writeFileSync(path("r1", 1), Buffer.from(readFileSync(path("r1", 1)).map((byte, index) => (index === 40 ? byte ^ 1 : byte)))),
      () => copyFileSync(path("r1", 2), path("r1", 1)),
      () => copyFileSync(path("r2", 1), path("r1", 1)),
    ];
    for (const attack of attacks) {
      for (const requestId of ["r1", "r2"]) for (const number of [1, 2]) await staging.put(requestId, number, page(number));
      attack();
      await refusal("INTEGRITY", () => readAll(staging, "r1", 1));
    }
    await refusal("INTEGRITY", () => readAll(createPageStaging({ directory: home.directory, vault: createVault(Buffer.alloc(32, 8)) }), "r2", 1));
  });

  it("keeps a file sealed, for its owner alone, and leaves no draft of one that broke off", async () => {
    const staging = open();
    await staging.putFile("r1", KEY, { mediaType: "text/canary", bytes: inPieces([Buffer.from("CANARY ".repeat(100_000))]) });
    const folder = join(home.directory, "staging", "r1", "files");
    expect(readdirSync(folder).sort()).to.deep.equal([`${KEY}.file`, `${KEY}.note`]);
    for (const name of readdirSync(folder)) {
      expect(readFileSync(join(folder, name)).includes("CANARY"), name).to.equal(false);
      expect(readFileSync(join(folder, name)).includes("canary"), name).to.equal(false);
      if (process.platform !== "win32") expect(statSync(join(folder, name)).mode & 0o777).to.equal(0o600);
    }
    const broken = async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.alloc(600_000);
      throw new Error("lost");
    };
    await staging.putFile("r1", KEY.replace("0", "f"), { mediaType: undefined, bytes: broken() }).catch(() => undefined);
    expect(readdirSync(folder)).to.have.length(2);
  });

  it("refuses a file that was altered, cut, put together anew, moved to another place or sealed with another key", async () => {
    const staging = open();
    const folder = (id: string): string => join(home.directory, "staging", id, "files");
    const file = (id = "r1", key = KEY): string => join(folder(id), `${key}.file`);
    const other = KEY.replace("0", "f");
    const pieceOf = (bytes: Buffer): Buffer[] => {
      const pieces: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += 4 + bytes.readUInt32BE(at)) pieces.push(bytes.subarray(at, at + 4 + bytes.readUInt32BE(at)));
      return pieces;
    };
    const rewrite = (change: (pieces: Buffer[]) => Buffer[]) => (): void => writeFileSync(file(), Buffer.concat(change(pieceOf(readFileSync(file())))));
    const attacks: (() => void)[] = [
      () => truncateSync(file(), 300_000),
      () => writeFileSync(file(), ""),
      () => writeFileSync(file(), Buffer.from(readFileSync(file()).map((byte, index) => (index === 100_000 ? byte ^ 1 : byte)))),
      () => writeFileSync(file(), Buffer.from(readFileSync(file()).map((byte, index) => (index === 0 ? 255 : byte)))),
      rewrite(([a, b, c]) => [b!, a!, c!]),
      rewrite(([a, , c]) => [a!, c!]),
      rewrite(([a, b]) => [a!, b!]),
      () => copyFileSync(file("r1", other), file()),
      () => copyFileSync(file("r2"), file()),
      () => copyFileSync(join(folder("r1"), `${other}.note`), join(folder("r1"), `${KEY}.note`)),
      () => rmSync(file()),
    ];
    for (const [number, attack] of attacks.entries()) {
      for (const id of ["r1", "r2"]) for (const key of [KEY, other]) await staging.putFile(id, key, { mediaType: undefined, bytes: inPieces([Buffer.alloc(600_000, `${id}${key}`)]) });
      attack();
      await refusal("INTEGRITY", () => readFile(staging, "r1", KEY)).catch((error: unknown) => expect.fail(`attack ${number}: ${String(error)}`));
    }
    await refusal("INTEGRITY", () => readFile(createPageStaging({ directory: home.directory, vault: createVault(Buffer.alloc(32, 8)) }), "r2", KEY));
  });

  it("S3: makes a path of nothing but a key", async () => {
    for (const key of ["", "../x", "a/b", "CON", "name.png", `${KEY}0`, KEY.toUpperCase()]) {
      for (const attempt of [() => open().putFile("r1", key, { mediaType: undefined, bytes: inPieces([]) }), () => open().findFile("r1", key), () => readFile(open(), "r1", key)]) await refusal("INTERNAL", attempt);
    }
    expect(readdirSync(home.directory)).to.deep.equal([]);
  });

  it("never makes a path of an id that is none", async () => {
    const staging = open();
    for (const id of ["", ".", "..", "../r", "a/b", "a\\b", "/etc", "r\u0000", "R1", "r ", "a".repeat(65), "-r"]) {
      for (const attempt of [() => staging.put(id, 1, page(1)), () => readAll(staging, id, 1), () => staging.drop(id)]) await refusal("INTERNAL", attempt);
    }
    expect(readdirSync(home.directory)).to.deep.equal([]);
  });

  it("P5: says STORAGE_FAILED when it cannot write", async () => {
    writeFileSync(join(home.directory, "staging"), "");
    await refusal("STORAGE_FAILED", () => open().put("r1", 1, page(1)));
    renameSync(join(home.directory, "staging"), join(home.directory, "elsewhere"));
    await open().put("r1", 1, page(1));
    await refusal("STORAGE_FAILED", () => createPageStaging({ directory: "/proc", vault }).put("r1", 1, page(1)));
  });
});

describeStaging("the in-memory staging", () => createMemoryHost().staging);
