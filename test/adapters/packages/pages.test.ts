import { expect } from "chai";
import { parseDocument } from "htmlparser2";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PackageReceipt } from "../../../core/host-ports.js";
import { de } from "../../../adapters/packages/texts/de.js";
import { en } from "../../../adapters/packages/texts/en.js";
import type { CollectedRecord, Redaction } from "../../../core/ports.js";
import { WITHHELD_MARKS } from "../../../core/withheld.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { conversation, GAPS, richHeader, richPages, writeRich } from "./rich-package.js";
import { sampleConnection } from "../journal/samples.js";
import { HARD_VALUES, samplePage, sampleRecord, stream } from "./samples.js";

describe("the pages of a package", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(() => home.remove());

  const page = ({ path }: PackageReceipt, name = "index.html"): string => readFileSync(join(path, name), "utf8");
  /** What a reader sees, on one line. */
  const words = (source: string): string => textIn(parseDocument(source)).replace(/\s+/g, " ");
  const about = (category: string, ...records: unknown[]) => stream(samplePage(records.map((record, index) => sampleRecord(category, String(index), record))));

  it("say who, what and when at the top, and nobody's address", async () => {
    const text = words(page(await writeRich(home.directory)));
    expect(text).to.match(/^\s*Go to the content\s+Personal data held by Acme Support/);
    for (const fact of ["Reference T-1", "Request r1", "Received 2026-01-14", "Made 2026-01-15 09:00:00 UTC", "Kept by the company until at most 2026-01-20 09:00:00 UTC", "Memory (https://memory.example), Acme Support", "Region EU"]) expect(text).to.contain(fact);
    expect(words(page(await writeRich(home.directory, { about: { company: { en: "The Acme Company" } } })))).to.contain("Personal data held by The Acme Company");
  });

  it("name an account that has no name by its id", async () => {
    for (const name of ["", " \u200b\t"]) {
      const nameless = richHeader({ changes: { connection: sampleConnection({ categories: ["contacts"], workspace: { id: "w1", name, region: "EU" } }) } });
      const receipt = await writeRich(home.directory, { header: nameless });
      const text = words(page(receipt));
      expect(text).to.contain("Personal data held by w1").and.to.contain("Memory (https://memory.example), w1 ");
      expect(page(receipt, "statement.txt")).to.contain("\nCompany: w1\n").and.to.contain(", w1 (EU)\n");
    }
  });

  it("say what is incomplete, blanked out and not looked at before any record", async () => {
    const text = words(page(await writeRich(home.directory)));
    const order = ["Not all that the areas below hold could be read, or something about it is doubtful. See “What is incomplete”. Some areas were not looked at.", "What is incomplete", "1 of 3 are included, 2 are missing. (COUNT_MISMATCH)", "500 of 700 are included, 200 are missing. (PARTS_CAPPED) Concerns: 2.", "2 places were blanked out", "The permission “Read calls” would cover it.", "Visitors: anonymous visitors", "What was searched", "The email address, in “Contacts of Memory” (contacts/search), on 2026-01-15 08:59:00 UTC", "1 record with a similar address was seen and not included.", "The search also returned 2 records that do not carry the address; they were left out.", "Contents", "What contacts hold."];
    const places = order.map((each) => text.indexOf(each));
    expect(places.every((place) => place > 0), JSON.stringify(places)).to.equal(true);
    expect(places).to.deep.equal([...places].sort((a, b) => a - b));
  });

  it("show what the company adds, in the person's language, and a visible blank for what it does not", async () => {
    const about = { purposes: { en: "To <b>answer</b>", de: "Zum Antworten" }, rights: "Ask us" };
    const text = words(page(await writeRich(home.directory, { about })));
    expect(text).to.contain("What the company adds (GDPR Art. 15(1) and (2)) Files in this package", "in the contents");
    expect(text).to.contain("Purposes of the processing To <b>answer</b>").and.to.contain("Rights to rectification, erasure, restriction and objection Ask us");
    expect(text).to.contain("Supervisory authority for complaints ______________________________ (to be filled in by the company)");
    expect(text.match(/_{30} \(to be filled in by the company\)/g)).to.have.lengthOf(7);
    const german = richHeader();
    const inGerman = words(page(await writeRich(home.directory, { about, header: { ...german, request: { ...german.request, context: { ...german.request.context, language: "de" } } } })));
    expect(inGerman).to.contain("Zwecke der Verarbeitung Zum Antworten").and.to.contain("(vom Unternehmen auszufüllen)");
  });

  it("lead from what is incomplete to the conversation's page, where there is one", async () => {
    const gap = (id: string, category = "conversations") => ({ category, code: "CHANGED_DURING_RUN", id });
    const gaps = [gap("2"), gap("gone"), gap('"><i>x'), gap("2", "notes")];
    for (const [language, before] of [["en", "Concerns: "], ["de", "Betrifft: "]] as const) {
      const receipt = await writeRich(home.directory, { header: richHeader({ language, gaps }) });
      const section = /<section id="incomplete".*?<\/section>/s.exec(page(receipt))?.[0] ?? "";
      const links = [...section.matchAll(/<a href="([^"]*)">(.*?)<\/a>/g)];
      expect(links.map(([, , id]) => id)).to.deep.equal(["2"]);
      const [[, href] = []] = links;
      expect(words(page(receipt, href))).to.contain("Id 2 ");
      expect(words(section)).to.contain(`${before}2, gone, "><i>x.`).and.to.contain(`${before}2.`);
    }
  });

  it("say so where nothing is missing, and where nothing was found", async () => {
    const text = words(page(await writeRich(home.directory, { header: richHeader(), pages: stream() })));
    expect(text).to.contain("No failure was met in the areas that were read.").and.to.contain("No place in the records is marked as blanked out.");
    expect(text.match(/Nothing was found here\./g)).to.have.length(5);
  });

  it("never call a category empty that could not be read", async () => {
    const text = words(page(await writeRich(home.directory, { header: richHeader({ gaps: [{ category: "tags", code: "PAGING" }] }), pages: stream() })));
    expect(text.match(/Nothing was found here\./g)).to.have.length(4);
    expect(text).to.contain("What tags hold. Read with the permission: Read people Something of this area is missing or doubtful.");
  });

  it("say what each category is, why it is held where the company says so, and which permission read it", async () => {
    const text = words(page(await writeRich(home.directory, { about: { categoryPurposes: { contacts: "To answer questions" } } })));
    expect(text).to.contain("Contacts of Memory (1 record) What contacts hold. Purpose: To answer questions Read with the permission: Read people");
  });

  it("show every value: nested, empty, zero, no, and times beside what was received", async () => {
    const text = words(page(await writeRich(home.directory)));
    for (const shown of ["Name Ann U+202Egnp", "Created at 1700000000 2023-11-14 22:13:20 UTC", "Has hard bounced no", "Seats 0", "Deep x", "None empty list", "Empty empty text", "Not filled in Phone", "Called. See there (https://x.example.test/1)."]) expect(text).to.contain(shown);
    expect(text).to.contain("Created at 1700000000000 2023-11-14 22:13:20 UTC");
  });

  it("D5: show times of every kind beside what was received, and invent none", async () => {
    const received = { b_at: -864_000_000, c_at: "1700000000", d_at: "2024-02-29T10:00:00+02:00", e_at: "soon", f_at: 1e300, g_at: 1_700_000_000_123, snoozed_until: 1_700_000_000, created: 1_700_000_000, h_at: true };
    const text = words(page(await writeRich(home.directory, { pages: about("contacts", received) })));
    for (const shown of ["B at -864000000 1942-08-16 00:00:00 UTC", "C at 1700000000 2023-11-14 22:13:20 UTC", "D at 2024-02-29T10:00:00+02:00 2024-02-29 08:00:00 UTC", "E at soon F at 1e+300 G at 1700000000123 2023-11-14 22:13:20 UTC", "Snoozed until 1700000000 2023", "Created 1700000000 H at yes"]) expect(text).to.contain(shown);
  });

  it("D5: take no number for a time that may be something else, and no time of day for a moment without its zone", async () => {
    const received = { read_at: 0, contract_ends_at: "20261231", joined_at: 20260115, employed_until: "2026", member_since: "202601", paid_at: 12, renewed_at: 202612312359, expires_at: 253402300799, seen_at: "20261231235959", d_at: "2024-02-31T99:00:00Z", f_at: "2026-01-15T09:00:00" };
    const text = words(page(await writeRich(home.directory, { pages: about("contacts", { custom_attributes: received, ...received }) })));
    const shown = "Read at 0 Contract ends at 20261231 Joined at 20260115 Employed until 2026 Member since 202601 Paid at 12 Renewed at 202612312359 Expires at 253402300799 Seen at 20261231235959 D at 2024-02-31T99:00:00Z F at 2026-01-15T09:00:00";
    expect(text).to.contain(`Custom attributes ${shown} ${shown} Notes of Memory (0 records)`);
  });

  it("D9: show a null body, a null author and a deleted author as such", async () => {
    const messages = [{ body: null, author: { type: "user", name: "Ann" }, attachments: [{ name: "a.txt" }] }, { body: "<p>Words of nobody</p>", author: null }, { body: "<p>Words of somebody who is gone</p>", author: { type: "user", id: null, name: null, email: null } }, { body: null, author: null, part_type: "assignment" }];
    const receipt = await writeRich(home.directory, { pages: about("conversations", { id: "1", created_at: 1_700_000_000, source: { body: null, author: null }, parts: messages }) });
    const text = words(page(receipt, "conversations/1.html"));
    for (const shown of ["Ann (user) no text", "no author given Words of nobody", "no author given (user) Words of somebody who is gone", "no author given Assignment"]) expect(text).to.contain(shown);
    expect(text).not.to.match(/null|undefined/);
  });

  it("say in the reader's language that words were withheld, wherever they stood, and leave the files for machines as they are", async () => {
    const { others, doubtful, notes } = WITHHELD_MARKS;
    const thread = { id: "1", title: others, created_at: 1_700_000_000, source: { body: "<p>Hello</p>", author: null }, custom_attributes: { Explanation: others }, parts: [{ body: others, author: null }, { body: doubtful, author: null }, { part_type: "note", body: notes, author: null }] };
    for (const [language, marks] of [["en", en.others.marks], ["de", de.others.marks]] as const) {
      const pages = stream(samplePage([sampleRecord("conversations", "1", thread), sampleRecord("notes", "2", { type: "note", body: notes })]));
      const receipt = await writeRich(home.directory, { header: richHeader({ language }), pages });
      const [index, own] = [words(page(receipt)), words(page(receipt, "conversations/1.html"))];
      expect(index).to.contain(`2023-11-14 ${marks.others}`).and.to.contain(`Body ${marks.notes}`);
      expect(own.split(marks.others)).to.have.lengthOf(5);
      expect(own).to.contain(`Explanation ${marks.others}`).and.to.contain(marks.notes).and.to.contain(marks.doubtful);
      expect(language === "en" || !`${index}${own}`.includes("[withheld")).to.equal(true);
      expect(readFileSync(join(receipt.path, "conversations.json"), "utf8")).to.contain(others).and.to.contain(notes);
    }
    expect(en.others.marks).to.deep.equal(WITHHELD_MARKS);
  });

  it("D13, D14: show hard values with nothing hidden, as valid UTF-8", async () => {
    const receipt = await writeRich(home.directory, { pages: stream(samplePage([...HARD_VALUES.entries()].map(([index, value]) => sampleRecord(index === 4 ? "notes" : "contacts", String(index), value)))) });
    for (const name of readdirSync(receipt.path, { recursive: true, encoding: "utf8" }).filter((each) => each.endsWith(".html"))) {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(join(receipt.path, name)));
      expect(text, name).not.to.match(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffd]/);
    }
    const text = words(page(receipt));
    for (const shown of ["__proto__", "Constructor", "U+D800", "NUL U+0000", "👩‍👩‍👧"]) expect(text).to.contain(shown);
    expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
  });

  it("show what is nested too deeply as it was received", async () => {
    let deep: unknown = "bottom";
    for (let n = 0; n < 60; n++) deep = n % 2 === 0 ? { next: deep } : [deep];
    expect(words(page(await writeRich(home.directory, { pages: about("contacts", { deep }) })))).to.match(/Deeply nested; shown as it was received\. ?\[?\{?.*bottom/);
  });

  it("take a list of conversations by date, each with its page, its subject and its number of parts", async () => {
    const receipt = await writeRich(home.directory);
    const list = words(/<ol id="conversation-list"[\s\S]*?<\/ol>/.exec(page(receipt))?.[0] ?? "");
    expect(list.trim()).to.equal("2023-11-17 Subject 3 6 parts 2023-11-16 Subject 2 4 parts incomplete 2023-11-15 Subject 1 2 parts 2020-09-13 (no subject) 2 parts");
    const second = words(page(receipt, "conversations/2.html"));
    expect(second).to.contain("Subject 2 Conversation 2 of 4 · 2023-11-16 22:13:20 UTC · 4 parts").and.to.contain("500 of 700 are included, 200 are missing. (PARTS_CAPPED)");
    expect(second.match(/Hello/g)).to.have.length(5);
    expect(page(receipt, "conversations/2.html")).to.contain('href="1.html"').and.to.contain('href="3.html"').and.to.contain('href="../index.html#category-conversations"');
    const oldest = words(page(receipt, "conversations/4.html"));
    expect(oldest).to.contain("no author given").and.to.contain("[blanked out]");
  });

  it("show to the letter what is no HTML: subjects, titles and attributes, whatever they are called", async () => {
    const plain = "Map<String, List> vs <Set> & x<y then z>q &amp;";
    const attributes = { subject: plain, body: plain };
    const thread = (id: string, title: string | null, subject: string) => ({ id, title, custom_attributes: attributes, source: { subject, body: "<p>Hello</p>", author: null }, parts: [{ body: "<p>One <b>two</b></p>", subject, author: null, metadata: attributes }] });
    const pages = stream(samplePage([sampleRecord("contacts", "0", { custom_attributes: attributes }), sampleRecord("notes", "1", { type: "note", body: "<p>A <b>note</b></p>" }), ...[thread("2", plain, "x"), thread("3", null, plain), thread("4", null, `<p>A <b>marked</b> subject</p>`)].map((each) => sampleRecord("conversations", each.id, each))]));
    const receipt = await writeRich(home.directory, { header: richHeader(), pages });
    const index = words(page(receipt));
    expect(index).to.contain(`Subject ${plain} Body ${plain} `).and.to.contain("Body A note").and.to.contain(`no date ${plain} 1 part no date ${plain} 1 part no date A marked subject 1 part`);
    expect(words(page(receipt, "conversations/2.html")).split(plain)).to.have.lengthOf(8);
    expect(words(page(receipt, "conversations/3.html"))).to.contain("One two").and.to.contain("Subject A marked subject");
  });

  it("list a conversation without a subject by the first words that it shows, however much markup stands before them", async () => {
    const bodies = [`<style>${".x{color:red} ".repeat(40)}</style><p>I want my money back</p>`, `<div style="${"a:b;".repeat(90)}">Hello there</div>`, `<p>${"<span>".repeat(45)}word one two three${"</span>".repeat(45)}</p>`, `<p>${"👩".repeat(121)}</p>`, "<p><br></p>"];
    const records = bodies.map((body, index) => sampleRecord("conversations", String(index), { id: String(index), source: { subject: index === 0 ? "<p></p>" : null, body, author: null }, parts: [] }));
    const list = words(/<ol id="conversation-list"[^]*?<\/ol>/.exec(page(await writeRich(home.directory, { header: richHeader(), pages: stream(samplePage(records)) })))?.[0] ?? "");
    expect(list.trim()).to.equal(["I want my money back", "Hello there", "word one two three", `${"👩".repeat(120)}…`, "(no subject)"].map((line) => `no date ${line} 0 parts`).join(" "));
  });

  it("take the list of the same name for the parts of a conversation, or else the first, and lose no other that is wrapped with it", async () => {
    const said = (body: string) => [{ body: `<p>${body}</p>`, author: null }];
    const threads = [
      { id: "1", conversation_parts: { pinned: said("Pinned words"), conversation_parts: said("Said words"), total_count: 1 } },
      { id: "2", messages: { type: "list", data: said("Said words"), pinned: said("Pinned words") } },
    ];
    const receipt = await writeRich(home.directory, { header: richHeader(), pages: stream(samplePage(threads.map((each) => sampleRecord("conversations", each.id, each)))) });
    for (const number of [1, 2]) {
      const text = words(page(receipt, `conversations/${number}.html`));
      const about = text.indexOf("About this conversation");
      expect(text.slice(0, about), `page ${number}`).to.contain("1 part").and.to.contain("Said words").and.not.to.contain("Pinned");
      expect(text.slice(about), `page ${number}`).to.contain("Pinned words").and.not.to.contain("Said");
    }
  });

  it("put records that are many onto pages of their own, and lose none", async () => {
    const receipt = await writeRich(home.directory, { pages: about("tickets", ...Array.from({ length: 300 }, (_, n) => ({ name: `Ticket <${n}>`, text: "x".repeat(2_000) }))) });
    const names = readdirSync(join(receipt.path, "tickets"));
    expect(names).to.have.length.greaterThan(1);
    const text = names.map((name) => words(page(receipt, `tickets/${name}`))).join(" ");
    for (let n = 0; n < 300; n++) expect(text).to.contain(`Ticket <${n}>`);
    expect(words(page(receipt))).to.contain("Records 1 to ");
    expect(page(receipt).length).to.be.lessThan(40_000);
  });

  it("link only to files that are there", async () => {
    const receipt = await writeRich(home.directory, { pages: richPages(20) });
    const all = new Set(readdirSync(receipt.path, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/")));
    for (const name of [...all].filter((each) => each.endsWith(".html"))) {
      const source = page(receipt, name);
      for (const [, target = ""] of source.matchAll(/\shref="([^"]*)"/g)) {
        const [file = "", anchor] = target.split("#");
        const path = file === "" ? name : join(name, "..", file).replaceAll("\\", "/");
        expect(all.has(path), `${name} links to ${target}`).to.equal(true);
        if (anchor !== undefined) expect(page(receipt, path)).to.contain(`id="${anchor}"`);
      }
      expect(source, name).not.to.match(/\s(?:src|srcset|action|style|on\w+)=/);
    }
  });

  it("are in the request's language, and mark what is not", async () => {
    const receipt = await writeRich(home.directory, { header: richHeader({ language: "de-AT", gaps: GAPS }) });
    const index = page(receipt);
    expect(index).to.contain('<html lang="de">').and.to.contain('<span lang="en">What contacts hold.</span>').and.to.contain('<span lang="en">anonymous visitors');
    const text = words(index);
    for (const shown of ["Personenbezogene Daten bei Acme Support", "Kontakte (1 Datensatz)", "Was unvollständig ist", "500 von 700 sind enthalten", "Die Berechtigung „Read calls“ würde ihn abdecken.", "6 Beiträge"]) expect(text).to.contain(shown);
    expect(page(receipt, "conversations/1.html")).to.contain('<html lang="de">');
  });

  it("say at the top what was decided about other people and notes, what was taken out, and that free text is not promised", async () => {
    const header = richHeader();
    const withSettings = (otherPeople: "withhold" | "include", notes: "withhold" | "include") => ({ ...header, request: { ...header.request, settings: { otherPeople, notes, connector: {} } } });
    const record = (redactions: Redaction[]): CollectedRecord => ({ ...sampleRecord("contacts", "c1", { name: "x" }), redactions });
    const pages = () => stream(samplePage([record([{ rule: "teammate", count: 2 }, { rule: "odd", count: 1 }]), record([{ rule: "teammate", count: 40 }])]), samplePage([{ ...record([{ rule: "teammate", count: 1 }]), id: "c2" }]));
    const careful = await writeRich(home.directory, { header, pages: pages() });
    const text = words(page(careful));
    expect(text).to.contain("Other people, and notes of the staff What concerns other people was taken out of the records: Taken out for another reason: 1 place Members of the staff, shown as “teammate 1” and so on: 3 places People whom a record does not name anywhere else may still be mentioned in its free text.");
    expect(text.indexOf("Other people, and notes")).to.be.lessThan(text.indexOf("Contents"));
    expect(readFileSync(join(careful.path, "statement.txt"), "utf8")).to.contain("  - Members of the staff, shown as “teammate 1” and so on: 3 places\n");
    expect(JSON.parse(readFileSync(join(careful.path, "manifest.json"), "utf8"))).to.deep.include({ disclosure: { otherPeople: "withhold", notes: "include" }, redactions: careful.redactions });
    expect(careful.redactions).to.deep.equal([{ rule: "odd", count: 1 }, { rule: "teammate", count: 3 }]);
    expect(JSON.parse(readFileSync(join(careful.path, "contacts.json"), "utf8"))[0].redactions).to.deep.equal([{ rule: "teammate", count: 2 }, { rule: "odd", count: 1 }]);
    const open = words(page(await writeRich(home.directory, { header: withSettings("include", "withhold"), pages: stream() })));
    expect(open).to.contain("By decision of the company, what its staff noted down among themselves is withheld. By decision of the company, what concerns other people was left in the records.").and.not.to.contain("may still be mentioned");
  });

  it("say first where the data is not from the vendor itself", async () => {
    const header = richHeader();
    const text = words(page(await writeRich(home.directory, { header: { ...header, request: { ...header.request, vendorsOwn: false } } })));
    expect(text.indexOf("made from a test system")).to.be.greaterThan(0).and.to.be.lessThan(text.indexOf("About this package"));
  });

  it("name some of ten thousand gaps and count the rest", async () => {
    const gaps = Array.from({ length: 10_000 }, (_, n) => ({ category: "conversations", code: "PARTS_CAPPED", id: `${n}`, have: 500, of: 501 + n }));
    const text = words(page(await writeRich(home.directory, { header: richHeader({ gaps }), pages: stream(samplePage([conversation(1, 1)])) })));
    expect(text).to.contain("9,900 more are listed in manifest.json.");
  });
});

/** Text nodes outside scripts and style sheets; what stands apart on the page stands apart here. */
function textIn(node: { readonly type: string; readonly name?: string; readonly data?: string; readonly children?: readonly unknown[] }): string {
  if (node.type === "text") return node.data ?? "";
  if (node.type === "script" || node.type === "style" || node.name === "title") return "";
  const inner = (node.children ?? []).map((child) => textIn(child as typeof node)).join("");
  return ["span", "b", "strong", "a", "bdi"].includes(node.name ?? "") ? inner : ` ${inner} `;
}
