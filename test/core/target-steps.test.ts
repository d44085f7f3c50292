import { expect } from "chai";
import { DEFAULT_TIMINGS, replay, type JournalEntry } from "../../core/index.js";
import { nextStep, type Step, type StepInput } from "../../core/target-steps.js";
import { answered, confirmed, declined, ended, intent, looked, planned, settled, START_MS } from "./journal-entries.js";

const ERASE: Step = { do: "erase" };
const LOOK: Step = { do: "look" };
/** When it is left until is looked at on its own. */
const LEAVE = { do: "leave" } as const;
const GIVE_UP: Step = { do: "give_up" };
const NOTHING: Step = { do: "nothing" };
const settle = (outcome: "deleted" | "already_absent" | "not_deleted"): Step => ({ do: "settle", outcome });
const waitUntil = (seconds: number): Step => ({ do: "wait", untilMs: START_MS + seconds * 1000 });

type Row = readonly [title: string, entries: readonly JournalEntry[], step: Step | typeof LEAVE, input?: Partial<Omit<StepInput, "nowMs">> & { readonly now?: number }];

const present = (...seconds: readonly number[]) => seconds.map((s) => looked("present", s));
const unread = (...seconds: readonly number[]) => seconds.map((s): JournalEntry => ({ ...looked("unknown", s), look: { answer: "unknown", again: true } }) as JournalEntry);
const ACKNOWLEDGED = [intent(1), answered(1, "deleted")];
const AGAIN = [...ACKNOWLEDGED, ...present(0, 5, 30, 120, 600), intent(2, undefined, 600), answered(2, "deleted", 600)];
const LOST_ONCE = [intent(1), looked("present")];
const LOST_FOUR_TIMES = [1, 2, 3, 4].flatMap((attempt) => [intent(attempt), looked("present")]);
const STARTED = [intent(1), answered(1, "accepted", 0, "job-1")];
const BY_HAND = { seenAlive: false };
const WITHDRAWN = { mayErase: false };

const TABLE: readonly Row[] = [
  ["an untouched target is deleted", [], ERASE],
  ["a settled target is left alone", [...ACKNOWLEDGED, looked("absent"), settled("deleted")], NOTHING],
  ["a target that was settled as not deleted is left alone, too", [intent(1), answered(1, "not_deleted"), looked("present"), settled("not_deleted")], NOTHING],

  ["V1: a vendor that says it did not delete is asked to show the record", [intent(1), answered(1, "not_deleted")], LOOK],
  ["V1: it is believed when the record is there", [intent(1), answered(1, "not_deleted"), looked("present")], settle("not_deleted")],
  ["V1: it is not believed when the record is gone all the same", [intent(1), answered(1, "not_deleted"), looked("absent")], settle("deleted")],

  ["V2: an acknowledged deletion is looked at, at once", ACKNOWLEDGED, LOOK],
  ["V2: it is deleted when the first look finds nothing", [...ACKNOWLEDGED, looked("absent")], settle("deleted")],
  ["V2: the second look is 5 seconds after the answer", [...ACKNOWLEDGED, ...present(0)], waitUntil(5)],
  ["V2: and is taken then", [...ACKNOWLEDGED, ...present(0)], LOOK, { now: 5 }],
  ["V2: the third look is 30 seconds after the answer", [...ACKNOWLEDGED, ...present(0, 5)], waitUntil(30), { now: 6 }],
  ["V2: the fourth is left to a later run", [...ACKNOWLEDGED, ...present(0, 5, 30)], LEAVE, { now: 30 }],
  ["V2: or waited for, where all looks are", [...ACKNOWLEDGED, ...present(0, 5, 30)], waitUntil(120), { now: 30, waitForAllLooks: true }],
  ["V2: a later run takes it", [...ACKNOWLEDGED, ...present(0, 5, 30), ended("awaiting_verification", 30)], LOOK, { now: 120 }],
  ["V2: the fifth look is 10 minutes after the answer", [...ACKNOWLEDGED, ...present(0, 5, 30, 120)], waitUntil(600), { now: 121, waitForAllLooks: true }],
  ["V2: after the fifth look one more deletion is sent", [...ACKNOWLEDGED, ...present(0, 5, 30, 120, 600)], ERASE, { now: 600 }],
  ["V2: it is looked at, at once", AGAIN, LOOK, { now: 600 }],
  ["V2: it is looked at after 5 seconds", [...AGAIN, ...present(600)], waitUntil(605), { now: 600 }],
  ["V2: a record that is still there is not deleted", [...AGAIN, ...present(600, 605)], settle("not_deleted"), { now: 605 }],
  ["V2: where it was sent at once, since nobody could see the record, it is looked at as often as a first one", [...ACKNOWLEDGED, looked("unknown"), intent(2), answered(2, "deleted"), ...present(0, 5)], waitUntil(30), { now: 5 }],
  ["V2: so is the first that is acknowledged, however often others were looked at whose answers were lost", [...LOST_FOUR_TIMES, intent(5), looked("present"), intent(6), answered(6, "deleted"), ...present(0, 5)], waitUntil(30), { now: 5 }],
  ["V2: a record that the second deletion removed is deleted", [...AGAIN, ...present(600), looked("absent", 605)], settle("deleted"), { now: 605 }],
  ["V2: a record that the second deletion does not find is looked for once more", [...ACKNOWLEDGED, ...present(0, 5, 30, 120, 600), intent(2, undefined, 600), answered(2, "absent", 600)], LOOK, { now: 600 }],
  ["V2: and was deleted by the first one", [...ACKNOWLEDGED, ...present(0, 5, 30, 120, 600), intent(2, undefined, 600), answered(2, "absent", 600), looked("absent", 600)], settle("deleted"), { now: 600 }],
  ["T3: a deletion that is not to be sent again, and whose answer was lost, is looked at, at once", [intent(1)], LOOK, WITHDRAWN],
  ["T3: is deleted where it is gone", [...LOST_ONCE, looked("absent", 5)], settle("deleted"), { ...WITHDRAWN, now: 5 }],
  ["T3: may show so later where it is there", LOST_ONCE, waitUntil(5), { ...WITHDRAWN, now: 4 }],
  ["T3: and is looked at again then", LOST_ONCE, LOOK, { ...WITHDRAWN, now: 5 }],
  ["T3: as often as what was acknowledged", [intent(1), ...present(0, 5, 30)], LEAVE, { ...WITHDRAWN, now: 30 }],
  ["T3: and was not deleted when it is there still", [intent(1), ...present(0, 5, 30, 120, 600)], settle("not_deleted"), { ...WITHDRAWN, now: 600 }],
  ["T3: looks that lie too close together count as one", [intent(1), ...present(0, 1, 2, 3, 4)], waitUntil(5), { ...WITHDRAWN, now: 4 }],
  ["T3: a clock that was set back lets the next look be taken at once, and counts from there", [intent(1), ...present(0, 5)], LOOK, { ...WITHDRAWN, now: -86_400 }],
  ["T3: and not without end", [intent(1), ...present(0, 5, -86_400)], waitUntil(-86_400 + 25), { ...WITHDRAWN, now: -86_400 }],
  ["T3: what nobody sees stays unknown", [intent(1), looked("unknown")], NOTHING, WITHDRAWN],
  ["what was not begun and is not to be deleted is left alone", [], NOTHING, WITHDRAWN],
  ["P7: a clock that was set back lets the next look be taken at once", [...ACKNOWLEDGED, ...present(0)], LOOK, { now: -86_400 }],
  ["P7: and the one after it be counted from that look", [...ACKNOWLEDGED, ...present(0, -86_400)], waitUntil(-86_395), { now: -86_400 }],
  ["P7: however often it is set back, no look counts before which nothing is known to have passed", [...ACKNOWLEDGED, ...present(0, 5, 30, -86_400, -90_000)], LEAVE, { now: -90_000 }],
  ["P7: nor is the record called there still after looks of which some do not count", [...AGAIN, ...present(600, -86_400)], waitUntil(-86_395), { now: -86_400 }],
  ["P7: a clock that was set forward lets the next look be taken at once", [...ACKNOWLEDGED, ...present(0)], LOOK, { now: 86_400 }],
  ["P7: and none after it before as much time has passed as lies between the two", [...ACKNOWLEDGED, ...present(0, 86_400)], waitUntil(86_425), { now: 86_400 }],

  ["V4: a record that the vendor does not know is looked for", [intent(1), answered(1, "absent")], LOOK],
  ["V4: and was absent already", [intent(1), answered(1, "absent"), looked("absent")], settle("already_absent")],
  ["V4: a record that can still be read is not absent", [intent(1), answered(1, "absent"), looked("present")], waitUntil(5)],
  ["V4: a record that was merged into somebody else's is not absent", [intent(1), answered(1, "absent"), looked("merged", 0, "x")], settle("not_deleted")],
  ["V4: an archived record that was named by hand and is not there was absent already", [intent(1), answered(1, "absent"), looked("absent")], settle("already_absent"), BY_HAND],
  ["V4: a record whose first deletion was declined and that is gone at the next was absent already", [intent(1), declined(1), intent(1), answered(1, "absent"), looked("absent")], settle("already_absent")],

  ["T3: a lost answer is settled by reading", [intent(1)], LOOK],
  ["T3: a record that is gone was deleted", [intent(1), looked("absent")], settle("deleted")],
  ["T3: a record that is still there is deleted again", LOST_ONCE, ERASE],
  ["T3: the second lost answer is settled by reading, too", [...LOST_ONCE, intent(2)], LOOK],
  ["T3: a record that the second deletion does not find was deleted", [...LOST_ONCE, intent(2), answered(2, "absent"), looked("absent")], settle("deleted")],
  ["T3: reading proves nothing of an archived record: it is deleted again", [intent(1), looked("absent")], ERASE, BY_HAND],
  ["T3: and its absence is believed when the vendor says so", [intent(1), looked("absent"), intent(2), answered(2, "absent"), looked("absent")], settle("deleted"), BY_HAND],
  ["T3: nor of one that was not shown any more before it was deleted", [looked("absent"), intent(1), looked("absent")], ERASE],
  ["T3: nor, where the vendor's first word was no proof, of the answer lost to the second deletion", [looked("absent"), ...ACKNOWLEDGED, looked("unknown"), intent(2), looked("absent")], ERASE],
  ["T3: an archived record that was seen meanwhile proves by its absence what any does", [looked("present"), intent(1), looked("absent")], settle("deleted"), BY_HAND],
  ["T3: and it is believed again once the record was seen", [looked("absent"), intent(1), looked("present"), intent(2), looked("absent")], settle("deleted")],
  ["V1: a vendor that says it did not delete is believed about such a record", [looked("absent"), intent(1), answered(1, "not_deleted"), looked("absent")], settle("not_deleted")],
  ["T3: after four lost answers a run gives up", LOST_FOUR_TIMES, GIVE_UP],
  ["T3: a later run reads first", [...LOST_FOUR_TIMES, ended("parked")], LOOK],
  ["T3: finds it gone", [...LOST_FOUR_TIMES, ended("parked"), looked("absent")], settle("deleted")],
  ["T3: or has tries of its own", [...LOST_FOUR_TIMES, ended("parked"), looked("present")], ERASE],
  ["T3: and gives up after four, too", [...LOST_FOUR_TIMES, ended("parked"), looked("present"), ...[5, 6, 7, 8].flatMap((n) => [intent(n), looked("present")])], GIVE_UP],
  ["T3: a crash is no end: the tries go on being counted", [...LOST_FOUR_TIMES.slice(0, 6)], ERASE],
  ["a declined deletion is sent again without a look", [intent(1), declined(1)], ERASE],
  ["a declined second deletion leaves the first one's answer standing", [...ACKNOWLEDGED, ...present(0, 5, 30, 120, 600), intent(2), declined(2)], ERASE, { now: 700 }],

  ["T18: an acknowledgement that says nothing is looked at", [intent(1), answered(1, "accepted")], LOOK],
  ["T18: and is deleted when nothing is there", [intent(1), answered(1, "accepted"), looked("absent")], settle("deleted")],
  ["T18: and is waited for like any other", [intent(1), answered(1, "accepted"), ...present(0)], waitUntil(5)],
  ["T18: and is sent once more in the end", [intent(1), answered(1, "accepted"), ...present(0, 5, 30, 120, 600)], ERASE, { now: 600 }],

  ["a vendor that takes its time is looked at, at once", STARTED, LOOK],
  ["is left after the foreground's looks", [...STARTED, ...present(0, 5, 30)], LEAVE, { now: 31 }],
  ["is not told twice", [...STARTED, ...present(0, 5, 30, 120, 600)], LEAVE, { now: 601 }],
  ["is looked at once in each later run", [...STARTED, ...present(0, 5, 30, 120, 600)], LOOK, { now: 1500 }],
  ["and left again", [...STARTED, ...present(0, 5, 30, 120, 600, 1500)], LEAVE, { now: 1501 }],
  ["until the record is gone", [...STARTED, ...present(0, 5, 30, 120, 600), looked("absent", 5000)], settle("deleted"), { now: 5000 }],

  ["V1: nor is a record that is shown to nobody taken for gone, against the vendor's word", [intent(1), answered(1, "not_deleted"), looked("absent")], settle("not_deleted"), BY_HAND],
  ["V1: where nobody can see the record, the vendor's word is believed", [intent(1), answered(1, "not_deleted"), looked("unknown")], settle("not_deleted")],
  ["T3: a look that tells nothing settles no lost answer", [intent(1), looked("unknown")], ERASE],
  ["T3: what could not be read is not sent again: the run gives up", [intent(1), ...unread(0)], GIVE_UP],
  ["T3: and the next one reads first", [intent(1), ...unread(0), ended("parked")], LOOK],
  ["T3: and is as far where that cannot be read, either", [intent(1), ...unread(0), ended("parked"), ...unread(900)], GIVE_UP, { now: 900 }],
  ["T3: it is sent again once it was seen there", [intent(1), ...unread(0), ended("parked"), looked("present", 900)], ERASE, { now: 900 }],
  ["T3: and is gone once it was read as that", [intent(1), ...unread(0), ended("parked"), looked("absent", 900)], settle("deleted"), { now: 900 }],
  ["T3: what could not be read and is not to be sent again is looked at as often as what is there", [intent(1), ...unread(0)], waitUntil(5), { ...WITHDRAWN, now: 4 }],
  ["T3: and stays unknown after the last look", [intent(1), ...unread(0, 5, 30, 120, 600)], NOTHING, { ...WITHDRAWN, now: 600 }],
  ["V2: an acknowledged deletion that could not be read about is looked at again", [...ACKNOWLEDGED, ...unread(0)], waitUntil(5)],
  ["V2: and is not told to the vendor again after the last look, but looked at later", [...ACKNOWLEDGED, ...unread(0, 5, 30, 120, 600)], LEAVE, { now: 600 }],
  ["V2: and again then", [...ACKNOWLEDGED, ...unread(0, 5, 30, 120, 600)], LOOK, { now: 1500 }],
  ["V4: a record that the vendor does not know was absent already, whatever could be read", [intent(1), answered(1, "absent"), ...unread(0)], settle("already_absent")],
  ["V2: an acknowledged deletion that nobody can see is told to the vendor once more", [...ACKNOWLEDGED, looked("unknown")], ERASE],
  ["V2: which shows that it was carried out where the vendor knows the record no more", [...ACKNOWLEDGED, looked("unknown"), intent(2), answered(2, "absent"), looked("unknown")], settle("deleted")],
  ["V2: and leaves it open where the vendor says the same again", [...ACKNOWLEDGED, looked("unknown"), intent(2), answered(2, "deleted"), looked("unknown")], LEAVE],
  ["V2: until a later look", [...ACKNOWLEDGED, looked("unknown"), intent(2), answered(2, "deleted"), looked("unknown")], LOOK, { now: 900 }],
  ["V4: a record that the vendor does not know, and shows to nobody, was absent already", [intent(1), answered(1, "absent"), looked("unknown")], settle("already_absent")],
  ["a vendor that takes its time is not told twice where nobody can see the record either", [...STARTED, looked("unknown")], LEAVE],

  ["a record that was merged into one outside the plan is not deleted", [...ACKNOWLEDGED, looked("merged", 0, "x")], settle("not_deleted")],
  ["a merged record whose way leads nowhere is not deleted", [...ACKNOWLEDGED, looked("merged")], settle("not_deleted")],
  ["a merged record waits for the one of the plan that it was merged into", [intent(1), answered(1, "not_deleted"), looked("merged", 0, "t2")], NOTHING, { outcomeOf: () => "open" }],
  ["a merged record is deleted with it", [intent(1), answered(1, "absent"), looked("merged", 0, "t2")], settle("deleted"), { outcomeOf: () => "deleted" }],
  ["a merged record is not deleted where that one was not", [intent(1), looked("merged", 0, "t2")], settle("not_deleted"), { outcomeOf: () => "not_deleted" }],
];

describe("the next step for one target of a deletion", () => {
  for (const [title, entries, step, { now = 0, ...input } = {}] of TABLE) {
    it(title, () => {
      const { targets } = replay([planned(), confirmed(), ...entries]);
      const given: StepInput = { timings: DEFAULT_TIMINGS, waitForAllLooks: false, seenAlive: true, mayErase: true, outcomeOf: () => undefined, ...input, nowMs: START_MS + now * 1000 };
      const next = nextStep(targets[0]!, given);
      expect(next.do === "leave" ? LEAVE : next).to.deep.equal(step);
    });
  }

  it("names the moment of a look that it leaves to a later run", () => {
    const { targets } = replay([planned(), confirmed(), intent(1), answered(1, "deleted"), ...present(0, 5, 30)]);
    const given: StepInput = { timings: DEFAULT_TIMINGS, waitForAllLooks: false, seenAlive: true, mayErase: true, outcomeOf: () => undefined, nowMs: START_MS + 31_000 };
    const next = nextStep(targets[0]!, given);
    expect(next).to.deep.equal({ do: "leave", untilMs: Date.parse(targets[0]!.answers[0]!.at) + 120_000 });
  });
});
