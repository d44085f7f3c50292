import { expect } from "chai";
import { createSlots } from "../../../adapters/http/slots.js";

describe("places for so many at the same time", () => {
  it("go to who waits yet, in the order in which they came, and to nobody who has left or has failed", async () => {
    const slots = createSlots(1);
    const done: string[] = [];
    const leaving = new AbortController();
    const stays = new AbortController().signal;
    const first = slots.within(stays, () => new Promise<void>((_, reject) => setImmediate(reject, new Error("failed")))).catch(() => undefined);
    const gone = slots.within(leaving.signal, () => Promise.resolve(done.push("gone"))).catch(() => void done.push("left"));
    const others = ["second", "third"].map((name) => slots.within(stays, () => Promise.resolve(done.push(name))));
    leaving.abort();
    await Promise.all([first, gone, ...others]);
    expect(done).to.deep.equal(["left", "second", "third"]);
    await slots.within(stays, () => Promise.resolve(done.push("last")));
    expect(done.at(-1)).to.equal("last");
  });
});
