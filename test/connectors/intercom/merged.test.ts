import { expect } from "chai";
import type { ContactRecord } from "../../../connectors/intercom/sandbox/records.js";
import { connectedWorld, mutations, type World, withoutCallIds } from "./world.js";

const JANE = "jane@example.test";
const ANSWERS = [404, 410, 200] as const;

describe("contacts that Intercom merged", () => {
  const isHeld = (world: World, id: string) => world.sandbox.state.contact(id, "sandbox1", world.host.clock.now()) !== undefined;

  for (const deleteOfMergedAnswers of ANSWERS) {
    describe(`where deleting one answers ${deleteOfMergedAnswers}`, () => {
      let world: World;
      let user: ContactRecord;
      let lead: ContactRecord;
      beforeEach(async () => {
        world = await connectedWorld({ sandbox: { switches: { deleteOfMergedAnswers } } });
        // The lead comes first in the plan, and has to wait for the user.
        lead = world.sandbox.build.addContact({ email: JANE, role: "lead", createdAt: 1_000 });
        user = world.sandbox.build.addContact({ email: JANE, externalId: "1", createdAt: 2_000 });
      });

      it("a lead that is merged into the planned user goes with it", async () => {
        const planned = await world.plan(JANE);
        world.sandbox.build.mergeContact(lead, user);
        const result = await world.execute(planned);
        expect(result.outcome).to.equal("verified");
        expect(isHeld(world, user.id)).to.equal(false);
        expect(result.targets.find(({ id }) => id === user.id)!.outcome).to.equal("deleted");
        expect(result.targets.find(({ id }) => id === lead.id)!.outcome).to.be.oneOf(["deleted", "already_absent"]);
      });

      it("a lead that is merged into the planned user stays with it", async () => {
        const planned = await world.plan(JANE);
        world.sandbox.build.mergeContact(lead, user);
        world.sandbox.inject({ method: "DELETE", path: new RegExp(user.id), times: Infinity, fault: { kind: "deleted_false" } });
        const result = await world.execute(planned);
        expect(result.outcome).to.not.equal("verified");
        expect(result.attention).to.deep.equal({ code: "NOT_DELETED" });
        expect(result.targets.find(({ id }) => id === user.id)!.outcome).to.equal("not_deleted");
        if (deleteOfMergedAnswers !== 200) expect(result.targets.find(({ id }) => id === lead.id)!.outcome).to.equal("not_deleted");
      });

      it("a contact that is merged into one outside the plan makes it stale, and nothing is deleted", async () => {
        const planned = await world.plan(JANE, { only: [lead.id] });
        const other = world.sandbox.build.addContact({ email: "other@example.test" });
        world.sandbox.build.mergeContact(lead, other);
        expect(await world.execute(planned)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
        expect(mutations(world)).to.deep.equal([]);
        expect(isHeld(world, other.id)).to.equal(true);
      });

      it("a contact that a search still shows although it lives on elsewhere is not called absent", async () => {
        const planned = await world.plan(JANE, { only: [lead.id] });
        const other = world.sandbox.build.addContact({ email: "other@example.test" });
        world.sandbox.inject({ path: /search/, fault: { kind: "rewrite", rewrite: (body) => (world.sandbox.build.mergeContact(lead, other), body) } });
        const result = await world.execute(planned);
        if (deleteOfMergedAnswers === 200) {
          expect(result.outcome).to.equal("verified");
          return;
        }
        expect(withoutCallIds(result)).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" }, targets: [{ category: "contact", id: lead.id, outcome: "not_deleted" }] });
      });

      it("a merged contact that a human named is not called absent", async () => {
        const other = world.sandbox.build.addContact({ email: "other@example.test" });
        world.sandbox.build.mergeContact(lead, other);
        const result = await world.erase(JANE, { only: [user.id], also: [{ id: lead.id, reason: "an old lead" }] });
        if (deleteOfMergedAnswers === 200) {
          expect(result.outcome).to.equal("verified");
          return;
        }
        expect(result).to.deep.include({ outcome: "partial", attention: { code: "PLAN_STALE" } });
        expect(Object.fromEntries(result.targets.map(({ id, outcome }) => [id, outcome]))).to.deep.equal({ [user.id]: "deleted", [lead.id]: "not_deleted" });
        expect(isHeld(world, other.id)).to.equal(true);
      });
    });
  }

  it("are not said to be no record by a deletion that says that they were merged", async () => {
    const world = await connectedWorld({ sandbox: { switches: { deleteOfMergedAnswers: 410 } } });
    const [lead, other] = [world.sandbox.build.addContact({ email: JANE, role: "lead" }), world.sandbox.build.addContact({ email: "other@example.test" })];
    world.sandbox.build.mergeContact(lead, other);
    const { request } = await world.erase(JANE, { also: [{ id: lead.id, reason: "an old lead" }] });
    const answered = (await world.dsr.evidence(request.id)).records.flatMap(({ fact }) => (fact.kind === "answered" ? [fact.answer] : []));
    expect(answered).to.deep.equal(["not_deleted"]);
  });

  for (const mergeLink of ["final", "next_hop"] as const) {
    for (const hops of [1, 2, 3]) {
      it(`D16: the way to where a contact lives on is followed over ${hops} hops (links lead to the ${mergeLink === "final" ? "end" : "next one"})`, async () => {
        const world = await connectedWorld({ sandbox: { switches: { mergeLink } } });
        const user = world.sandbox.build.addContact({ email: JANE, externalId: "1" });
        const chain = Array.from({ length: hops }, (_, n) => world.sandbox.build.addContact({ email: n === 0 ? JANE : "step@example.test", role: "lead" }));
        const planned = await world.plan(JANE);
        chain.forEach((contact, n) => world.sandbox.build.mergeContact(contact, chain[n + 1] ?? user));
        const result = await world.execute(planned);
        expect(result.outcome).to.equal("verified");
        expect(isHeld(world, user.id)).to.equal(false);
      });
    }
  }

  it("D16: an access reads the contact that absorbed one that the search still shows, where that carries the person's address, and else says that it is gone", async () => {
    for (const [email, code] of [[JANE, undefined], ["zed@example.test", "CHANGED_DURING_RUN"]] as const) {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const [lead, survivor] = [build.addContact({ email: JANE, role: "lead" }), build.addContact({ email, externalId: "1", name: "Survivor" })];
      build.addNote(survivor, "A note.");
      build.addConversation({ contacts: [survivor] });
      const shown = { type: "contact", id: lead.id, workspace_id: lead.workspaceId, role: "lead", email: JANE };
      build.mergeContact(lead, survivor);
      world.sandbox.inject({ path: /contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: [shown], total_count: 1 }) } });
      const { request, outcome, gaps, counts } = await world.access(JANE);
      expect([outcome, [...new Set(gaps.map((gap) => `${gap.code} ${String(gap.id)}`))]], email).to.deep.equal(code === undefined ? ["complete", []] : ["complete_with_gaps", [`${code} ${lead.id}`]]);
      if (code === undefined) expect(counts).to.include({ contacts: 1, notes: 1, conversations: 1 });
      else expect(counts).to.deep.equal({});
      expect(JSON.stringify(world.host.packageOf(request.id)!.records).includes("Survivor"), email).to.equal(code === undefined);
    }
  });

  it("D16: an access names each contact that became part of somebody else's, and takes none of them for the person's", async () => {
    for (const shown of ["not", "first", "last"]) {
      for (const own of [false, true]) {
        const world = await connectedWorld({ categories: "granted" });
        const { build } = world.sandbox;
        const [lead, user, other] = [build.addContact({ email: JANE, role: "lead" }), build.addContact({ email: JANE, externalId: "1" }), build.addContact({ email: "zed@example.test", name: "Zed" })];
        const kept = own ? [build.addContact({ email: JANE, externalId: "2" })] : [];
        const ids = [...(shown === "first" ? [other] : []), lead, user, ...(shown === "last" ? [other] : []), ...kept].map(({ id }) => id);
        for (const contact of [lead, user]) build.mergeContact(contact, other);
        const data = ids.map((id) => ({ type: "contact", id, workspace_id: lead.workspaceId, role: "lead", email: JANE }));
        world.sandbox.inject({ path: /contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data, total_count: data.length }) } });
        const result = await world.access(JANE);
        const gone = [lead, user].map(({ id }) => `CHANGED_DURING_RUN ${id}`);
        expect([...new Set(result.gaps.map(({ code, id }) => `${code} ${String(id)}`))]).to.have.members(shown === "not" ? gone : [...gone, `NOT_THE_PERSONS ${other.id}`]);
        expect([result.outcome, result.matches.map(({ id }) => id)]).to.deep.equal(["complete_with_gaps", kept.map(({ id }) => id)]);
        const { records, manifest } = world.host.packageOf(result.request.id)!;
        expect((records["contacts"] ?? []).map(({ id }) => id)).to.deep.equal(kept.map(({ id }) => id));
        const summary = (manifest as any).summary;
        expect([summary.matches.map(({ id }: { id: string }) => id), JSON.stringify(summary.gaps).match(/"id"/)]).to.deep.equal([kept.map(({ id }) => id), null]);
        expect(await world.dsr.statement(result.request.id)).to.contain(own ? "1 record of the person was found." : "No record of the person was found.").and.to.contain("2 times");
      }
    }
  });

  it("D16: an access takes the words of a contact that absorbed one of the person's, and is gone, for nobody's but that one's", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build, state } = world.sandbox;
    const [lead, other, own] = [build.addContact({ email: JANE, role: "lead" }), build.addContact({ email: "zed@example.test", name: "Zed" }), build.addContact({ email: JANE, externalId: "2" })];
    build.addConversation({ contacts: [own, other], parts: [{ from: own, body: "Words of Jane." }, { from: other, body: "Words of Zed." }] });
    build.addConversation({ contacts: [other], parts: [{ from: other, body: "More of Zed." }] });
    build.mergeContact(lead, other);
    state.deleteContact(other, world.host.clock.now());
    const data = [lead, own].map(({ id }) => ({ type: "contact", id, workspace_id: lead.workspaceId, role: "lead", email: JANE }));
    world.sandbox.inject({ path: /contacts\/search$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data, total_count: data.length }) } });
    const { request, gaps } = await world.access(JANE);
    expect(gaps).to.deep.include({ category: "contacts", code: "CHANGED_DURING_RUN", id: lead.id });
    const kept = JSON.stringify(world.host.packageOf(request.id)!.records);
    expect([kept.includes("Words of Jane."), kept.includes("of Zed."), kept.includes("zed@example.test")]).to.deep.equal([true, false, false]);
  });

  it("D16: an access says what may have come to a contact after it was read: what was merged into it meanwhile", async () => {
    const world = await connectedWorld();
    const { build } = world.sandbox;
    const [first, second] = [build.addContact({ email: JANE, externalId: "1", createdAt: 1_000 }), build.addContact({ email: JANE, role: "lead", createdAt: 2_000 })];
    const order = (await world.plan(JANE)).matches.map(({ id }) => id);
    const [early = first, late = second] = order.map((id) => [first, second].find((each) => each.id === id));
    world.sandbox.inject({ method: "GET", path: new RegExp(`^/contacts/${early.id}$`), fault: { kind: "rewrite", rewrite: (body) => (build.mergeContact(late, early), body) } });
    const { gaps } = await world.access(JANE);
    expect(gaps).to.deep.equal(["contacts", "companies", "notes", "tags", "segments", "subscriptions"].map((category) => ({ category, code: "CHANGED_DURING_RUN", id: late.id })));
  });

  it("D16: a way that is longer, if by one hop, or goes round in circles, leads nowhere", async () => {
    for (const [hops, circle] of [[4, false], [5, false], [5, true]] as const) {
      const world = await connectedWorld({ sandbox: { switches: { mergeLink: "next_hop" } } });
      const user = world.sandbox.build.addContact({ email: JANE, externalId: "1" });
      const chain = Array.from({ length: hops }, (_, n) => world.sandbox.build.addContact({ email: n === 0 ? JANE : "step@example.test", role: "lead" }));
      const planned = await world.plan(JANE);
      chain.forEach((contact, n) => world.sandbox.build.mergeContact(contact, circle ? chain[(n + 1) % hops]! : (chain[n + 1] ?? user)));
      expect(await world.execute(planned), `${hops} hops, circle: ${circle}`).to.deep.include({ outcome: "needs_attention", attention: { code: "PLAN_STALE" } });
      expect(world.sent.length).to.be.lessThan(10);
    }
  });

  it("D16: a Link that leads to another host or path gives an id at most, and no call goes there", async () => {
    for (const link of ["<https://evil.test/contacts/x>; rel=\"canonical\"", "</admins/1>; rel=\"canonical\"", "nonsense", "</contacts/../admins>; rel=canonical", ""]) {
      const hosts = new Set<string>();
      const world = await connectedWorld({ transport: (to) => (input) => (hosts.add(new URL(input.url).host), to(input)) });
      const { id } = world.sandbox.build.addContact({ email: JANE });
      const planned = await world.plan(JANE);
      world.sandbox.build.changeContact(world.sandbox.state.contacts.get(id)!, { email: "other@example.test" });
      world.sandbox.inject({ method: "GET", path: new RegExp(id), fault: { kind: "status", status: 410, headers: { link }, body: { type: "error.list", errors: [{ code: "contact_merged", message: "merged" }] } } });
      expect((await world.execute(planned)).attention, link).to.deep.equal({ code: "PLAN_STALE" });
      expect([...hosts]).to.deep.equal(["api.intercom.io"]);
      expect(world.sent.some((call) => call.includes("admins") && !/admins\/99/.test(call))).to.equal(false);
    }
  });
});
