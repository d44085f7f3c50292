import { expect } from "chai";
import { collectLists, type CollectedList } from "../../core/collect-lists.js";
import type { CollectedPage, CollectInput } from "../../core/ports.js";

const LISTS = [{ category: "person" }, { category: "order" }, { category: "note" }] as const;
const INPUT: CollectInput = {
  matches: [{ id: "p1", kind: "person" }, { id: "p2", kind: "person" }],
  identifiers: [],
  categories: ["person", "order"],
  settings: { otherPeople: "withhold", notes: "include", connector: {} },
  checkpoint: undefined,
};

/** Orders come on two pages; whoever is `gone` is not there. */
function vendor({ gone, moved, circular = false }: { readonly gone?: string; readonly moved?: string; readonly circular?: boolean } = {}) {
  const asked: string[] = [];
  const read = async ({ id }: { readonly id: string }, { category }: { readonly category: string }, cursor: string | undefined): Promise<CollectedList | "somebody_elses" | undefined> => {
    asked.push([id, category, cursor].filter(Boolean).join(" "));
    if (id === gone) return undefined;
    if (id === moved) return "somebody_elses";
    const provenance = { endpoint: "GET /", apiVersion: "1", at: "2026-01-01T00:00:00.000Z" };
    return { records: [{ category, id: `${id}-${category}-${cursor ?? "1"}`, data: {}, provenance }], next: category === "order" && (cursor === undefined || circular) ? "2" : undefined };
  };
  return { asked, read };
}

async function pagesOf(input: CollectInput, { read }: ReturnType<typeof vendor>): Promise<readonly CollectedPage[]> {
  const pages: CollectedPage[] = [];
  for await (const page of collectLists(input, LISTS, read)) pages.push(page);
  return pages;
}

const idsOf = (pages: readonly CollectedPage[]) => pages.flatMap(({ records }) => records.map(({ id }) => id));

describe("collecting lists", () => {
  it("reads what is covered of every match, in order, page by page", async () => {
    const { asked, read } = vendor();
    await pagesOf(INPUT, { asked, read });
    expect(asked).to.deep.equal(["p1 person", "p1 order", "p1 order 2", "p2 person", "p2 order", "p2 order 2"]);
  });

  it("P1: goes on after any page as if it had never stopped", async () => {
    const whole = await pagesOf(INPUT, vendor());
    for (const [number, { checkpoint }] of whole.entries()) {
      const rest = await pagesOf({ ...INPUT, checkpoint }, vendor());
      expect(idsOf([...whole.slice(0, number + 1), ...rest]), `after page ${number}`).to.deep.equal(idsOf(whole));
    }
  });

  it("D17: shows as a gap whoever is not there any more, and reads the others", async () => {
    const pages = await pagesOf(INPUT, vendor({ gone: "p1" }));
    expect(pages.flatMap(({ gaps }) => gaps)).to.deep.equal(["person", "order"].map((category) => ({ category, code: "CHANGED_DURING_RUN", id: "p1" })));
    expect(idsOf(pages)).to.deep.equal(["p2-person-1", "p2-order-1", "p2-order-2"]);
  });

  it("D17: leaves out whoever is somebody else's by now, asks for nothing else of theirs, and reads the others", async () => {
    for (const [moved, left] of [["p1", "p2"], ["p2", "p1"]] as const) {
      const { asked, read } = vendor({ moved });
      const pages = await pagesOf(INPUT, { asked, read });
      expect(pages.flatMap(({ gaps }) => gaps)).to.deep.equal([{ category: "person", code: "NOT_THE_PERSONS", id: moved }]);
      expect(pages.flatMap(({ strangers = [] }) => strangers)).to.deep.equal([moved]);
      expect(idsOf(pages)).to.deep.equal([`${left}-person-1`, `${left}-order-1`, `${left}-order-2`]);
      expect(asked.filter((each) => each.startsWith(moved))).to.deep.equal([`${moved} person`]);
      for (const [number, { checkpoint }] of pages.entries()) expect(idsOf([...pages.slice(0, number + 1), ...(await pagesOf({ ...INPUT, checkpoint }, vendor({ moved })))])).to.deep.equal(idsOf(pages));
    }
  });

  it("yields the files of a page, and none where a page has none or is not there", async () => {
    const file = { category: "order", id: "f1" } as unknown as NonNullable<CollectedList["files"]>[number];
    const { read } = vendor({ gone: "p2" });
    const pages: CollectedPage[] = [];
    for await (const page of collectLists({ ...INPUT, categories: ["order"] }, LISTS, async (match, list, cursor) => {
      const page = await read(match, list, cursor);
      return typeof page === "object" && cursor === undefined ? { ...page, files: [file] } : page;
    })) pages.push(page);
    expect(pages.map(({ files }) => files)).to.deep.equal([[file], [], []]);
  });

  it("D1: shows a list that goes round in circles as a gap, and goes on", async () => {
    const pages = await pagesOf(INPUT, vendor({ circular: true }));
    expect(pages.flatMap(({ gaps }) => gaps)).to.deep.equal(["p1", "p2"].map((id) => ({ category: "order", code: "PAGING", id })));
    expect(idsOf(pages)).to.include("p2-person-1");
  });

  describe("that hang on the records of another list", () => {
    const TICKETS = [{ category: "person" }, { category: "ticket", each: { category: "message" } }, { category: "note" }] as const;
    const ALL = { ...INPUT, categories: ["person", "ticket", "message", "note"] };

    /** Two pages of two tickets for each person; three messages on two pages in each ticket but the one that is `empty`. */
    function desk({ gone, circular, empty }: { readonly gone?: string; readonly circular?: string; readonly empty?: string } = {}) {
      const asked: string[] = [];
      const provenance = { endpoint: "GET /", apiVersion: "1", at: "2026-01-01T00:00:00.000Z" };
      const read = async ({ id }: { readonly id: string }, { category }: { readonly category: string }, cursor: string | undefined, record: string | undefined): Promise<CollectedList | undefined> => {
        asked.push([record ?? id, category, cursor].filter(Boolean).join(" "));
        if (record === gone && record !== undefined) return undefined;
        const ids = category === "ticket" ? (cursor === undefined ? [`${id}-t1`, `${id}-t2`] : [`${id}-t3`]) : category === "message" ? (record === empty ? [] : cursor === undefined ? [`${record}-m1`, `${record}-m2`] : [`${record}-m3`]) : [`${id}-${category}`];
        const goesOn = category === "ticket" ? cursor === undefined : category === "message" && record !== empty && (cursor === undefined || record === circular);
        return { records: ids.map((each) => ({ category, id: each, data: {}, provenance })), files: [{ id: ids[0] } as never], next: goesOn ? "2" : undefined };
      };
      const collect = async (input: CollectInput) => {
        const pages: CollectedPage[] = [];
        for await (const page of collectLists(input, TICKETS, read)) pages.push(page);
        return pages;
      };
      return { asked, collect };
    }

    it("are read after the page that named them, each to its end, one call a page", async () => {
      const { asked, collect } = desk({ empty: "p1-t2" });
      const pages = await collect({ ...ALL, matches: ALL.matches.slice(0, 1) });
      expect(asked).to.deep.equal(["p1 person", "p1 ticket", "p1-t1 message", "p1-t1 message 2", "p1-t2 message", "p1 ticket 2", "p1-t3 message", "p1-t3 message 2", "p1 note"]);
      expect(idsOf(pages)).to.deep.equal(["p1-person", "p1-t1", "p1-t2", "p1-t1-m1", "p1-t1-m2", "p1-t1-m3", "p1-t3", "p1-t3-m1", "p1-t3-m2", "p1-t3-m3", "p1-note"]);
      expect(pages).to.have.length(asked.length);
    });

    it("P1: are gone on with after any page as if it had never stopped", async () => {
      const whole = await desk().collect(ALL);
      for (const [number, { checkpoint }] of whole.entries()) {
        const rest = await desk().collect({ ...ALL, checkpoint });
        expect(idsOf([...whole.slice(0, number + 1), ...rest]), `after page ${number}`).to.deep.equal(idsOf(whole));
      }
    });

    it("D1, D17: are a gap of their own where one goes round in circles or its record has vanished, and the others are read", async () => {
      for (const [how, code] of [["circular", "PAGING"], ["gone", "CHANGED_DURING_RUN"]] as const) {
        const pages = await desk({ [how]: "p1-t1" }).collect(ALL);
        expect(pages.flatMap(({ gaps }) => gaps), how).to.deep.equal([{ category: "message", code, id: "p1" }]);
        expect(idsOf(pages), how).to.include.members(["p1-t2-m3", "p1-t3-m3", "p2-t1-m3", "p1-note"]);
      }
    });

    it("are read through records that are not covered, of which nothing is kept; and not at all where they are not covered themselves", async () => {
      const through = await desk().collect({ ...ALL, categories: ["message"] });
      expect(new Set(through.flatMap(({ records }) => records.map(({ category }) => category)))).to.deep.equal(new Set(["message"]));
      expect(idsOf(through)).to.have.length(18);
      expect(through.flatMap(({ files }) => files?.map(({ id }) => id))).to.not.include("p1-t1");
      const { asked, collect } = desk();
      await collect({ ...ALL, categories: ["ticket"] });
      expect(asked).to.deep.equal(["p1 ticket", "p1 ticket 2", "p2 ticket", "p2 ticket 2"]);
    });
  });
});
