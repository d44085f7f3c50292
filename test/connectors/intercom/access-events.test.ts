import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "chai";
import { addOrdersOfWhichOneGoes, connectedWorld } from "./world.js";

const ADA = "ada@example.test";
const DAY_MS = 86_400_000;

/** What is still held, once what is not has been collected. */
function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

describe("events and custom objects at Intercom", () => {
  it("reads every page of events, and counts those that cannot be listed any more", async () => {
    for (const eventsMaxPerPage of [15, 50] as const) {
      const world = await connectedWorld({ categories: "granted", sandbox: { switches: { eventsMaxPerPage } } });
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      for (let n = 0; n < 130; n++) build.addEvent(ada, "clicked", build.daysAgo(2), { n });
      for (let n = 0; n < 7; n++) build.addEvent(ada, "signed", build.daysAgo(91 + n));
      const result = await world.access(ADA);
      expect(result.counts).to.include({ events: 130, event_summaries: 1 });
      expect(result.gaps).to.deep.equal([{ category: "events", code: "EVENTS_90_DAYS", id: ada.id, have: 130, of: 137 }]);
      const [summary] = world.host.packageOf(result.request.id)!.records["event_summaries"]!;
      expect((summary!.data as any).events.map(({ name, count }: any) => [name, count])).to.deep.equal([["clicked", 130], ["signed", 7]]);
    }
  });

  it("counts name by name what cannot be listed any more: what the summary does not count yet makes up for nothing", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 60; n++) build.addEvent(ada, n % 2 === 0 ? "clicked" : "__proto__", build.daysAgo(2));
    const first = new Date(build.daysAgo(200)).toISOString();
    const events = [{ name: "clicked", count: 35 }, { name: "bought", count: 17 }, { name: "__proto__", count: 3 }].map((each) => ({ ...each, first }));
    world.sandbox.inject({ path: /^\/events$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => (body.type === "event.summary" ? { ...body, events } : body) } });
    expect((await world.access(ADA)).gaps).to.deep.equal([{ category: "events", code: "EVENTS_90_DAYS", id: ada.id, have: 60, of: 82 }]);
  });

  it("D3: an event that is listed twice makes up for none that is not listed any more", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 60; n++) build.addEvent(ada, "clicked", build.daysAgo(2), { n });
    build.addEvent(ada, "clicked", build.daysAgo(91));
    let last: unknown;
    world.sandbox.inject({ path: /^\/events$/, fault: { kind: "rewrite", rewrite: (body: any) => ((last = body.events.at(-1)), body) } });
    world.sandbox.inject({ path: /^\/events$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, events: [last, ...body.events] }) } });
    const result = await world.access(ADA);
    expect(result.gaps).to.deep.equal([{ category: "events", code: "EVENTS_90_DAYS", id: ada.id, have: 60, of: 61 }]);
    expect(result.counts).to.include({ events: 60 });
  });

  it("D3: an event that stands on one page twice makes up for none that is not listed", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 2; n++) build.addEvent(ada, "clicked", build.daysAgo(2), { n });
    world.sandbox.inject({ path: /^\/events$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, events: [body.events[0], body.events[0]] }) } });
    expect((await world.access(ADA)).gaps).to.deep.equal([{ category: "events", code: "COUNT_MISMATCH", id: ada.id, have: 1, of: 2 }]);
  });

  it("counts custom objects as the first page does, where some go from the list before the next one is read", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const ada = world.sandbox.build.addContact({ email: ADA });
    addOrdersOfWhichOneGoes(world, ada);
    expect((await world.access(ADA)).gaps).to.deep.equal([{ category: "custom_objects", code: "COUNT_MISMATCH", id: ada.id, have: 2, of: 3 }]);
  });

  it("tells what cannot be listed any more where the summaries are not covered, too", async () => {
    const world = await connectedWorld({ categories: ["events"] });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    build.addEvent(ada, "clicked", build.daysAgo(2));
    build.addEvent(ada, "signed", build.daysAgo(91));
    const result = await world.access(ADA);
    expect(result.gaps).to.deep.equal([{ category: "events", code: "EVENTS_90_DAYS", id: ada.id, have: 1, of: 2 }]);
    expect(result.counts).to.include({ events: 1 }).and.not.have.any.keys("event_summaries");
  });

  it("I8: takes an event that names somebody else for nobody's here, and one that names nobody for the person's", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 3; n++) build.addEvent(ada, "clicked", build.daysAgo(2), { n });
    const naming = (names: readonly unknown[]) => (body: any) => (body.type === "event.list" ? { ...body, events: body.events.map((event: object, n: number) => ({ ...event, event_name: `event ${n}`, intercom_user_id: names[n] })) } : body);
    world.sandbox.inject({ path: /^\/events$/, fault: { kind: "rewrite", rewrite: naming(["5f0000000000000000000000", null, undefined]) } });
    const result = await world.access(ADA);
    expect(world.host.packageOf(result.request.id)!.records["events"]!.map(({ data }) => (data as any).event_name)).to.have.members(["event 1", "event 2"]);
    expect(result.gaps).to.deep.include({ category: "events", code: "NOT_THE_PERSONS", id: ada.id, have: 0, of: 1 }).and.not.deep.include({ category: "events", code: "EVENTS_90_DAYS" });
  });

  it("keeps what happened under the id of a contact that was merged into the person's", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const lead = build.addContact({ email: ADA, role: "lead" });
    for (let n = 0; n < 3; n++) build.addEvent(ada, "clicked", build.daysAgo(0.1), { n });
    build.mergeContact(lead, ada);
    world.sandbox.inject({ path: /^\/events$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, events: body.events.map((event: object, n: number) => (n === 0 ? event : { ...event, intercom_user_id: lead.id })) }) } });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    expect(result.counts).to.include({ events: 3 });
  });

  it("calls what is not listed too old only where the summary tells that it happened earlier than what can be listed", async () => {
    for (const [day, code] of [[89, "COUNT_MISMATCH"], [91, "EVENTS_90_DAYS"], [undefined, "EVENTS_90_DAYS"]] as const) {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      for (let n = 0; n < 3; n++) build.addEvent(ada, "clicked", build.daysAgo(2), { n });
      const first = day === undefined ? undefined : new Date(build.daysAgo(day)).toISOString();
      const rewrite = (body: any) => (body.type === "event.list" ? { ...body, events: body.events.slice(1) } : { ...body, events: body.events.map((each: object) => ({ ...each, first })) });
      world.sandbox.inject({ path: /^\/events$/, times: Infinity, fault: { kind: "rewrite", rewrite } });
      expect((await world.access(ADA)).gaps).to.deep.equal([{ category: "events", code, id: ada.id, have: 2, of: 3 }]);
    }
  });

  it("D3: keeps events without an id apart, whatever page they stand on", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 60; n++) build.addEvent(ada, "clicked", build.daysAgo(2), { n });
    world.sandbox.inject({ path: /^\/events$/, times: 2, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, events: body.events.map(({ id: _, ...event }: any) => event) }) } });
    expect(await world.access(ADA)).to.deep.include({ outcome: "complete", gaps: [] }).and.have.property("counts").that.includes({ events: 60 });
  });

  it("takes only the parameter from the next link, wherever it leads", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    for (let n = 0; n < 60; n++) build.addEvent(ada, "clicked", build.daysAgo(2));
    world.sandbox.inject({ path: /^\/events$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, pages: { next: body.pages.next.replace(/^https:\/\/[^/]+\/events/, "http://evil.example.test:1/steal") } }) } });
    expect((await world.access(ADA)).counts).to.include({ events: 60 });
  });

  it("D1: stops at a list of events that goes round in circles, and says so", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const ada = world.sandbox.build.addContact({ email: ADA });
    world.sandbox.build.addEvent(ada, "clicked", world.host.clock.now() - DAY_MS);
    world.sandbox.inject({ path: /^\/events$/, times: Infinity, fault: { kind: "rewrite", rewrite: (body: any) => (body.type === "event.list" ? { ...body, pages: { next: "/events?before=1" } } : body) } });
    const result = await world.access(ADA);
    expect(result.gaps.map(({ code }) => code)).to.include("PAGING");
    expect(world.sent.filter((call) => call === "GET /events").length).to.be.below(6);
  });

  it("a person of whom Intercom knows no events is no gap, one who vanished is", async () => {
    for (const eventsOfNobody of ["not_found", "empty"] as const) {
      const world = await connectedWorld({ categories: "granted", sandbox: { switches: { eventsOfNobody } } });
      const ada = world.sandbox.build.addContact({ email: ADA });
      expect(await world.access(ADA)).to.deep.include({ outcome: "complete", gaps: [] });
      world.sandbox.inject({ path: /^\/tickets\/search$/, fault: { kind: "rewrite", rewrite: (body) => ((ada.goneAt = 0), body) } });
      const { gaps } = await world.access(ADA, { reference: "again" });
      expect(gaps).to.deep.equal(eventsOfNobody === "empty" ? [] : ["events", "event_summaries"].map((category) => ({ category, code: "CHANGED_DURING_RUN", id: ada.id })));
    }
  });

  it("takes a 404 about a contact that is there for no answer: events are not counted as 0 but are a gap, and named as not covered", async () => {
    const world = await connectedWorld({ categories: "granted", sandbox: { switches: { eventsOfSilent: "not_found" } } });
    const { id } = world.sandbox.build.addContact({ email: ADA });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete_with_gaps", gaps: [{ category: "events", code: "EVENTS_NOT_SHOWN", id }] });
    expect(result.counts).to.include({ conversations: 0 }).and.not.have.any.keys("events", "event_summaries");
    const unread = result.notCovered.filter(({ scope }) => scope === "Read events");
    expect(unread).to.deep.equal(["events", "event_summaries"].map((category) => ({ category, scope: "Read events", reason: "not readable here" })));
    expect(world.host.packageOf(result.request.id)!.manifest["summary"]).to.have.property("notCovered").to.deep.include.members(unread);
    expect(JSON.stringify(await world.host.evidence.read(result.request.id))).to.contain("not readable here");
  });

  it("still counts the events of one contact where the vendor gives no answer about another, whichever is read first", async () => {
    for (const order of [(found: unknown[]) => found, (found: unknown[]) => found.toReversed()]) {
      const world = await connectedWorld({ categories: "granted", sandbox: { switches: { eventsOfSilent: "not_found" } } });
      const { build } = world.sandbox;
      build.addEvent(build.addContact({ email: ADA }), "clicked", build.daysAgo(2));
      const silent = build.addContact({ email: ADA, role: "lead" });
      const lead = build.addContact({ email: ADA, role: "lead" });
      for (let n = 0; n < 2; n++) build.addEvent(lead, "clicked", build.daysAgo(2));
      world.sandbox.inject({ path: /^\/contacts\/search$/, fault: { kind: "rewrite", rewrite: (body: any) => ({ ...body, data: order(body.data) }) } });
      const result = await world.access(ADA);
      expect(result.counts).to.include({ contacts: 3, events: 3, event_summaries: 2 });
      expect(result.gaps).to.deep.equal([{ category: "events", code: "EVENTS_NOT_SHOWN", id: silent.id }]);
      expect(result.notCovered.map(({ category }) => category)).to.include.members(["events", "event_summaries"]);
    }
  });

  it("tells with numbers what a list or a summary keeps back that is answered with 404 about a contact that is there, wherever in the list that is", async () => {
    const cases = [
      { title: "the list", after: 0, counts: { events: 0, event_summaries: 1 }, gap: { category: "events", code: "COUNT_MISMATCH", have: 0, of: 70 }, unread: [] },
      { title: "its second page", after: 1, counts: { events: 50, event_summaries: 1 }, gap: { category: "events", code: "COUNT_MISMATCH", have: 50, of: 70 }, unread: [] },
      { title: "the summary", after: 2, counts: { events: 70 }, gap: { category: "event_summaries", code: "EVENTS_NOT_SHOWN", have: 70 }, unread: ["event_summaries"] },
      { title: "the second page and the summary", after: 1, times: 2, counts: { events: 50 }, gap: { category: "events", code: "EVENTS_NOT_SHOWN", have: 50 }, unread: ["event_summaries"] },
    ];
    for (const { title, after, times = 1, counts, gap, unread } of cases) {
      const world = await connectedWorld({ categories: "granted" });
      const { build } = world.sandbox;
      const ada = build.addContact({ email: ADA });
      for (let n = 0; n < 70; n++) build.addEvent(ada, "clicked", build.daysAgo(2));
      world.sandbox.inject({ path: /^\/events$/, after, times, fault: { kind: "status", status: 404 } });
      const result = await world.access(ADA);
      expect([result.outcome, result.gaps], title).to.deep.equal(["complete_with_gaps", [{ ...gap, id: ada.id }]]);
      expect(result.counts, title).to.include(counts);
      expect(result.notCovered.filter(({ reason }) => reason === "not readable here").map(({ category }) => category), title).to.deep.equal(unread);
    }
  });

  it("reads the custom objects of every type that something of the person refers to, and of nobody else", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, bob] = [build.addContact({ email: ADA }), build.addContact({ email: "bob@example.test" })];
    for (let n = 0; n < 160; n++) build.addCustomObject("Order", [ada], { n });
    const lead = build.addContact({ email: ADA, role: "lead" });
    for (let n = 0; n < 2; n++) build.addCustomObject("Order", [lead], { n });
    build.addCustomObject("Order", [bob], { text: "CANARY" });
    build.addCustomObject("Parcel", [bob], { text: "CANARY" });
    const result = await world.access(ADA);
    expect(result.counts).to.include({ custom_objects: 162 });
    expect(JSON.stringify(world.host.packageOf(result.request.id)!.records)).not.to.contain("CANARY");
    expect(world.sent.filter((call) => call.includes("custom_object"))).to.deep.equal(Array<string>(3).fill("GET /custom_object_instances/Order"));
  });

  it("memory does not grow with two thousand conversations while they are read", async () => {
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const ada = build.addContact({ email: ADA });
    const body = "x".repeat(20_000);
    for (let n = 0; n < 2_000; n++) build.addConversation({ contacts: [ada], source: { body } });
    const heaps: number[] = [];
    // Nothing keeps the pages here, so that only what reading itself holds is measured.
    world.host.staging.put = (_, number) => {
      if (number % 500 === 0) heaps.push(heapUsed());
      return Promise.resolve();
    };
    world.host.packages.write = () => Promise.reject(new Error("read to the end"));
    await world.access(ADA).catch(() => undefined);
    expect(world.sandbox.calls.countByOperation()["getConversation"]).to.equal(2_000);
    expect((heaps.at(-1)! - heaps[0]!) / 1_000_000, "megabytes more at the end than after the first quarter").to.be.below(60);
  }).timeout(120_000);
});
