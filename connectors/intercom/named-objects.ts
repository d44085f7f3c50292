import type { CollectedRecord } from "../../core/ports.js";
import { namedInstances, type NamedInstance } from "./custom-object-types.js";

/** Categories of which a record's attributes may name instances of custom objects. */
const NAMING: readonly string[] = ["contacts", "tickets", "conversations"];

/** What names an instance: something of the person's alone, or nothing but what others take part in as well. */
interface Named extends NamedInstance {
  readonly isOwn: boolean;
}

/** The instances of custom objects that records of the person name, by `type:instance`, and which of all were read. Known from what is kept of them, so that a later process decides alike. */
export class NamedObjects {
  readonly #named = new Map<string, Named>();
  readonly #read = new Set<string>();
  #recalled = false;

  note({ category, id, data }: Pick<CollectedRecord, "category" | "id" | "data">, isShared: (thread: unknown) => boolean): void {
    if (category === "custom_objects") this.#read.add(id);
    if (!NAMING.includes(category)) return;
    for (const instance of namedInstances(data)) {
      const key = `${instance.type}:${instance.id}`;
      const isOwn = this.#named.get(key)?.isOwn === true || category === "contacts" || !isShared(data);
      this.#named.set(key, { ...instance, isOwn });
    }
  }

  /** Make known as well what earlier processes read; once. */
  async recall(earlier: (category: string) => AsyncIterable<CollectedRecord>, isShared: (thread: unknown) => boolean): Promise<void> {
    if (this.#recalled) return;
    for (const category of [...NAMING, "custom_objects"]) for await (const record of earlier(category)) this.note(record, isShared);
    this.#recalled = true;
  }

  /** Those of these types that were not read, in an order that is the same for each process. */
  unread(types: readonly string[]): readonly (Named & { readonly key: string })[] {
    return [...this.#named]
      .filter(([key, { type }]) => !this.#read.has(key) && types.includes(type))
      .map(([key, named]) => ({ key, ...named }))
      .sort((one, other) => (one.key < other.key ? -1 : 1));
  }
}
