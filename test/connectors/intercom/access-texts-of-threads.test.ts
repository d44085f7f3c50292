import { expect } from "chai";
import { withoutOthers } from "../../../connectors/intercom/other-people.js";
import type { Person } from "../../../connectors/intercom/people-in-record.js";
import { WITHHELD_MARKS } from "../../../core/withheld.js";
import { connectedWorld } from "./world.js";

const ADA = "ada@example.test";
const { others: WITHHELD, doubtful: DOUBTFUL } = WITHHELD_MARKS;

describe("texts of a thread that stand outside its messages", () => {
  const ada: Person = { contactIds: new Set(["own"]), isOwnAddress: (address) => address === ADA };
  const own = { type: "user", id: "own" };
  const otto = { type: "user", id: "otto" };
  const admin = { type: "admin", id: "1" };
  const bot = { type: "bot", id: "2" };
  const thread = (author: unknown, people: readonly object[], more: object = {}) => ({
    type: "conversation",
    title: "TITLE",
    source: { author, body: "Hello", subject: "TITLE" },
    contacts: { contacts: people },
    custom_attributes: { "Paid": true, "Seats": 9, "CX Score explanation": "EXPLANATION", "Employer": "EMPLOYER", "Orders": { type: "Order.list", instances: [{ type: "Order", id: "1", external_id: "o-1" }] } },
    ai_agent: { source_title: "A workflow", rating: 2, rating_remark: "REMARK" },
    sales_agent: { outcome: "qualified", collected_data: { "company.name": "COMPANY", "phone": "PHONE", "note": null } },
    ...more,
  });
  const shown = (record: object): { readonly data: any; readonly texts: readonly string[]; readonly count: number } => {
    const { data, redactions } = withoutOthers(record, ada);
    return { data, texts: [...new Set(JSON.stringify(data).match(/[A-Z]{5,}[0-9]*/g) ?? [])], count: redactions.find(({ rule }) => rule === "participant_text")?.count ?? 0 };
  };

  it("are withheld where somebody else began it, each counted, and what is no text stays", () => {
    const { data, texts, count } = shown(thread(otto, [otto, own]));
    expect([texts, count]).to.deep.equal([[], 7]);
    expect(data.title).to.equal(WITHHELD);
    expect(data.custom_attributes).to.deep.equal({ "Paid": true, "Seats": 9, "CX Score explanation": DOUBTFUL, "Employer": DOUBTFUL, "Orders": { type: "Order.list", instances: [{ type: "Order", id: "1", external_id: "o-1" }] } });
    expect(data.ai_agent).to.deep.equal({ source_title: "A workflow", rating: 2, rating_remark: DOUBTFUL });
    expect(data.sales_agent).to.deep.equal({ outcome: "qualified", collected_data: { "company.name": DOUBTFUL, "phone": DOUBTFUL, "note": null } });
  });

  it("are withheld where nobody is known to have begun it, and of a teammate's thread all but the title are", () => {
    const ofNobody = shown(thread(null, [otto, own]));
    expect([ofNobody.texts, ofNobody.count, ofNobody.data.title]).to.deep.equal([[], 7, DOUBTFUL]);
    expect(shown(thread(admin, [otto, own]))).to.deep.include({ texts: ["TITLE"], count: 5 });
  });

  it("are the person's where the person began it, apart from what sums up what all wrote", () => {
    for (const name of ["CX Score explanation", "AI Title", "AI Issue summary"]) {
      const { texts, count } = shown(thread(own, [own, otto], { custom_attributes: { [name]: "EXPLANATION", Employer: "EMPLOYER" } }));
      expect([texts, count], name).to.deep.equal([["TITLE", "EMPLOYER", "REMARK", "COMPANY", "PHONE"], 1]);
    }
  });

  it("stay as they are where the person takes part alone, and in what is no thread", () => {
    for (const record of [thread(own, [own]), thread(null, [own]), { type: "ticket", contacts: { contacts: [own] }, ticket_attributes: { _default_title_: "TITLE" } }, { type: "Order", buyer: own, seller: otto, custom_attributes: { Colour: "COLOUR" } }]) {
      expect(shown(record)).to.deep.include({ count: 0 }).and.to.satisfy(({ data, texts }: ReturnType<typeof shown>) => !JSON.stringify(data).includes("[withheld") && texts.length > 0);
    }
  });

  it("are withheld where a part tells that a workflow, or nobody, set them, and stay where a teammate or the person did", () => {
    const part = (author: unknown, name: string, value: unknown) => ({ author, body: null, event_details: { attribute: { name }, value: { name: value, previous: null } } });
    const parts = [part(bot, "Employer", "BYFLOW"), part(null, "Employer", "BYNOBODY"), part(admin, "Employer", "BYSTAFF"), part(own, "Employer", "BYSELF"), part(bot, "Paid", true), { author: bot, body: null, updated_attribute_data: { attribute: { label: "Employer" }, value: { label: "BYLABEL" } } }];
    const { data, texts, count } = shown(thread(otto, [otto, own], { conversation_parts: { conversation_parts: parts } }));
    expect([texts, count]).to.deep.equal([["BYSTAFF", "BYSELF"], 10]);
    expect(data.conversation_parts.conversation_parts[0].event_details).to.deep.equal({ attribute: { name: "Employer" }, value: DOUBTFUL });
    const sums = [part(bot, "CX Score explanation", "BYSUM"), { author: bot, body: null, updated_attribute_data: { attribute: { label: "AI Issue summary" }, value: { label: "OFLABEL" } } }];
    expect(shown(thread(own, [otto, own], { conversation_parts: { conversation_parts: [parts[0], ...sums] } })).texts).to.include("BYFLOW").and.not.to.include.oneOf(["BYSUM", "OFLABEL"]);
  });

  it("are withheld in a rating that names nobody, and in the ticket that a conversation is", () => {
    const more = { conversation_rating: { rating: 1, remark: "RATED", contact: null }, ticket: { type: "ticket", id: "3", custom_attributes: { Problem: "PROBLEM" } } };
    const { data, texts, count } = shown(thread(otto, [otto, own], more));
    expect([texts, count, data.conversation_rating]).to.deep.equal([[], 9, { rating: 1, remark: DOUBTFUL, contact: null }]);
    expect(shown(thread(own, [otto, own], more)).texts).to.include.members(["RATED", "PROBLEM"]);
  });

  it("are withheld in a part of a shape that nobody knows, wherever that may tell something", () => {
    const parts = ["BARETEXT", { body: "WITHOUT" }, { body: { html: "NESTED" } }, ["LISTED"], { author: own, note: "STRANGE" }, null, 7, { body: null }, { type: "conversation_part", author: own, body: "OWNWORDS" }];
    const { data, texts, count } = shown(thread(otto, [otto, own], { conversation_parts: { conversation_parts: parts } }));
    expect([texts, count]).to.deep.equal([["OWNWORDS"], 12]);
    expect(data.conversation_parts.conversation_parts.slice(0, 8)).to.deep.equal([...Array.from({ length: 5 }, () => DOUBTFUL), null, 7, { body: null }]);
    const { texts: inTicket } = shown({ type: "ticket", contacts: { contacts: [own, otto] }, ticket_parts: { ticket_parts: parts } });
    expect(inTicket).to.deep.equal(["OWNWORDS"]);
    expect(shown(thread(own, [own], { conversation_parts: { conversation_parts: parts } })).texts).to.include.members(["BARETEXT", "WITHOUT", "NESTED"]);
  });

  it("stand nowhere in the package of a shared ticket, nor are its files fetched, unless the host includes other people", async () => {
    for (const otherPeople of ["withhold", "include"] as const) {
      const world = await connectedWorld({ categories: "granted", settings: { otherPeople } });
      const { build } = world.sandbox;
      const [person, other] = [build.addContact({ email: ADA }), build.addContact({ email: "otto@example.test" })];
      build.addTicket({ contacts: [other, person], title: "OTTOTITLE", description: "OTTODESC: my salary is 1", attributes: { Seats: 3 }, files: [build.file("otto.txt", "text/plain", { zeros: 3 })], parts: [{ from: person, body: "Mine." }] });
      build.addTicket({ contacts: [person], title: "MYTITLE", description: "MYDESC", parts: [{ from: person }] });
      const result = await world.access(ADA);
      const text = JSON.stringify(world.host.packageOf(result.request.id)!);
      for (const mine of ["MYTITLE", "MYDESC", "Mine.", '"Seats":3']) expect(text).to.contain(mine);
      for (const his of ["OTTOTITLE", "OTTODESC", "otto.txt"]) expect(text.includes(his), his).to.equal(otherPeople === "include");
      expect(result.redactions.filter(({ rule }) => rule === "participant_text").map(({ count }) => count)).to.deep.equal(otherPeople === "include" ? [] : [3]);
      expect(world.sandbox.calls.countByOperation()["download"] ?? 0).to.equal(otherPeople === "include" ? 1 : 0);
    }
  });
});
