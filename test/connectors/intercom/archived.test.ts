import { expect } from "chai";
import type { Switches } from "../../../connectors/intercom/sandbox/switches.js";
import { Identifier, type PlanChoices } from "../../../core/index.js";
import { ALL_SCOPES } from "../../../connectors/intercom/sandbox/scopes.js";
import { parseLine } from "../../../adapters/intake/batch-intake.js";
import { connectedWorld, forgetCalls, mutations, type World, type WorldOptions } from "./world.js";

const JANE = "jane@example.test";
const ARCHIVED: PlanChoices = { extents: ["archived"] };
const LIST = "GET /contacts/deleted";

type Wanted = Parameters<World["sandbox"]["build"]["addContact"]>[0];

describe("archived contacts at Intercom", () => {
  const add = (world: World, more: Wanted = {}) => world.sandbox.build.addContact({ email: JANE, ...more }).id;
  const archived = (world: World, more: Wanted = {}) => add(world, { status: "archived", ...more });
  const isHeld = (world: World, id: string) => world.sandbox.state.contact(id, "sandbox1", world.host.clock.now()) !== undefined;
  const lists = ({ sent }: World) => sent.filter((call) => call === LIST).length;
  const open = (switches: Partial<Switches> = {}, more: WorldOptions = {}) => connectedWorld({ ...more, sandbox: { switches, ...more.sandbox } });
  const left = ({ notCovered }: { readonly notCovered: readonly { readonly category: string }[] }) => notCovered.map(({ category }) => category);

  it("are not looked for unless that is asked for, and every result says so", async () => {
    const world = await open();
    archived(world);
    for (const result of [await world.access(JANE), await world.plan(JANE)]) {
      expect(result.outcome).to.equal("nothing_found");
      expect(left(result)).to.include("archived_contacts");
    }
    expect(lists(world)).to.equal(0);
    expect(world.sandbox.calls.records.map(({ version }) => version)).to.not.include("Preview");
  });

  it("are found by exact comparison in the list of Preview, marked, deleted once, and looked at there", async () => {
    const world = await open();
    const [hidden, live] = [archived(world), add(world, { role: "lead" })];
    const stranger = archived(world, { email: "jane.doe@example.test" });
    const planned = await world.plan(JANE, ARCHIVED);
    expect(planned.matches).to.have.deep.members([{ id: live, kind: "lead", matchedBy: "exact" }, { id: hidden, kind: "archived", matchedBy: "exact" }]);
    expect(planned.plan!.targets).to.have.deep.members([{ category: "contact", id: live }, { category: "contact", id: hidden, extent: "archived" }]);
    expect(planned.searched.map(({ where }) => where)).to.deep.equal(["contacts/search", "contacts/deleted"]);
    expect(left(planned)).to.not.include("archived_contacts");
    expect(world.sandbox.calls.records.filter(({ version }) => version === "Preview").map(({ path }) => path)).to.deep.equal(["/contacts/deleted"]);
    forgetCalls(world);
    const result = await world.execute(planned);
    expect(result.outcome).to.equal("verified");
    expect(result.targets.every(({ outcome, verifiedAbsentAt }) => outcome === "deleted" && verifiedAbsentAt !== undefined)).to.equal(true);
    expect(mutations(world)).to.have.members([`DELETE /contacts/${hidden}`, `DELETE /contacts/${live}`]);
    expect(result.residuals.map(({ code }) => code)).to.include("RECOVERY_WINDOW").and.not.include("ARCHIVED_CONTACTS");
    expect([isHeld(world, hidden), isHeld(world, live), isHeld(world, stranger)]).to.deep.equal([false, false, true]);
    expect(result.apiCalls).to.equal(planned.plan!.estimate.calls);
  });

  it("named by hand are told whose they are where the list is read: a hold on them is heard, and what is not held is looked at there", async () => {
    const world = await open();
    const [live, carls, zoes] = [add(world), archived(world, { email: "carl@example.test" }), archived(world, { email: "zoe@example.test" })];
    await world.dsr.placeHold({ identifier: Identifier.parse("email", "carl@example.test"), basis: "litigation" });
    const also = (id: string) => [{ id, reason: "the same person" }];
    expect(await world.plan(JANE, { ...ARCHIVED, also: also(carls) })).to.deep.include({ outcome: "refused" }).and.to.have.nested.property("attention.code", "HELD");
    const planned = await world.plan(JANE, { ...ARCHIVED, also: also(zoes) }, { reference: "again" });
    expect(planned.plan!.warnings).to.deep.include({ code: "ANOTHER_ADDRESS", id: zoes });
    expect(planned.plan!.targets).to.deep.include({ category: "contact", id: zoes, extent: "archived" });
    expect((await world.execute(planned)).outcome).to.equal("verified");
    expect([isHeld(world, live), isHeld(world, carls), isHeld(world, zoes)]).to.deep.equal([false, true, false]);
  });

  it("are matched as everybody is: case folds, tags are near, look-alikes and others are left", async () => {
    const world = await open();
    const [same, tagged] = [archived(world, { email: "Jane@Example.test" }), archived(world, { email: "jane+x@example.test" })];
    for (const email of ["\uFF4Aane@example.test", "janet@example.test", null]) archived(world, { email, externalId: `x${email}` });
    const { matches, nearMatches, dropped } = await world.plan(JANE, ARCHIVED);
    expect(matches).to.deep.equal([{ id: same, kind: "archived", matchedBy: "case_insensitive" }]);
    expect(nearMatches.map(({ id, why }) => [id, why])).to.deep.include([tagged, "tag"]);
    expect(dropped).to.equal(0);
  });

  it("with characters that come escaped are found all the same", async () => {
    for (const inactiveListEscapes of ["unless_told", "always", "never"] as const) {
      const world = await open({ inactiveListEscapes });
      const id = archived(world, { email: "o'brien&sons@example.test" });
      expect((await world.plan("o'brien&sons@example.test", ARCHIVED)).matches.map((match) => match.id), inactiveListEscapes).to.deep.equal([id]);
    }
  });

  it("with characters that come as any entity of HTML are found all the same", async () => {
    for (const escaped of ["o&apos;brien&#43;x", "o&#39;brien&#043;x", "o&#x27;brien&#x2B;x", "o&#X27;brien&#x2b;x"]) {
      const world = await open();
      const id = archived(world, { email: "o'brien+x@example.test" });
      world.sandbox.inject({ path: /deleted$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((each: object) => ({ ...each, email: `${escaped}@example.test` })) }) } });
      expect((await world.plan("o'brien+x@example.test", ARCHIVED)).matches, escaped).to.deep.equal([{ id, kind: "archived", matchedBy: "exact" }]);
    }
  });

  for (const switches of [{ inactiveListNext: "cursor_object" }, { inactiveListNext: "url" }, { inactiveListKey: "contacts" }, { inactiveListMaxPerPage: 50 }] as const) {
    it(`are read to the last page of the list: ${JSON.stringify(switches)}`, async () => {
      const world = await open(switches);
      for (let n = 0; n < 320; n++) archived(world, { email: `other${n}@example.test` });
      const id = archived(world);
      expect((await world.plan(JANE, ARCHIVED)).matches.map((match) => match.id)).to.deep.equal([id]);
      expect(lists(world)).to.equal("inactiveListMaxPerPage" in switches ? 7 : 3);
    });
  }

  for (const inactiveList of ["unknown_version", "not_found"] as const) {
    describe(`where the list is not offered (${inactiveList})`, () => {
      it("are said not to have been looked for, in every outcome", async () => {
        const world = await open({ inactiveList });
        archived(world);
        const nothing = await world.plan(JANE, ARCHIVED);
        expect(nothing.outcome).to.equal("nothing_found");
        expect(nothing.notCovered).to.deep.include({ category: "archived_contacts", reason: "Intercom does not show this account its list of archived contacts" });
        expect(nothing.searched.map(({ where }) => where)).to.not.include("contacts/deleted");
        add(world);
        const planned = await world.plan(JANE, ARCHIVED);
        expect(planned.plan!.warnings).to.deep.include({ code: "LOOKUP_INCOMPLETE" });
        const read = await world.access(JANE, {}, ARCHIVED);
        expect(read).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "contacts", code: "ARCHIVED_NOT_LISTED" }] });
        expect((await world.execute(planned)).residuals.map(({ code }) => code)).to.include("ARCHIVED_CONTACTS");
      });

      it("can be named by hand, and are told gone by Intercom's own answer", async () => {
        const world = await open({ inactiveList });
        const id = archived(world);
        const result = await world.erase(JANE, { also: [{ id, reason: "from the ticket" }] });
        expect(result.targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted"]);
        expect(isHeld(world, id)).to.equal(false);
      });
    });
  }

  const refusing = (world: World, status: number, code: string) => world.sandbox.inject({ path: /deleted$/, times: Infinity, fault: { kind: "status", status, body: { type: "error.list", errors: [{ code, message: "no" }] } } });

  it("are said not to have been looked for where the token, the plan or the role may not, and the search goes on", async () => {
    for (const [status, code] of [[403, "forbidden"], [401, "token_unauthorized"], [402, "payment_required"], [405, "method_not_allowed"], [400, "intercom_version_invalid"]] as const) {
      const world = await open();
      add(world);
      refusing(world, status, code);
      const planned = await world.plan(JANE, ARCHIVED);
      expect([planned.outcome, left(planned).includes("archived_contacts")], code).to.deep.equal(["planned", true]);
    }
  });

  it("are not said to be hidden where the token itself is not accepted any more", async () => {
    const world = await open();
    add(world);
    refusing(world, 401, "token_revoked");
    expect(await world.plan(JANE, ARCHIVED)).to.deep.include({ outcome: "needs_attention", attention: { code: "AUTH_REJECTED" }, plan: null });
  });

  it("make no nothing of a list that cannot be read", async () => {
    for (const fault of [{ kind: "html_200" }, { kind: "empty_200" }, { kind: "rewrite", rewrite: () => ({ type: "list" }) }, { kind: "rewrite", rewrite: () => ({ data: [{ email: JANE }] }) }] as const) {
      const world = await open();
      archived(world);
      world.sandbox.inject({ path: /deleted$/, times: Infinity, fault });
      expect(await world.plan(JANE, ARCHIVED)).to.deep.include({ outcome: "needs_attention", attention: { code: "VENDOR_MALFORMED" }, plan: null });
    }
  });

  it("D1: are reported incomplete where the list goes round in circles", async () => {
    const world = await open();
    add(world);
    const other = archived(world, { email: "other@example.test" });
    world.sandbox.inject({ path: /deleted$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: [{ id: other, status: "archived" }], pages: { ...body.pages, next: "https://api.intercom.io/contacts/deleted?page=2" } }) } });
    expect((await world.plan(JANE, ARCHIVED)).plan!.warnings).to.deep.include({ code: "LOOKUP_INCOMPLETE" });
    expect(lists(world)).to.be.below(6);
  });

  it("D4: are reported incomplete where the list stays shorter than it says, after one more reading", async () => {
    const world = await open();
    add(world);
    world.sandbox.inject({ path: /deleted$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, total_count: 3 }) } });
    const result = await world.access(JANE, {}, ARCHIVED);
    expect(result.gaps).to.deep.equal([{ category: "contacts", code: "COUNT_MISMATCH", have: 0, of: 3 }]);
    expect(lists(world)).to.equal(2);
  });

  it("D4: are reported incomplete where the list is short of what an earlier page counted", async () => {
    const world = await open();
    add(world);
    for (let n = 0; n < 151; n++) archived(world, { email: `other${n}@example.test` });
    const whole = lists(world);
    let page = 0;
    const gone = (body: any) => ((page += 1) % 2 === 1 ? body : { ...body, data: body.data.slice(1), total_count: body.total_count - 1 });
    world.sandbox.inject({ path: /deleted$/, times: Infinity, fault: { kind: "rewrite", rewrite: gone } });
    const result = await world.access(JANE, {}, ARCHIVED);
    expect(result.gaps.filter(({ code }) => code === "COUNT_MISMATCH").map(({ have, of }) => (of ?? 0) - (have ?? 0))).to.deep.equal([1]);
    expect(lists(world) - whole, "pages that were read").to.equal(4);
  });

  it("refuse a record of another workspace", async () => {
    const world = await open();
    archived(world);
    world.sandbox.inject({ path: /deleted$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((each: object) => ({ ...each, workspace_id: "elsewhere" })) }) } });
    expect(await world.plan(JANE, ARCHIVED)).to.deep.include({ outcome: "refused", attention: { code: "WRONG_WORKSPACE" } });
  });

  it("are no targets where they are merged or deleted already; a contact that absorbed one under another address is near", async () => {
    const world = await open();
    const [source, other, gone] = [add(world, { role: "lead" }), add(world, { email: "other@example.test" }), add(world)];
    world.sandbox.build.mergeContact(world.sandbox.state.contacts.get(source)!, world.sandbox.state.contacts.get(other)!);
    const [tagged, absorbing] = [add(world, { email: "jane+x@example.test", role: "lead" }), add(world, { email: "third@example.test" })];
    world.sandbox.build.mergeContact(world.sandbox.state.contacts.get(tagged)!, world.sandbox.state.contacts.get(absorbing)!);
    await world.erase(JANE);
    await world.host.clock.advance(60_000);
    const planned = await world.plan(JANE, ARCHIVED);
    expect(planned).to.deep.include({ outcome: "nothing_found", nearMatches: [{ id: other, why: "merged" }] });
    expect(isHeld(world, gone)).to.equal(false);
  });

  it("are said not to have been seen where a human names one that the list calls merged or deleted", async () => {
    for (const [status, seen] of [["archived", true], ["pending_deletion", false], ["permanently_deleted", false], ["merged", false]] as const) {
      const world = await open();
      add(world);
      const id = archived(world, { email: "zoe@example.test" });
      world.sandbox.inject({ path: /deleted$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((each: object) => ({ ...each, status })) }) } });
      const { plan } = await world.plan(JANE, { ...ARCHIVED, also: [{ id, reason: "from the ticket" }] });
      expect(plan!.warnings.filter(({ code }) => code === "NOT_SEEN"), status).to.deep.equal(seen ? [] : [{ code: "NOT_SEEN", id }]);
    }
  });

  it("blocked ones are found in the list, once, whether the search shows them or not", async () => {
    for (const searchShowsBlocked of [true, false]) {
      const world = await open({ searchShowsBlocked });
      const id = add(world, { blocked: true });
      const planned = await world.plan(JANE, ARCHIVED);
      expect(planned.matches).to.deep.equal([{ id, kind: searchShowsBlocked ? "user" : "blocked", matchedBy: "exact" }]);
      expect((await world.execute(planned)).outcome).to.equal("verified");
    }
  });

  it("I1: an archived user beside a live one of the same address is left to a human; a contact that nothing shows to be a user is not", async () => {
    const world = await open();
    const live = add(world, { externalId: "1" });
    const [unknown] = [archived(world)];
    expect((await world.plan(JANE, ARCHIVED)).outcome).to.equal("planned");
    const user = archived(world, { externalId: "2" });
    expect((await world.plan(JANE, ARCHIVED)).attention).to.deep.equal({ code: "AMBIGUOUS_SUBJECT" });
    const chosen = await world.plan(JANE, { ...ARCHIVED, only: [live, unknown] });
    expect(chosen.plan!.kept).to.deep.include({ category: "contact", id: user, reason: "not chosen" });
  });

  it("I1: are users and leads as the list calls them, where it does", async () => {
    for (const [role, externalId, outcome] of [["user", null, "needs_attention"], ["lead", "2", "planned"]] as const) {
      const world = await open();
      add(world, { externalId: "1" });
      archived(world, { externalId });
      world.sandbox.inject({ path: /deleted$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((each: object) => ({ ...each, role })) }) } });
      expect((await world.plan(JANE, ARCHIVED)).outcome, role).to.equal(outcome);
    }
  });

  describe("T3, V2: whose deletion is in doubt", () => {
    const deleting = (world: World, fault: object, times = 1) => world.sandbox.inject({ method: "DELETE", times, fault: fault as never });

    it("T3: are sent again where the list still shows them, and one effect follows", async () => {
      const world = await open();
      const id = archived(world);
      const planned = await world.plan(JANE, ARCHIVED);
      deleting(world, { kind: "reset_before" });
      const result = await world.execute(planned);
      expect(result.targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted"]);
      expect(mutations(world)).to.have.lengthOf(2);
      expect(isHeld(world, id)).to.equal(false);
    });

    it("T3: are not sent again where only the answer was lost", async () => {
      const world = await open();
      archived(world);
      const planned = await world.plan(JANE, ARCHIVED);
      deleting(world, { kind: "reset_after_effect" });
      expect((await world.execute(planned)).targets.map(({ outcome }) => outcome)).to.deep.equal(["deleted"]);
      expect(mutations(world)).to.have.lengthOf(1);
    });

    describe("while others come into the list", () => {
      /** What the list says besides on each of its pages, or of those of several readings; the last is called 0. */
      const growing = (world: World, more: (body: any, page: number) => object, pages = 2) => {
        let page = 0;
        world.sandbox.inject({ path: /deleted$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, ...more(body, (page += 1) % pages) }) } });
      };
      const lost = async (kind: "reset_after_effect" | "reset_before", hides = false, others = 200) => {
        const world = await open({ inactiveListShowsDeleted: !hides });
        const id = add(world);
        for (let n = 0; n < others; n++) archived(world, { email: `other${n}@example.test` });
        const planned = await world.plan(JANE);
        deleting(world, { kind });
        return { world, id, planned };
      };
      const grown = (body: any, page: number) => ({ total_count: body.total_count + (page === 1 ? 0 : 3) });

      it("T3: are gone where the list says so of them, however much longer it has become", async () => {
        const { world, planned } = await lost("reset_after_effect");
        growing(world, grown);
        expect([(await world.execute(planned)).outcome, mutations(world).length, lists(world)]).to.deep.equal(["verified", 1, 1]);
      });

      it("T3: are gone where nothing came but others, and all were shown who stood there before: twice, since as many may have gone as came", async () => {
        const { world, planned } = await lost("reset_after_effect", true);
        growing(world, grown);
        expect([(await world.execute(planned)).outcome, mutations(world).length, lists(world)]).to.deep.equal(["verified", 1, 4]);
      });

      for (const [what, more, pages = 2, others = 200] of [
        ["shows fewer than it counted at first", (body: any, page: number) => ({ ...grown(body, page), ...(page === 1 ? { data: body.data.slice(1) } : {}) })],
        ["has become shorter meanwhile", (body: any, page: number) => ({ total_count: body.total_count + (page === 1 ? 3 : 0) })],
        ["has become longer, and shorter again", (body: any, page: number) => ({ total_count: body.total_count + [3, 0, 5][page]! }), 3, 350],
        ["showed fewer than it counted at first when it was read before", (body: any, page: number) => ({ ...grown(body, page % 2), ...(page === 1 ? { data: body.data.slice(1) } : {}) }), 4],
      ] as const) {
        it(`T3: are not sent again where the list ${what}: the request waits, and reads first when it is gone on with`, async () => {
          const { world, planned } = await lost("reset_after_effect", true, others);
          growing(world, more, pages);
          const waiting = await world.execute(planned);
          expect([waiting.outcome, waiting.attention?.code, mutations(world).length]).to.deep.equal(["parked", "OUTCOME_UNKNOWN", 1]);
          await world.host.clock.advance(900_000);
          expect((await world.dsr.resume(planned.request.id)).outcome).to.equal("parked");
          world.sandbox.clearFaults();
          expect([(await world.dsr.resume(planned.request.id)).outcome, mutations(world).length]).to.deep.equal(["verified", 1]);
        });
      }

      it("T3: are sent again where the list shows them once it can be read", async () => {
        const { world, id, planned } = await lost("reset_before");
        world.sandbox.build.archiveContact(world.sandbox.state.contacts.get(id)!);
        growing(world, (body, page) => ({ ...grown(body, page), data: body.data.slice(1) }));
        expect([(await world.execute(planned)).outcome, mutations(world).length]).to.deep.equal(["parked", 1]);
        world.sandbox.clearFaults();
        expect([(await world.dsr.resume(planned.request.id)).outcome, mutations(world).length, isHeld(world, id)]).to.deep.equal(["verified", 2, false]);
      });

      it("T3: are not sent again where only the beginning of the list is shown", async () => {
        const { world, planned } = await lost("reset_after_effect", true);
        world.sandbox.inject({ path: /deleted$/, after: 1, times: 1, fault: { kind: "status", status: 404, body: { type: "error.list", errors: [{ code: "not_found", message: "no" }] } } });
        expect([(await world.execute(planned)).outcome, mutations(world).length]).to.deep.equal(["parked", 1]);
      });
    });

    it("V2: are not called gone by an acknowledgement that had no effect, although GET answers 404", async () => {
      const world = await open();
      const id = archived(world);
      const planned = await world.plan(JANE, ARCHIVED);
      deleting(world, { kind: "status", status: 200, body: { type: "contact", id, external_id: null, deleted: true } }, Infinity);
      const result = await world.execute(planned);
      expect(result).to.deep.include({ outcome: "awaiting_verification" });
      expect(isHeld(world, id)).to.equal(true);
      world.sandbox.clearFaults();
      await world.host.clock.advance(3_600_000);
      expect((await world.dsr.resume(result.request.id, { waitForAllLooks: true })).outcome).to.equal("verified");
      expect(isHeld(world, id)).to.equal(false);
    });

    it("V2: are not called gone by a list that does not show them, and is shorter than it says", async () => {
      const world = await open();
      const id = archived(world);
      const planned = await world.plan(JANE, ARCHIVED);
      deleting(world, { kind: "status", status: 200, body: { type: "contact", id, external_id: null, deleted: true } }, Infinity);
      world.sandbox.inject({ path: /deleted$/, after: 1, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: [] }) } });
      const result = await world.execute(planned);
      expect([result.outcome, result.targets.map(({ outcome }) => outcome)]).to.deep.equal(["awaiting_verification", ["unknown"]]);
      expect(isHeld(world, id)).to.equal(true);
    });

    it("V2: are not called gone by a status that nobody knows", async () => {
      const world = await open();
      const id = archived(world);
      const planned = await world.plan(JANE, ARCHIVED);
      deleting(world, { kind: "status", status: 200, body: { type: "contact", id, external_id: null, deleted: true } }, Infinity);
      world.sandbox.inject({ path: /deleted$/, after: 1, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: body.data.map((each: object) => ({ ...each, status: "frozen" })) }) } });
      expect((await world.execute(planned)).outcome).to.equal("awaiting_verification");
    });

    it("V1: are not called gone where Intercom says that it did not delete, although GET answers 404", async () => {
      const world = await open();
      const id = archived(world);
      const planned = await world.plan(JANE, ARCHIVED);
      deleting(world, { kind: "deleted_false" });
      expect((await world.execute(planned)).targets.map(({ outcome }) => outcome)).to.deep.equal(["not_deleted"]);
      expect(isHeld(world, id)).to.equal(true);
    });

    for (const listDeleted of [true, false]) {
      it(`V2: are settled by the list, which ${listDeleted ? "shows them as deleted" : "leaves out what is deleted"}`, async () => {
        const world = await open({ inactiveListShowsDeleted: listDeleted });
        archived(world);
        const planned = await world.plan(JANE, ARCHIVED);
        forgetCalls(world);
        expect((await world.execute(planned)).outcome).to.equal("verified");
        expect(mutations(world)).to.have.lengthOf(1);
      });
    }

    for (const [secondDeleteAnswers, outcome] of [[404, "verified"], [200, "awaiting_verification"]] as const) {
      it(`V2: are settled by a second DELETE where the list is not shown any more, when it answers 404: ${secondDeleteAnswers}`, async () => {
        const world = await open({ secondDeleteAnswers });
        archived(world);
        const planned = await world.plan(JANE, ARCHIVED);
        world.sandbox.inject({ path: /deleted$/, after: 1, times: Infinity, fault: { kind: "status", status: 404, body: { type: "error.list", errors: [{ code: "not_found", message: "no" }] } } });
        const result = await world.execute(planned);
        expect(result.outcome).to.equal(outcome);
        expect(mutations(world)).to.have.lengthOf(2);
      });
    }
  });

  it("make a plan stale that was made with them, where the list is not shown when it is carried out", async () => {
    const world = await open();
    const id = archived(world);
    const planned = await world.plan(JANE, ARCHIVED);
    world.sandbox.inject({ path: /deleted$/, times: Infinity, fault: { kind: "status", status: 404, body: { type: "error.list", errors: [{ code: "not_found", message: "no" }] } } });
    expect(await world.execute(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
    expect(isHeld(world, id)).to.equal(true);
  });

  describe("on access", () => {
    it("are found, their entry in the list is kept, and that the rest cannot be read is a gap", async () => {
      const world = await open();
      const [hidden, live] = [archived(world, { externalId: "crm-6" }), add(world)];
      const result = await world.access(JANE, {}, ARCHIVED);
      expect(result.outcome).to.equal("complete_with_gaps");
      const unread = ["contacts", "companies", "notes", "tags", "segments", "subscriptions"];
      expect(result.gaps).to.deep.equal(unread.map((category) => ({ category, code: "ARCHIVED_NOT_READABLE", id: hidden })));
      expect(result.counts).to.include({ contacts: 2, notes: 0 });
      expect(await world.dsr.statement(result.request.id)).to.contain("Notes: 0 records (incomplete)");
      const records = world.host.packageOf(result.request.id)!.records["contacts"]!;
      expect(records.map(({ id }) => id)).to.have.members([hidden, live]);
      const listed = records.find(({ id }) => id === hidden)!;
      expect(listed.data).to.deep.include({ email: JANE, external_id: "crm-6", status: "archived" });
      expect(listed.provenance).to.include({ endpoint: LIST, apiVersion: "Preview" });
    });

    it("I8: are left out where the list shows them with another address, or with none, by the time they are read, and nothing of theirs is asked for", async () => {
      for (const email of ["zed@example.test", null]) {
        const world = await open({}, { categories: "granted" });
        const contact = world.sandbox.build.addContact({ email: JANE });
        world.sandbox.build.addConversation({ contacts: [contact], source: { from: "teammate", body: "Words to Zed." } });
        world.sandbox.build.archiveContact(contact);
        world.sandbox.inject({ method: "GET", path: new RegExp(`^/contacts/${contact.id}$`), fault: { kind: "rewrite", rewrite: (body) => (Object.assign(contact, { email }), body) } });
        const result = await world.access(JANE, {}, ARCHIVED);
        expect([result.gaps, result.matches, result.counts["contacts"] ?? 0], String(email)).to.deep.equal([[{ category: "contacts", code: "NOT_THE_PERSONS", id: contact.id }], [], 0]);
        expect(JSON.stringify(world.host.packageOf(result.request.id)!.records)).to.not.contain("zed@").and.not.contain("Words to Zed.");
      }
    });

    it("are followed to their conversations, where these may be read", async () => {
      const world = await open({}, { categories: "granted" });
      const contact = world.sandbox.build.addContact({ email: JANE });
      world.sandbox.build.addConversation({ contacts: [contact], source: { body: "I was here." } });
      world.sandbox.build.archiveContact(contact);
      const result = await world.access(JANE, {}, ARCHIVED);
      expect(JSON.stringify(world.host.packageOf(result.request.id)!.records["conversations"])).to.contain("I was here.");
      expect([...new Set(result.gaps.map(({ code }) => code))]).to.deep.equal(["ARCHIVED_NOT_READABLE"]);
      expect(result.gaps.map(({ category }) => category)).to.include.members(["events", "event_summaries"]);
    });

    it("are said to be unreadable where they left the list meanwhile", async () => {
      const world = await open({ inactiveListShowsDeleted: false });
      const id = archived(world);
      world.sandbox.inject({ method: "GET", path: new RegExp(id), fault: { kind: "rewrite", rewrite: (body) => (world.sandbox.state.deleteContact(world.sandbox.state.contacts.get(id)!, 0), body) } });
      const result = await world.access(JANE, {}, ARCHIVED);
      expect(result.gaps.map(({ category, code }) => `${category} ${code}`)).to.deep.equal(["contacts", "companies", "notes", "tags", "segments", "subscriptions"].map((category) => `${category} CHANGED_DURING_RUN`));
    });

    it("are not taken for there where the list says that they are deleted meanwhile, nor for gone where it is not shown any more", async () => {
      const deleted = await open();
      const id = archived(deleted);
      deleted.sandbox.inject({ method: "GET", path: new RegExp(id), fault: { kind: "rewrite", rewrite: (body) => (deleted.sandbox.state.deleteContact(deleted.sandbox.state.contacts.get(id)!, 0), body) } });
      const changed = await deleted.access(JANE, {}, ARCHIVED);
      expect(changed.gaps).to.deep.include({ category: "contacts", code: "CHANGED_DURING_RUN", id });
      expect([changed.gaps.length, changed.counts["contacts"]]).to.deep.equal([6, 0]);

      const hidden = await open();
      const other = archived(hidden);
      hidden.sandbox.inject({ path: /deleted$/, after: 1, times: Infinity, fault: { kind: "status", status: 404, body: { type: "error.list", errors: [{ code: "not_found", message: "no" }] } } });
      const unread = await hidden.access(JANE, {}, ARCHIVED);
      expect(unread.gaps).to.deep.include({ category: "contacts", code: "ARCHIVED_NOT_READABLE", id: other });
      expect([unread.gaps.length, unread.counts["contacts"]]).to.deep.equal([6, 0]);
    });
  });

  it("of a batch are asked whose they are before they are deleted, however long ago their list was read for everybody", async () => {
    let readdress: (() => Promise<void>) | undefined = undefined;
    const world = await connectedWorld({
      transport: (to) => async (sending) => {
        const answer = await to(sending);
        if (sending.method === "DELETE") await readdress?.();
        return answer;
      },
    });
    const others = Array.from({ length: 40 }, (_, n) => `person${n}@example.test`);
    for (const email of others) world.sandbox.build.addContact({ email });
    const restored = archived(world);
    // Each deletion takes its time; after the first the archived contact comes back, and gets another address.
    readdress = async () => {
      await world.host.clock.advance(9_000);
      const contact = world.sandbox.state.contacts.get(restored)!;
      contact.status = "live";
      world.sandbox.build.changeContact(contact, { email: "somebody@example.test" });
    };
    async function* lines() {
      for (const [at, email] of [...others, JANE].entries()) yield parseLine(at + 1, { email }, world.host.clock.now());
    }
    const { plan } = await world.dsr.batch("acme", { type: "deletion", lines: lines(), choices: ARCHIVED });
    const { rows } = await world.dsr.runBatch(plan!.id, plan!.confirm);
    expect([rows.map(({ verdict, code }) => `${verdict} ${code}`), isHeld(world, restored)]).to.deep.equal([[...others.map(() => "done null"), "attention PLAN_STALE"], true]);
  });

  it("are looked for with the permissions that are required anyway", async () => {
    const world = await connectedWorld();
    const token = world.sandbox.issueToken({ scopes: ALL_SCOPES.filter((scope) => ["read_users_companies", "read_single_user", "write_users_companies"].includes(scope)) });
    await world.dsr.reconnect("acme", token);
    archived(world);
    expect((await world.erase(JANE, ARCHIVED)).outcome).to.equal("verified");
  });

  it("are planned with a warning that the objects that they refer to are not shown, since they do not tell which", async () => {
    const world = await open({}, { categories: "granted" });
    const [id, blocked] = [archived(world), add(world, { blocked: true, role: "lead" })];
    world.sandbox.build.addCustomObject("Order", [world.sandbox.state.contacts.get(id)!], {});
    const { plan } = await world.plan(JANE, { ...ARCHIVED, only: [id, blocked] });
    const incomplete = plan!.warnings.filter(({ code }) => code === "RELATED_INCOMPLETE");
    expect(incomplete).to.deep.equal([{ code: "RELATED_INCOMPLETE", category: "custom_objects", gap: "ARCHIVED_NOT_READABLE", id }]);
  });

  it("that a human names unseen are planned with that warning, too, and one that was merged into another of the named without it", async () => {
    const world = await open({}, { categories: "granted" });
    const [user, lead] = [world.sandbox.build.addContact({ email: JANE }), world.sandbox.build.addContact({ email: JANE, role: "lead" })];
    world.sandbox.build.mergeContact(lead, user);
    const id = archived(world);
    const { plan } = await world.plan(JANE, { erase: "related", also: [id, lead.id].map((each) => ({ id: each, reason: "from the ticket" })) });
    expect(plan!.targets.map((target) => target.id)).to.have.members([user.id, lead.id, id]);
    const incomplete = plan!.warnings.filter(({ code }) => code === "RELATED_INCOMPLETE");
    expect(incomplete).to.deep.equal([{ code: "RELATED_INCOMPLETE", category: "custom_objects", gap: "RECORD_NOT_SHOWN", id }]);
  });
});
