/**
 * What is due later: index updates, cascades, the end of a record that stays readable for a while. There are no timers;
 * whoever looks at the sandbox settles it first, so an injected clock alone decides what has happened.
 */
export class Schedule {
  private readonly entries: { readonly dueAt: number; readonly order: number; readonly run: () => void }[] = [];
  private added = 0;

  at(dueAt: number, run: () => void): void {
    this.entries.push({ dueAt, order: this.added++, run });
    this.entries.sort((left, right) => left.dueAt - right.dueAt || left.order - right.order);
  }

  /** Runs everything that is due, in order; what runs may add more. */
  settle(now: number): void {
    for (let first = this.entries[0]; first !== undefined && first.dueAt <= now; first = this.entries[0]) {
      this.entries.shift();
      first.run();
    }
  }
}
