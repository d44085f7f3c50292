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
function vendor({ gone, circular = false }: { readonly gone?: string; readonly circular?: boolean } = {}) {
  const asked: string[] = [];
  const read = async ({ id }: { readonly id: string }, { category }: { readonly category: string }, cursor: string | undefined): Promise<CollectedList | undefined> => {
    asked.push([id, category, cursor].filter(Boolean).join(" "));
    if (id === gone) return undefined;
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

  it("yields the files of a page, and none where a page has none or is not there", async () => {
    const file = { category: "order", id: "f1" } as unknown as NonNullable<CollectedList["files"]>[number];
    const { read } = vendor({ gone: "p2" });
    const pages: CollectedPage[] = [];
    for await (const page of collectLists({ ...INPUT, categories: ["order"] }, LISTS, async (match, list, cursor) => {
      const page = await read(match, list, cursor);
      return page && (cursor === undefined ? { ...page, files: [file] } : page);
    })) pages.push(page);
    expect(pages.map(({ files }) => files)).to.deep.equal([[file], [], []]);
  });

  it("D1: shows a list that goes round in circles as a gap, and goes on", async () => {
    const pages = await pagesOf(INPUT, vendor({ circular: true }));
    expect(pages.flatMap(({ gaps }) => gaps)).to.deep.equal(["p1", "p2"].map((id) => ({ category: "order", code: "PAGING", id })));
    expect(idsOf(pages)).to.include("p2-person-1");
  });
});
