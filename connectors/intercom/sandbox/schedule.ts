/**
 * What is due later: index updates, cascades, the end of a record that stays readable for a while. There are no timers;
 * whoever looks at the sandbox settles it first, so an injected clock alone decides what has happened.
 */
export class Schedule {
  private readonly entries: { readonly dueAt: number; readonly run: () => void }[] = [];

  at(dueAt: number, run: () => void): void {
    let place = this.entries.length;
    while (place > 0 && (this.entries[place - 1]?.dueAt ?? dueAt) > dueAt) place -= 1;
    this.entries.splice(place, 0, { dueAt, run });
  }

  /** Runs everything that is due, in order; what runs may add more. */
  settle(now: number): void {
    for (let first = this.entries[0]; first !== undefined && first.dueAt <= now; first = this.entries[0]) {
      this.entries.shift();
      first.run();
    }
  }
}
