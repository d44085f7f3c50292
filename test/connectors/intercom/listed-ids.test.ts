import { expect } from "chai";
import { ListedIds } from "../../../connectors/intercom/listed-ids.js";

describe("the ids that a list has shown", () => {
  const fresh = (listed: ListedIds, list: string, ids: readonly string[], last?: readonly string[]) => [...listed.fresh(list, ids, last)];

  it("are fresh once, on one page and on several", () => {
    const listed = new ListedIds();
    expect(fresh(listed, "notes", ["1", "2", "2"])).to.deep.equal(["1", "2"]);
    expect(fresh(listed, "notes", ["2", "3"], ["1", "2"])).to.deep.equal(["3"]);
    expect(fresh(listed, "notes", ["1"], ["2", "3"])).to.deep.equal([]);
  });

  it("of one list say nothing of another", () => {
    const listed = new ListedIds();
    fresh(listed, "notes", ["1"]);
    expect(fresh(listed, "tags", ["1"])).to.deep.equal(["1"]);
  });

  it("of the page before are known to a later process as well", () => {
    expect(fresh(new ListedIds(), "notes", ["2", "3"], ["1", "2"])).to.deep.equal(["3"]);
  });
});
