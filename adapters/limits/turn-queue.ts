/**
 * A queue in which groups take turns: first come, first served within a group, and one of each group before the next of any. So a run
 * with a hundred calls waiting does not stand in the way of one that has a single call to make. What is urgent goes before all of them.
 */
export class TurnQueue<Item> {
  /** In the order of their turns; a group without items is not in it. */
  readonly #groups = new Map<object, Set<Item>>();
  /** With their groups, first come, first served. */
  readonly #urgent = new Map<Item, object>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(group: object, item: Item, isUrgent = false): void {
    if (isUrgent) this.#urgent.set(item, group);
    const items = this.#groups.get(group);
    if (items === undefined) this.#groups.set(group, new Set([item]));
    else items.add(item);
    this.#size++;
  }

  /** Takes out the one whose turn it is; its group is last then. */
  shift(): Item | undefined {
    for (const [item, group] of this.#urgent) {
      this.delete(group, item);
      return item;
    }
    for (const [group, items] of this.#groups) {
      for (const item of items) {
        this.#groups.delete(group);
        items.delete(item);
        if (items.size > 0) this.#groups.set(group, items);
        this.#size--;
        return item;
      }
    }
    return undefined;
  }

  delete(group: object, item: Item): void {
    const items = this.#groups.get(group);
    if (items?.delete(item) !== true) return;
    this.#urgent.delete(item);
    if (items.size === 0) this.#groups.delete(group);
    this.#size--;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const items of this.#groups.values()) yield* items;
  }
}
