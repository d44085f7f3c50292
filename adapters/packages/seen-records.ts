import { createHash } from "node:crypto";

/**
 * Which records were written already, at 16 bytes each: a conversation history may hold millions of records, and a set of their names would not
 * fit beside them. Keeps 128 bits of a hash, so that no two records of one request are ever taken for one another.
 */
export interface SeenRecords {
  /** True the first time that this category and id are named. */
  add(category: string, id: string): boolean;
}

export function createSeenRecords(): SeenRecords {
  let slots = new Uint32Array(WORDS * 1024);
  let count = 0;

  const grow = (): void => {
    const old = slots;
    slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += WORDS) {
      const key = old.subarray(at, at + WORDS);
      if (isTaken(key)) slots.set(key, slotFor(slots, key));
    }
  };

  return {
    add: (category, id) => {
      const key = keyOf(category, id);
      const at = slotFor(slots, key);
      if (isTaken(slots.subarray(at, at + WORDS))) return false;
      slots.set(key, at);
      count += 1;
      if (count * WORDS > slots.length * MAX_LOAD) grow();
      return true;
    },
  };
}

const WORDS = 4;
const MAX_LOAD = 0.7;

function keyOf(category: string, id: string): Uint32Array {
  // The id as UTF-16: as UTF-8, all lone surrogates would look the same.
  const digest = createHash("sha256").update(`${category}\n`).update(Buffer.from(id, "utf16le")).digest();
  // Never all zero, which marks an empty slot.
  return Uint32Array.of(digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8), (digest.readUInt32LE(12) | 1) >>> 0);
}

/** Where the key stands, or the empty slot where it belongs. Open addressing, linear probing. */
function slotFor(slots: Uint32Array, key: Uint32Array): number {
  const capacity = slots.length / WORDS;
  for (let slot = (key[0] ?? 0) % capacity; ; slot = (slot + 1) % capacity) {
    const at = slot * WORDS;
    if (slots[at + 3] === 0) return at;
    if (slots[at] === key[0] && slots[at + 1] === key[1] && slots[at + 2] === key[2] && slots[at + 3] === key[3]) return at;
  }
}

function isTaken(key: Uint32Array): boolean {
  return key[WORDS - 1] !== 0;
}
