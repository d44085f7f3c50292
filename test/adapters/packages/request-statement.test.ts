import { expect } from "chai";
import { requestStatement } from "../../../adapters/packages/request-statement.js";
import type { StatementSubject } from "../../../core/host-ports.js";
import type { RequestState } from "../../../core/request.js";
import type { AccessResult, DeletionResult } from "../../../core/results.js";
import { sampleConnection, sampleRequest, withReference } from "../journal/samples.js";
import { MANIFEST } from "./rich-package.js";

const HEAD = {
  request: { id: "r1", ref: "T-1", type: "deletion", connector: "memory", connection: "acme", vendorsOwn: true },
  searched: [{ identifier: "email", where: "people/search", at: "2026-01-15T08:59:00.000Z" }],
  matches: [{ id: "MATCH_CANARY", kind: "user", matchedBy: "exact" }],
  nearMatches: [],
  notCovered: [{ category: "calls", scope: "Read calls", reason: "not granted" }],
  dropped: 0,
  loose: [],
  teammate: false,
  apiCalls: 3,
  evidence: null,
  toCome: [],
  keyDestroyedAt: null,
} as const;

const RESIDUALS = [{ code: "RECOVERY_WINDOW", text: "Support can restore it for 7 days." }];

const PLAN = { id: "p", confirm: "c", expiresAt: "2026-01-16T00:00:00.000Z", targets: [], kept: [{ category: "company", id: "KEPT_CANARY", reason: "it is not the person's own" }], unseen: [{ category: "tickets", scope: "Read tickets" }], warnings: [], estimate: { calls: 1, seconds: 1 }, choices: { exclude: [{ id: "EXCLUDED_CANARY", reason: "REASON_CANARY" }] } } as const;

const target = (id: string, outcome: DeletionResult["targets"][number]["outcome"], verifiedAbsentAt?: string) => ({ category: "contact", id, outcome, ...(verifiedAbsentAt === undefined ? {} : { verifiedAbsentAt }) });

const deletion = (changes: Partial<DeletionResult> = {}): DeletionResult => ({ ...HEAD, outcome: "verified", gaps: [], plan: PLAN as unknown as DeletionResult["plan"], targets: [target("TARGET_CANARY", "deleted", "2026-01-15T09:10:00.000Z"), target("b", "deleted", "2026-01-15T09:12:00.000Z"), target("c", "already_absent", "2026-01-15T09:11:00.000Z")], residuals: RESIDUALS, laterLooks: [], ...changes });

const PACKAGE = { path: "p", sha256: "0".repeat(64), counts: {}, expiresAt: "2026-01-20T09:00:00.000Z", state: "kept" } as const;

const access = (changes: Partial<AccessResult> = {}): AccessResult => ({ ...HEAD, request: { ...HEAD.request, type: "access" }, outcome: "complete", counts: { contacts: 1, notes: 0, attachments: 2 }, gaps: [], readUntil: "2026-01-15T09:00:00.000Z", redactions: [{ rule: "teammate", count: 4 }], package: PACKAGE, ...changes });

const written = (result: StatementSubject["result"], changes: Partial<StatementSubject> = {}, about = {}): string =>
  requestStatement({ request: { ...withReference("T-1", { id: "r1", type: result.request.type }) }, result, manifest: MANIFEST, connection: sampleConnection({ workspace: { id: "w", name: "Acme Support", region: "EU" } }), atMs: Date.UTC(2026, 1, 1), ...changes }, about);

/** What stands under a heading. */
const under = (text: string, heading: string): readonly string[] => {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.endsWith(`. ${heading}`)) + 2;
  const length = lines.slice(from).indexOf("");
  return lines.slice(from, length === -1 ? undefined : from + length);
};

describe("the statement of a request", () => {
  it("names an account that has no name by its id, and one whose name is not known any more", () => {
    for (const name of [{ name: "" }, { name: " " }, {}]) {
      const text = written(deletion(), { connection: { workspace: { id: "w1", region: "EU", ...name } } });
      expect(text).to.contain(", w1 (EU)\n");
      expect(text.includes("\nCompany: w1\n")).to.equal("name" in name);
    }
  });

  it("says of a deletion what was deleted, seen to be gone, what remains and for how long, and what was not looked at", () => {
    const text = written(deletion());
    for (const line of [
      "Statement on a request for erasure of personal data",
      "What was to be deleted is not there any more.",
      "  - The email address, in people/search, on 2026-01-15 08:59:00 UTC",
      "1 record of the person was found.",
      "  - Contacts of Memory: 2 records. The system deleted them, and they were not there any more afterwards. As of 2026-01-15 09:12:00 UTC.",
      "  - Contacts of Memory: 1 record. They were not there any more before anything was deleted. As of 2026-01-15 09:11:00 UTC.",
      "  - Support can restore it for 7 days.",
      "  - Company (1 record): it is not the person's own.",
      "  - 1 record was left out of the deletion by decision of the company.",
      "  - Calls of Memory: The permission to read it was not granted. The permission “Read calls” would cover it.",
      "  - Tickets of Memory: The permission to read it was not granted. The permission “Read tickets” would cover it.",
      "It describes what the system showed up to 2026-01-15 09:12:00 UTC to this request",
    ]) expect(text).to.contain(line);
  });

  it("says of what a deletion did not come to that nothing was done about it, and of nothing else", () => {
    const untouched = { ...target("d", "unknown"), untouched: true } as const;
    const text = written(deletion({ outcome: "partial", targets: [target("a", "deleted", "2026-01-15T09:10:00.000Z"), target("b", "unknown"), untouched, { ...untouched, outcome: "not_deleted", id: "e" }] }));
    expect(text).to.contain("  - Contacts of Memory: 2 records. Nothing was done about them.").and.to.contain("  - Contacts of Memory: 1 record. It is not known yet whether they are gone.").and.to.not.contain("were not deleted");
    expect(written(deletion({ outcome: "partial", targets: [untouched] }), { language: "de" })).to.contain("Mit ihnen ist nichts geschehen.");
  });

  it("names among what remains whatever is not known to be gone, and among what was deleted nothing of it", () => {
    const untouched = { ...target("d", "not_deleted"), untouched: true } as const;
    const rest = deletion({ outcome: "needs_attention", plan: { ...PLAN, kept: [], choices: {} } as unknown as DeletionResult["plan"], residuals: [], targets: [target("a", "not_deleted"), target("b", "unknown"), untouched] });
    const text = written(rest);
    expect(under(text, "What was deleted")).to.deep.equal(["Nothing of what was to be deleted is known to be gone."]);
    expect(under(text, "What remains, and for how long")).to.deep.equal(["  - Contacts of Memory: 1 record. They were not deleted.", "  - Contacts of Memory: 1 record. It is not known yet whether they are gone.", "  - Contacts of Memory: 1 record. Nothing was done about them."]);
    const german = written(rest, { language: "de" });
    expect(under(german, "Was gelöscht wurde")).to.deep.equal(["Von nichts, was gelöscht werden sollte, ist bekannt, dass es nicht mehr da ist."]);
    expect(under(german, "Was bleibt und wie lange")).to.have.length(3).and.not.to.contain("Es ist nichts bekannt, was bleibt.");
    const gone = written({ ...rest, outcome: "verified", targets: [target("a", "deleted", "2026-01-15T09:10:00.000Z")] });
    expect(under(gone, "What remains, and for how long")).to.deep.equal(["Nothing is known to remain."]);
  });

  it("names among what remains what a later look saw there again", () => {
    const look = { at: "2026-01-16T09:00:00.000Z", outcome: "back", shown: [{ id: "new", kind: "user", answer: "present" }, { id: "old", kind: "user", answer: "absent" }], gaps: [] } as const;
    const back = deletion({ outcome: "needs_attention", plan: { ...PLAN, kept: [], choices: {} } as unknown as DeletionResult["plan"], residuals: [], laterLooks: [look] });
    expect(under(written(back), "What remains, and for how long")).to.deep.equal(["  - 1 record was there again when the person was last looked for."]);
    expect(under(written(back, { language: "de" }), "Was bleibt und wie lange")).to.deep.equal(["  - 1 Datensatz war wieder da, als die Person zuletzt gesucht wurde."]);
  });

  it("says of a deletion that the system's lists were not whole, and nothing of that where they were", () => {
    const warnings = [{ code: "RELATED_INCOMPLETE" }];
    const gap = { category: "contacts", code: "COUNT_MISMATCH", have: 2, of: 3 };
    expect(written(deletion())).to.not.contain("What is incomplete");
    const found = written(deletion({ gaps: [gap] }));
    expect(found).to.contain("What is incomplete").and.to.match(/handed out fewer records than it counts.*2 of 3/).and.to.not.contain("hangs on the records");
    const hanging = written(deletion({ plan: { ...PLAN, warnings } as unknown as DeletionResult["plan"] }));
    expect(hanging).to.contain("What is incomplete").and.to.contain("  - Of what hangs on the records the system handed out less than it counts, or not every kind.").and.to.not.contain("No failure");
    const numbered = written(deletion({ plan: { ...PLAN, warnings: [{ code: "RELATED_INCOMPLETE", category: "conversations", gap: "COUNT_MISMATCH", have: 1, of: 99 }, { code: "RELATED_INCOMPLETE", category: "custom_objects", gap: "TYPE_NOT_READ", id: "Gadget" }] } as unknown as DeletionResult["plan"] }));
    expect(numbered).to.match(/handed out fewer records than it counts.*1 of 99/).and.to.contain("Objects of one type could not be asked for.");
  });

  it("says how many of what hung on the person's records went with them, how many could still be read, and how many stay for which reason", () => {
    const still = (category: string, id: string) => ({ code: "STILL_READABLE", category, id, text: "x" });
    const kept = [{ category: "ticket", id: "t1", reason: "others are on it" }, { category: "ticket", id: "t2", reason: "others are on it" }, { category: "ticket", id: "t3", reason: "it is needed" }, { category: "company", reason: "it is not the person's own" }];
    const seen = (category: string, id: string, state: "present" | "absent" | "unknown", lookedAt?: string) => ({ category, id, state, ...(lookedAt === undefined ? {} : { lookedAt }) });
    const dependents = [seen("conversation", "1", "absent", "2026-01-15T09:20:00.000Z"), seen("conversation", "2", "absent", "2026-01-15T09:30:00.000Z"), seen("conversation", "3", "present", "2026-01-15T09:25:00.000Z"), seen("ticket", "t1", "unknown")];
    const text = written(deletion({ plan: { ...PLAN, kept } as unknown as DeletionResult["plan"], dependents, residuals: [...RESIDUALS, still("conversation", "3"), still("ticket", "t1"), still("ticket", "t2")] }));
    const lines = text.split("\n");
    for (const line of [
      "  - Conversations of Memory: 2 records. They hung on the records of the person, were not deleted one by one, and were not there any more when they were read. As of 2026-01-15 09:30:00 UTC.",
      "  - Conversations of Memory (1 record): They could still be read after the person's own records were gone.",
      "  - Tickets of Memory (2 records): They could still be read after the person's own records were gone.",
      "  - Tickets of Memory (2 records): others are on it.",
      "  - Tickets of Memory (1 record): it is needed.",
      "  - Company: it is not the person's own.",
      "  - Support can restore it for 7 days.",
    ]) expect(lines.filter((each) => each === line), line).to.have.length(1);
    expect(text).to.contain("showed up to 2026-01-15 09:30:00 UTC").and.not.to.match(/\bt[123]\b/);
    expect(lines.filter((line) => line.includes("hung on"))).to.have.length(1);
  });

  it("says once how many records the company left out, and nothing of what an operator noted down about them", () => {
    const exclude = ["x1", "x2", "x3"].map((id) => ({ id, reason: "REASON_CANARY" }));
    const kept = [...exclude.map((each) => ({ category: "contact", ...each })), { category: "contact", id: "x4", reason: "not chosen" }, { category: "ticket", id: "t1", reason: "others are on it" }];
    const plan = { ...PLAN, kept, choices: { exclude: [...exclude, exclude[0]] } } as unknown as DeletionResult["plan"];
    const shown = (language: string) => written(deletion({ plan }), { language });
    expect(shown("en").match(/left out of the deletion/g)).to.have.length(1);
    expect(shown("en")).to.contain("  - 4 records were left out of the deletion by decision of the company.\n").and.to.contain("others are on it").and.not.to.contain("CANARY").and.not.to.contain("not chosen");
    expect(shown("de")).to.contain("  - 4 Datensätze wurden nach Entscheidung des Unternehmens nicht gelöscht.\n");
  });

  it("V12: never says that something was destroyed for good, in any state", () => {
    const states: readonly RequestState[] = ["running", "planned", "complete", "complete_with_gaps", "nothing_found", "verified", "awaiting_verification", "partial", "parked", "needs_attention", "refused", "cancelled"];
    for (const language of ["en", "de"]) for (const outcome of states) for (const result of [deletion({ outcome }), access({ outcome })]) expect(written(result, { language }), outcome).not.to.match(/permanent|destroyed|for good|irreversib|endgültig|vernichtet|unwiderruflich/i);
  });

  it("claims no deletion where there was none: planned, nothing found, not known, not deleted", () => {
    const planned = written(deletion({ outcome: "planned", targets: [], residuals: [] }));
    expect(planned).to.contain("Nothing was deleted.").and.to.contain("Whatever the system holds is as it was.").and.not.to.contain("not the person's own");
    const nobody = written(deletion({ outcome: "nothing_found", matches: [], targets: [], residuals: [], plan: null }));
    expect(nobody).to.contain("No record of the person was found.").and.not.to.contain("0 record");
    const doubtful = written(deletion({ outcome: "partial", targets: [target("a", "unknown"), target("b", "not_deleted"), target("c", "deleted", "2026-01-15T09:12:00.000Z")] }));
    expect(doubtful).to.contain("1 record. It is not known yet whether they are gone.\n").and.to.contain("1 record. They were not deleted.\n").and.to.contain("Some of what was to be deleted is not there any more, and some is.");
  });

  it("tells of what an earlier plan was about, and of a deletion of which nothing is gone, what they are", () => {
    const left = { ...target("b", "not_deleted"), untouched: true } as const;
    const text = written(deletion({ targets: [target("a", "deleted", "2026-01-15T09:10:00.000Z"), left, target("c", "not_deleted")] }));
    expect(text).to.contain("  - Contacts of Memory: 2 records. An earlier plan alone was about them; they were not deleted.").and.to.not.contain("By the plan, which");
    const nothing = written(deletion({ outcome: "partial", targets: [target("a", "unknown"), left] }));
    expect(nothing).to.contain("Nothing of what was to be deleted is known to be gone.").and.to.contain("1 record. Nothing was done about them.").and.to.not.contain("Some of what").and.to.not.contain("earlier plan");
  });

  it("says of an access without a package that there is none, and that not everything may have been read", () => {
    const none = "There is no package: counted is what was read, and there may be more.";
    for (const outcome of ["cancelled", "parked", "running"] as const) expect(written(access({ outcome, package: null, redactions: [] })), outcome).to.contain(none).and.to.not.contain("What concerns other people");
    expect(written(access({ outcome: "parked", package: null, redactions: [] }), { language: "de" })).to.contain("Gezählt ist, was gelesen wurde, und es kann mehr geben.");
    for (const outcome of ["complete", "complete_with_gaps", "cancelled", "parked"] as const) expect(written(access({ outcome })), outcome).to.contain("What concerns other people").and.to.not.contain("There is no package");
  });

  it("says before anything was searched that nobody knows what the system holds, and that nothing was looked at", () => {
    const before = { searched: [], matches: [], notCovered: [] };
    for (const outcome of ["running", "parked", "needs_attention", "refused", "cancelled"] as const) {
      for (const result of [access({ outcome, ...before, counts: {}, readUntil: null, redactions: [], package: null }), deletion({ outcome, ...before, targets: [], plan: null, residuals: [] })]) {
        const text = written(result);
        expect(under(text, "What was found")).to.deep.equal(["Whether the system holds anything of the person is not known."]);
        expect(under(text, "What was not looked at")).to.deep.equal(["No area was looked at."]);
        expect(under(text, "What this statement says and what it does not")).to.deep.equal(["The system has shown nothing to this request. What it holds, this statement does not say."]);
        const german = written(result, { language: "de" });
        expect(under(german, "Was gefunden wurde")).to.deep.equal(["Ob das System etwas von der Person enthält, ist nicht bekannt."]);
        expect(under(german, "Was nicht angesehen wurde")).to.deep.equal(["Es wurde kein Bereich angesehen."]);
        expect(german).to.contain("Das System hat auf diesen Antrag nichts gezeigt.");
      }
    }
  });

  it("counts what only carries the person's address as found, too, before any of it was read", () => {
    const loose = [{ category: "conversations", id: "1", as: "author", matchedBy: "exact" }] as const;
    expect(under(written(access({ outcome: "parked", matches: [], loose, counts: {}, redactions: [], package: null })), "What was found")).to.deep.equal([
      "1 record was found that carries the person's address and belongs to no record of the person themselves.",
      "There is no package: counted is what was read, and there may be more.",
    ]);
  });

  it("tells of an access up to when it was read, not only up to when it was searched", () => {
    expect(written(access({ readUntil: "2026-01-15T11:00:00.000Z" }))).to.contain("showed up to 2026-01-15 11:00:00 UTC");
  });

  it("announces nothing that was taken out where nothing was", () => {
    const none = written(access({ redactions: [] }));
    expect(under(none, "Other people, and notes of the staff")[0]).to.equal("What concerns other people is taken out of records; in these nothing was found to take out.");
    expect(under(written(access({ redactions: [] }), { language: "de" }), "Andere Personen und Notizen des Personals")[0]).to.equal("Was andere Personen betrifft, wird aus Datensätzen entfernt; in diesen war nichts zu entfernen.");
  });

  it("tells of what was to stay and went along that it is gone, and not that it stays", () => {
    const dependent = { category: "company", id: "KEPT_CANARY", lookedAt: "2026-01-15T09:12:00.000Z" } as const;
    expect(written(deletion({ dependents: [{ ...dependent, state: "present" }] }))).to.contain("it is not the person's own.");
    expect(written(deletion({ dependents: [{ ...dependent, state: "absent" }] }))).to.contain("  - Company: 1 record. They hung on the records of the person").and.to.not.contain("it is not the person's own.");
  });

  it("tells why something stays as the plan's word where not all of it was carried out", () => {
    const line = "it is not the person's own.";
    for (const outcome of ["unknown", "not_deleted"] as const) {
      const text = written(deletion({ outcome: "cancelled", targets: [target("a", "deleted", "2026-01-15T09:10:00.000Z"), target("b", outcome)], residuals: [{ code: "NOT_LOOKED_AT", category: "company", id: "co", text: "" }] }));
      expect(text, outcome).to.contain(`  - Company (1 record): By the plan, which was not carried out whole: ${line}`).and.to.contain("  - Company (1 record): The request was cancelled before anybody looked at what became of them.");
    }
    expect(written(deletion())).to.contain(`  - Company (1 record): ${line}`);
  });

  it("says what looking for the person again, days later, came to", () => {
    const at = "2026-01-16T09:00:00.000Z";
    const again = written(deletion({ laterLooks: [{ at, outcome: "absent", shown: [], gaps: [] }] }));
    expect(again).to.contain("The person was looked for again on 2026-01-16 09:00:00 UTC, and was not there.").and.to.contain("showed up to 2026-01-16 09:00:00 UTC");
    expect(written(deletion({ outcome: "needs_attention", laterLooks: [{ at, outcome: "back", shown: [], gaps: [] }] }))).to.contain("was there again: something has created them anew");
    const back = (...ids: readonly string[]) => written(deletion({ outcome: "needs_attention", laterLooks: [{ at, outcome: "back", shown: ids.map((id) => ({ id, kind: "user", answer: id === "b" ? "absent" : "present" })), gaps: [] }] }));
    expect(back("b", "new")).to.contain("was there again: something has created them anew");
    expect(back("TARGET_CANARY", "b")).to.contain("was there again, as the same records: they were restored, or had only been hidden.").and.not.to.contain("anew");
    expect(back("TARGET_CANARY", "new")).to.contain("which were restored, or had only been hidden; the rest has been created anew.").and.not.to.contain("something has created");
    expect(written(deletion({ laterLooks: [{ at, outcome: "incomplete", shown: [], gaps: [] }] }))).to.contain("and was not seen; the system handed out less than it counts").and.not.to.contain("and was not there");
    const besides = (outcome: "absent" | "incomplete", language: string) => written(deletion({ laterLooks: [{ at, outcome, besides: true, shown: [], gaps: [] }] }), { language });
    expect(besides("absent", "en")).to.contain("and nothing was there besides what was not to be deleted.");
    expect(besides("incomplete", "en")).to.contain("and nothing was seen besides what was not to be deleted; the system handed out less");
    expect(besides("absent", "de")).to.contain("außer dem, was nicht gelöscht werden sollte, war nichts da.").and.not.to.contain("und war nicht da");
    expect(written(deletion({ laterLooks: [{ at, outcome: "missed", shown: [], gaps: [] }] }))).to.contain("which was not possible").and.to.contain("showed up to 2026-01-15 09:12:00 UTC");
  });

  it("says of an access what was found, taken out and missing", () => {
    const text = written(access({ outcome: "complete_with_gaps", gaps: [{ category: "notes", code: "COUNT_MISMATCH", have: 1, of: 3 }] }));
    for (const line of ["Statement on a request for access", "  - Contacts of Memory: 1 record\n", "  - Notes of Memory: 0 records (incomplete)\n", "  - Attached files: 2\n", "1 of 3 are included, 2 are missing. (COUNT_MISMATCH)", "Members of the staff, shown as “teammate 1” and so on: 4 places", "What the company adds (GDPR Art. 15(1) and (2))"]) expect(text).to.contain(line);
  });

  it("asks the company for less where nobody was found", () => {
    const text = written(access({ outcome: "nothing_found", matches: [], counts: {}, redactions: [] }));
    expect(text.match(/\(to be filled in by the company\)/g)).to.have.length(2);
    expect(text).to.contain("No record of the person was found.").and.not.to.contain("Nothing was found here").and.not.to.contain("taken out");
  });

  it("says of nobody found what the system counts and did not hand out", () => {
    const text = written(access({ outcome: "complete_with_gaps", matches: [], counts: {}, redactions: [], gaps: [{ category: "contacts", code: "COUNT_MISMATCH", have: 0, of: 3 }] }));
    expect(text).to.contain("The system handed out fewer records than it counts. 0 of 3 are included, 3 are missing. (COUNT_MISMATCH)").and.not.to.contain("taken out");
  });

  it("counts what carries the person's address and hangs on no record of theirs as found", () => {
    const loose = ["1", "2"].map((id) => ({ category: "conversations", id, as: "author", matchedBy: "exact" }) as const);
    const gone = written(deletion({ matches: [], loose, targets: [{ ...target("1", "deleted"), category: "conversation" }] }));
    expect(gone).to.contain("2 records were found that carry the person's address and belong to no record of the person themselves.").and.not.to.contain("No record");
    expect(written(deletion({ loose: loose.slice(1) }))).to.contain("1 record of the person was found.\n1 record was found that carries the person's address and belongs to no record");
    const read = written(access({ matches: [], loose, counts: { conversations: 2 } }));
    expect(read).to.contain("No record of the person themselves was found. What else carries their address:\n  - Conversations of Memory: 2 records\n").and.to.contain("shown as “teammate 1” and so on: 4 places").and.not.to.contain("0 records");
    expect(read.match(/\(to be filled in by the company\)/g)).to.have.length(9);
  });

  it("tells what only the search showed as gone before, not as deleted, unless it is there after all", () => {
    const warnings = [{ code: "CHANGED_DURING_RUN", id: "g1" }, { code: "CHANGED_DURING_RUN", id: "g2" }, { code: "OPEN_CONVERSATION", id: "g3" }];
    const dependents = [["g1", "absent"], ["g2", "present"], ["g3", "absent"]].map(([id = "", state]) => ({ category: "conversation", id, state: state as "absent" | "present" }));
    const text = written(deletion({ plan: { ...PLAN, warnings } as unknown as DeletionResult["plan"], dependents }));
    expect(text).to.contain("1 record that the search showed was not there any more when it was read, before anything was deleted.").and.to.contain("  - Conversations of Memory: 1 record. They hung on");
  });

  it("points to no file of a package where it tells some of many gaps", () => {
    const gaps = Array.from({ length: 130 }, (_, n) => ({ category: "conversations", code: "PARTS_CAPPED", id: String(n), have: 500, of: 501 + n }));
    for (const text of [written(access({ gaps, package: null, outcome: "cancelled" })), written(deletion({ gaps }))]) expect(text).to.contain("30 more are not listed here.").and.not.to.contain("manifest.json");
  });

  it("says so where nothing was searched yet, and where the connection was forgotten since", () => {
    const text = written(deletion({ outcome: "parked", searched: [], matches: [], targets: [], plan: null, residuals: [] }), { connection: undefined });
    expect(text).to.contain("Nothing was searched yet.").and.to.contain("System: Memory\n").and.not.to.contain("Company:");
  });

  it("holds no id of a record, and nothing that an operator noted down", () => {
    for (const result of [deletion(), access()]) expect(written(result)).not.to.contain("CANARY");
  });

  it("is in the request's language or in the one that is asked for, with what the company says in it", () => {
    const about = { contact: { en: "Ask Ann.", de: "Fragen Sie Anna." }, company: { en: "Acme Ltd", de: "Acme GmbH" } };
    const german = written(deletion(), { language: "de-AT" }, about);
    for (const shown of ["Erklärung zu einem Antrag auf Löschung", "Unternehmen: Acme GmbH", "Kontakte: 2 Datensätze. Das System hat sie gelöscht", "Fragen Sie Anna."]) expect(german).to.contain(shown);
    const own = sampleRequest({ id: "r1", type: "deletion", context: { receivedAt: "2026-01-14T00:00:00.000Z", law: "gdpr", language: "de" } });
    expect(written(deletion(), { request: own }, about)).to.contain("Acme GmbH");
    expect(written(deletion(), { request: own, language: "en" }, about)).to.contain("Acme Ltd").and.to.contain("Ask Ann.");
  });

  it("says first where the vendor's own API was not asked", () => {
    expect(written(deletion(), { request: sampleRequest({ vendorsOwn: false, type: "deletion" }) })).to.contain("This statement was made from a test system or through an intermediary");
  });

  it("S14: takes no line from what a vendor or a manifest wrote", () => {
    const forged = "X\n\n4. What was deleted\n- Everything\u2028- all\r";
    const text = written(deletion({ residuals: [{ code: "X", text: forged }], notCovered: [{ category: "x", scope: forged, reason: forged }], searched: [{ identifier: forged, where: forged, at: "2026-01-15T08:59:00.000Z" }] }), { manifest: { ...MANIFEST, dataCategories: MANIFEST.dataCategories.map((category) => ({ ...category, label: forged })) } });
    expect(text.match(/^\d\. /gm)).to.have.length(8);
    expect(text).not.to.match(/^- (?:Everything|all)/m).and.not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/);
  });
});
