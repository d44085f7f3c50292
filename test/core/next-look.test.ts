import { expect } from "chai";
import { DEFAULT_TIMINGS, replay, type JournalEntry } from "../../core/index.js";
import { nextLookAt } from "../../core/next-look.js";
import { answered, at, confirmed, intent, looked, planned, settled, START_MS, T1, T2 } from "./journal-entries.js";

const next = (seconds: number, ...entries: readonly JournalEntry[]): string | undefined => nextLookAt(replay([planned([T1, T2]), confirmed(), ...entries]), DEFAULT_TIMINGS, START_MS + seconds * 1000);

describe("the next look at what was deleted", () => {
  it("is named while a run waits for it, and while it is left to a later one", () => {
    expect(next(1, intent(1), answered(1, "deleted"), looked("present"))).to.equal(at(5));
    expect(next(31, intent(1), answered(1, "deleted"), looked("present"), looked("present", 5), looked("present", 30))).to.equal(at(120));
  });

  it("is none before anything was deleted, when it is due at once, and when all is settled", () => {
    expect(next(0)).to.equal(undefined);
    expect(next(0, intent(1), answered(1, "deleted"))).to.equal(undefined);
    expect(next(9, intent(1), answered(1, "deleted"), looked("absent", 5), settled("deleted"))).to.equal(undefined);
  });

  it("is one for each later run, once a vendor that takes its time was looked at as often as any", () => {
    const ordered: JournalEntry = { at: at(0), kind: "answered", target: T1, attempt: 1, answer: { answer: "accepted", reference: "job-1" } };
    const looks = DEFAULT_TIMINGS.looksMs.map((ms) => looked("present", ms / 1000));
    const last = (DEFAULT_TIMINGS.looksMs.at(-1) ?? 0) / 1000;
    expect(next(last + 1, intent(1), ordered, ...looks)).to.equal(at(last + DEFAULT_TIMINGS.parkMs / 1000));
    expect(next(last + DEFAULT_TIMINGS.parkMs / 1000, intent(1), ordered, ...looks), "once it is due").to.equal(undefined);
  });

  it("is the first of all that are due", () => {
    const of = (target: typeof T1, seconds: number): readonly JournalEntry[] => [intent(1, target), { at: at(seconds), kind: "answered", target, attempt: 1, answer: { answer: "deleted" } }];
    const look = (target: typeof T1, seconds: number): JournalEntry => ({ at: at(seconds), kind: "looked", target, look: { answer: "present" } });
    expect(next(10, ...of(T1, 0), ...of(T2, 3), look(T1, 0), look(T1, 5), look(T2, 4), look(T2, 9))).to.equal(at(30));
  });
});
