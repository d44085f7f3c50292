import { expect } from "chai";
import { createMemoryHost } from "../../adapters/in-memory/memory-host.js";
import { Held, Identifier, listHolds, placeHold, refuseHeld, releaseHold, subjectKey } from "../../core/index.js";
import { sampleRequest } from "../adapters/journal/samples.js";
import { at } from "./journal-entries.js";
import { rejectionOf } from "./thrown.js";

const [ada, bob] = ["ada@example.test", "bob@example.test"].map((address) => Identifier.parse("email", address)) as [Identifier, Identifier];

describe("placing a hold", () => {
  let host: ReturnType<typeof createMemoryHost>;
  beforeEach(() => {
    host = createMemoryHost();
  });

  const key = (who: Identifier): string => subjectKey(host.digest, who);
  const refusal = async (who: Identifier, others: readonly string[] = []) => {
    const error = await rejectionOf(refuseHeld({ host, request: sampleRequest({ subjectKey: key(who) }) }, others));
    return error instanceof Held ? error.holds : error;
  };

  const TEXT = "it is text of 1 to 200 characters";
  for (const [basis, reason] of [["", TEXT], [" \t ", TEXT], ["x".repeat(201), TEXT], [5, TEXT], [undefined, TEXT], ["line\nbreak", "it holds control characters"], ["a\u2028b", "it holds control characters"], ["Ada <ada@example.test>", "it looks like it holds an address"], ["ada＠example.test", "it looks like it holds an address"]] as const) {
    it(`is refused with ${JSON.stringify(basis)?.slice(0, 30) ?? "no basis"}, and nobody is held`, async () => {
      expect(await rejectionOf(placeHold(host, { identifier: ada, basis: basis as string }))).to.deep.include({ code: "REQUEST_INVALID", facts: { at: "basis", reason } });
      expect(await listHolds(host)).to.deep.equal([]);
    });
  }

  it("is refused with an end that has come, or is none", async () => {
    for (const until of [at(0), at(-1), "soon", ""]) expect(await rejectionOf(placeHold(host, { identifier: ada, basis: "audit", until })), until).to.deep.include({ code: "REQUEST_INVALID", facts: { at: "until", reason: "it is no date that is still to come" } });
  });

  it("keeps whom it is on from being deleted, by as long a basis as is allowed, and nobody else", async () => {
    const basis = "x".repeat(200);
    const { id } = await placeHold(host, { identifier: ada, basis });
    expect(await refusal(ada)).to.deep.equal([{ id, basis }]);
    expect(await refusal(bob)).to.equal(undefined);
    expect(await refusal(bob, [key(ada)]), "whose records are deleted along").to.deep.equal([{ id, basis }]);
  });

  it("ends when it says, and when it is released; each is told apart", async () => {
    const ends = await placeHold(host, { identifier: ada, basis: "audit", until: "2026-01-15T10:00:01+01:00" });
    const stays = await placeHold(host, { identifier: bob, basis: "litigation" });
    expect(ends).to.deep.equal({ id: ends.id, basis: "audit", placedAt: at(0), until: at(1), state: "standing" });
    expect(stays).to.deep.equal({ id: stays.id, basis: "litigation", placedAt: at(0), state: "standing" });
    await host.clock.advance(1_000);
    expect([await refusal(ada), (await listHolds(host)).map(({ state }) => state)]).to.deep.equal([undefined, ["expired", "standing"]]);
    expect(await releaseHold(host, stays.id)).to.deep.equal({ ...stays, releasedAt: at(1), state: "released" });
    expect([await refusal(bob), (await listHolds(host)).map(({ id }) => id)]).to.deep.equal([undefined, [ends.id]]);
  });

  it("cannot be undone where there was none", async () => {
    expect(await rejectionOf(releaseHold(host, "nobody"))).to.deep.include({ code: "REQUEST_INVALID", facts: { at: "hold", reason: "there is no such hold" } });
  });
});
