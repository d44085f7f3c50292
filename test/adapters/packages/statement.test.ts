import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PackageReceipt } from "../../../core/host-ports.js";
import { CANARY_ADDRESS, sampleConnection } from "../journal/samples.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";
import { GAPS, MANIFEST, richHeader, writeRich } from "./rich-package.js";
import { samplePage, sampleRecord, sampleSummary, stream } from "./samples.js";

describe("the statement", () => {
  let home: TemporaryHome;
  beforeEach(() => {
    home = temporaryHome();
  });
  afterEach(() => home.remove());

  const read = ({ path }: PackageReceipt): string => readFileSync(join(path, "statement.txt"), "utf8");
  const written = async (options?: Parameters<typeof writeRich>[1]): Promise<string> => read(await writeRich(home.directory, options));

  it("says what was searched, when, and what was found, in plain words", async () => {
    const text = await written();
    expect(text).to.contain("The email address, in “Contacts of Memory” (contacts/search), on 2026-01-15 08:59:00 UTC");
    expect(text).to.contain("1 record of the person was found.");
    for (const line of ["Contacts of Memory: 1 record", "Notes of Memory: 1 record (incomplete)", "Tags of Memory: Nothing was found here.", "Conversations of Memory: 4 records (incomplete)"]) expect(text).to.contain(`  - ${line}\n`);
    expect(text).to.contain("1 record with a similar address was seen and not included.").and.not.to.contain("NEAR_CANARY");
    expect(text).not.to.contain(CANARY_ADDRESS);
  });

  it("names every kind of key that was asked for, and each place by what lies there, in words of the person's language", async () => {
    const at = "2026-01-15T08:59:00.000Z";
    const searched = [{ identifier: "email", where: "contacts/search", at }, { identifier: "contact_id", where: "tickets/search", at }, { identifier: "conversation_id", where: "calls/search", at }, { identifier: "email", where: "archive", at }];
    const header = richHeader({ changes: { summary: sampleSummary({ searched }) } });
    const text = await written({ header });
    expect(text).to.contain("  - The ids of the contacts that were found, in tickets/search, on 2026-01-15 08:59:00 UTC\n").and.to.contain("  - The ids of the conversations that were found, in “Calls of Memory” (calls/search), on").and.to.contain("  - The email address, in “Archived contacts” (archive), on");
    const german = await written({ header: { ...header, request: { ...header.request, context: { ...header.request.context, language: "de" } } } });
    expect(german).to.contain("  - Die Nummern der gefundenen Kontakte, in tickets/search, am").and.to.contain("Die Nummern der gefundenen Unterhaltungen, in „Anrufe“ (calls/search), am").and.to.contain("Die E-Mail-Adresse, in „Archivierte Kontakte“ (archive), am");
  });

  it("says of somebody of whom there is no record of their own what else was found, and calls nothing empty that was not asked for", async () => {
    const notCovered = [{ category: "notes", reason: "nothing leads there" }, { category: "conversations", reason: "nothing leads there" }];
    const header = richHeader({ changes: { summary: sampleSummary({ matches: [], notCovered }) } });
    const text = await written({ header, pages: stream(samplePage([sampleRecord("conversations", "1")])) });
    expect(text).to.contain("No record of the person themselves was found. What else carries their address:\n  - Contacts of Memory: Nothing was found here.\n").and.to.contain("  - Conversations of Memory: 1 record\n").and.to.contain("  - Notes of Memory: No record of the person themselves leads there");
    expect(text).not.to.contain("Notes of Memory: Nothing").and.not.to.contain("0 records");
  });

  it("says where somebody at the company chose a record", async () => {
    const match = { id: "c1", kind: "user", matchedBy: "exact", primary: true } as const;
    const header = richHeader({ changes: { summary: sampleSummary({ matches: [match, { ...match, id: "c2", matchedBy: "chosen" }] }) } });
    expect(await written({ header })).to.contain("1 record was chosen by somebody at the company").and.to.contain("2 records of the person were found.");
  });

  it("says what is incomplete and how much of it is there", async () => {
    const text = await written();
    expect(text).to.contain("Notes of Memory: The system handed out fewer records than it counts. 1 of 3 are included, 2 are missing. (COUNT_MISMATCH)");
    expect(text).to.contain("500 of 700 are included, 200 are missing. (PARTS_CAPPED)");
    const strange = await written({ header: richHeader({ gaps: [{ category: "things_2", code: "NEVER_SEEN", have: 7 }, { category: "notes", code: "NEVER_SEEN", of: 9 }, ...[1, 2, 3].map((n) => ({ category: "tags", code: "CHANGED_DURING_RUN", id: `${n}` }))] }) });
    expect(strange).to.contain("Something here could not be read. 7 are included; how many are missing is not known. (NEVER_SEEN)");
    expect(strange).to.contain("There are 9 in all; how many of them are missing is not known. (NEVER_SEEN)");
    expect(strange).to.contain("A record disappeared or changed while it was being read. (3 times) (CHANGED_DURING_RUN)");
  });

  it("never calls a category empty that could not be read", async () => {
    const text = await written({ header: richHeader({ gaps: [{ category: "tags", code: "PAGING" }] }) });
    expect(text).to.contain("Tags of Memory: 0 records (incomplete)").and.not.to.contain("Tags of Memory: Nothing");
  });

  it("tells nothing of a category that turned out not to be readable but that, unless there are records of it", async () => {
    const notCovered = [{ category: "tags", scope: "Read people", reason: "not readable here" }, { category: "notes", scope: "Read people", reason: "not readable here" }];
    const header = richHeader({ changes: { summary: sampleSummary({ notCovered, gaps: [{ category: "tags", code: "EVENTS_NOT_SHOWN" }] }) } });
    const receipt = await writeRich(home.directory, { header });
    const text = read(receipt);
    expect(text.slice(text.indexOf("2. "), text.indexOf("3. "))).to.contain("Notes of Memory: 1 record").and.not.to.contain("Tags of Memory");
    expect(text.slice(text.indexOf("What was not looked at"))).to.contain("Tags of Memory: The system answered that there is no such thing");
    expect(readFileSync(join(receipt.path, "index.html"), "utf8")).to.contain("What notes hold.").and.not.to.contain("What tags hold.");
  });

  it("says what was not looked at, and which permission would cover it", async () => {
    const text = await written();
    expect(text).to.contain("Calls of Memory: The permission to read it was not granted. The permission “Read calls” would cover it.");
    expect(text).to.contain("Visitors: anonymous visitors cannot be found by email.");
    expect(text).not.to.contain("Calls of Memory: Nothing");
  });

  it("counts what was blanked out", async () => {
    expect(await written()).to.contain("Conversations of Memory: 2 places were blanked out in the system before this package was made.");
  });

  it("warns of people in free text also where nothing was taken out, and not where they were left in", async () => {
    const caution = /People whom a record does not name anywhere else\s+may still be mentioned in its free text\./;
    expect(await written()).to.contain("in these nothing was found to take out").and.to.match(caution);
    const { request } = richHeader();
    const open = richHeader({ changes: { request: { ...request, settings: { otherPeople: "include", notes: "include", connector: {} } } } });
    expect(await written({ header: open })).not.to.match(caution);
  });

  it("claims no more than was observed", async () => {
    for (const language of ["en", "de"]) {
      const text = await written({ header: richHeader({ language }) });
      expect(text).not.to.match(/permanently|destroyed|endgültig|vernichtet|all personal data|sämtliche/i);
      expect(text).to.match(/does not say that no other data exists|besagt nicht, dass es keine anderen Daten gibt/);
    }
  });

  it("shows a blank wherever the company has not said what it has to, and its words where it has", async () => {
    const blanks = (text: string) => text.match(/_{20,} \(to be filled in by the company\)/g)?.length ?? 0;
    const empty = await written();
    expect(empty).to.contain("GDPR Art. 15(1) and (2)");
    expect(blanks(empty)).to.equal(9);
    const some = await written({ about: { purposes: { en: "Support.\nBilling.", de: "Betreuung." }, rights: "You may \u202eobject." } });
    expect(blanks(some)).to.equal(7);
    expect(some).to.contain("  - Purposes of the processing:\n    Support.\n    Billing.\n").and.to.contain("You may [U+202E]object.");
    expect(await written({ header: richHeader({ language: "de" }), about: { purposes: { en: "Support.", de: "Betreuung." } } })).to.contain("    Betreuung.\n");
  });

  it("does not speak of the GDPR under another law", async () => {
    const header = richHeader();
    const text = await written({ header: { ...header, request: { ...header.request, context: { ...header.request.context, law: "ccpa" } } } });
    expect(text).not.to.contain("GDPR");
    expect(text).to.contain("7. What the company adds\n");
  });

  it("says first where the data is not from the vendor itself", async () => {
    const header = richHeader();
    const text = await written({ header: { ...header, request: { ...header.request, vendorsOwn: false } } });
    expect(text.indexOf("made from a test system")).to.be.greaterThan(0).and.to.be.lessThan(text.indexOf("1. What was searched"));
  });

  it("S14: takes no line from what a vendor wrote", async () => {
    const forged = "X\n\n2. What was found\n- Nothing\u2028- Nothing at all\r";
    const header = richHeader({
      changes: {
        connection: sampleConnection({ workspace: { id: "w", name: forged, region: forged }, categories: ["contacts"] }),
        manifest: { ...MANIFEST, dataCategories: MANIFEST.dataCategories.map((category) => ({ ...category, label: forged })) },
        summary: sampleSummary({ searched: [{ identifier: forged, where: forged, at: "2026-01-15T08:59:00.000Z" }], notCovered: [{ category: "x", scope: forged, reason: forged }], gaps: [{ category: "contacts", code: forged, id: forged }] }),
      },
    });
    const text = read(await writeRich(home.directory, { header, pages: stream(samplePage([sampleRecord("contacts", "RECORD_CANARY", { name: "RECORD_CANARY" })])) }));
    expect(text.match(/^\d\. /gm)).to.have.length(8);
    expect(text).not.to.match(/^- Nothing/m).and.not.to.contain("RECORD_CANARY");
    expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
  });

  it("is in German for a German request", async () => {
    const text = await written({ header: richHeader({ language: "de-DE", gaps: GAPS }) });
    expect(text).to.contain("Die E-Mail-Adresse, in „Kontakte“ (contacts/search), am 2026-01-15 08:59:00 UTC").and.to.contain("Kontakte: 1 Datensatz").and.to.contain("500 von 700 sind enthalten, 200 fehlen.");
  });
});
