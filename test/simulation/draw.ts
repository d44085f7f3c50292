import { createSeededRandom } from "../../adapters/in-memory/seeded-random.js";

/** Decisions of one seed. Equal seeds and equal purposes decide alike, whatever else is drawn from other purposes. */
export interface Draw {
  /** A whole number from 0 up to, but not including, `limit`. */
  below(limit: number): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  chance(probability: number): boolean;
  one<T>(list: readonly T[]): T;
  /** Each with the same probability, in their order. */
  some<T>(list: readonly T[], probability: number): readonly T[];
  /** One of the names, as often as their weights say. */
  weighted<T extends string>(weights: Readonly<Record<T, number>>): T;
  fork(purpose: string): Draw;
}

export function drawFrom(seed: number, purpose = ""): Draw {
  const mixed = mix(seed, purpose);
  const { fraction } = createSeededRandom(mixed);
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (probability) => fraction() < probability,
    one: <T>(list: readonly T[]) => list[below(list.length)] as T,
    some: (list, probability) => list.filter(() => fraction() < probability),
    weighted: <T extends string>(weights: Readonly<Record<T, number>>) => {
      const entries = Object.entries(weights) as [T, number][];
      let left = fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) if ((left -= weight) < 0) return name;
      return entries[entries.length - 1]![0];
    },
    fork: (next) => drawFrom(mixed, next),
  };
}

/** FNV-1a over the purpose, begun with the seed. */
function mix(seed: number, purpose: string): number {
  let hash = Math.imul(seed ^ 0x811c9dc5, 0x9e3779b1) >>> 0;
  for (let at = 0; at < purpose.length; at++) hash = Math.imul(hash ^ purpose.charCodeAt(at), 0x01000193) >>> 0;
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0;
}
