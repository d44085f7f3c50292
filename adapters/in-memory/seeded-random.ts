import type { Random } from "../../core/host-ports.js";

/** Equal seeds give equal ids and fractions: for tests and simulations, where nobody guesses. Source: mulberry32, public domain. */
export function createSeededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return { fraction, id: () => Array.from({ length: 20 }, () => ALPHABET[Math.floor(fraction() * ALPHABET.length)]).join("") };
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
