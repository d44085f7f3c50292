/**
 * The ids of the list that is being read. A list whose records move while it is read shows some twice and others never: who counts what came
 * takes such a one for whole. A later process knows those of the page before the one that it goes on with, and what was read of the whole list.
 */
export class ListedIds {
  #list = "";
  #ids = new Set<string>();

  isOf(list: string): boolean {
    return list === this.#list;
  }

  /** Those that the list has not shown before. `last` is what stood on the page before this one. */
  fresh(list: string, ids: readonly string[], last: readonly string[] = []): ReadonlySet<string> {
    if (list !== this.#list) {
      this.#list = list;
      this.#ids = new Set(last);
    }
    const fresh = new Set(ids.filter((id) => !this.#ids.has(id)));
    for (const id of fresh) this.#ids.add(id);
    return fresh;
  }
}
