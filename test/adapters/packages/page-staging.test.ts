import { expect } from "chai";
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createMemoryHost } from "../../../adapters/in-memory/memory-host.js";
import { createPageStaging } from "../../../adapters/packages/page-staging.js";
import { createVault } from "../../../adapters/vault/vault.js";
import type { PageStaging } from "../../../core/host-ports.js";
import type { CollectedPage } from "../../../core/ports.js";
import { refusal } from "../journal/refusal.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { HARD_VALUES, samplePage, sampleRecord } from "./samples.js";

const page = (n: number): CollectedPage => samplePage([sampleRecord("contacts", `c${n}`)], [{ category: "notes", code: "GONE", id: String(n) }]);

async function readAll(staging: PageStaging, requestId: string, count: number): Promise<CollectedPage[]> {
  const pages: CollectedPage[] = [];
  for await (const each of staging.read(requestId, count)) pages.push(each);
  return pages;
}

function describeStaging(name: string, open: () => PageStaging): void {
  describe(`${name} keeps the staging port`, () => {
    let staging: PageStaging;
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
  const open = (): PageStaging => createPageStaging({ directory: home.directory, vault });
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
