import { createHash } from "node:crypto";

/**
 * What tells whether any of these stands in a text: in small letters or capitals, percent-encoded however often, and as whoever wants to can read it,
 * in base64, wherever in it, and in hexadecimal digits; and without its spaces and signs, or with others in their place, as a name is made of it. An address is told by what stands before its `@`, too, by which it is known here; and by a
 * digest without a key, which whoever has a list of addresses reads like the address.
 */
export function telling(secrets: readonly string[]): (text: string) => boolean {
  const plain = [...new Set(secrets.flatMap((secret) => [secret, /^[^@\s]+(?=@)/.exec(secret)?.[0] ?? secret]))];
  const words = new Set(secrets.filter((each) => !/\s/.test(each)).flatMap((each) => [each, each.toLowerCase()]));
  const digests = [...words].flatMap((each) => DIGESTS.map((digest) => createHash(digest).update(each).digest()));
  const folded = [...plain.flatMap((each) => [each.toLowerCase(), hexOf(each)]), ...digests.map((digest) => digest.toString("hex"))];
  const squeezed = secrets.map(squeeze).filter((each) => each.length >= LEAST_SQUEEZED);
  const encoded = [...plain.flatMap(base64sOf), ...digests.map((digest) => digest.toString("base64").replaceAll("=", ""))];
  return (text) => {
    const decoded = wholeOf(text);
    const small = decoded.toLowerCase();
    // Base64 for URLs has other signs in two places.
    const standard = decoded.replaceAll("-", "+").replaceAll("_", "/");
    const bare = squeeze(small);
    return folded.some((each) => small.includes(each)) || squeezed.some((each) => bare.includes(each)) || encoded.some((each) => standard.includes(each));
  };
}

/** What is shorter may stand anywhere by chance. */
const LEAST_SQUEEZED = 8;

/** Its letters and digits alone. */
function squeeze(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

const DIGESTS = ["md5", "sha1", "sha256"];

/** Percent-decoded until nothing changes, and once more with each plus as the space that it is in a query. */
function wholeOf(text: string): string {
  const decoded = text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });
  return decoded === text ? `${text}\n${text.replaceAll("+", " ")}` : wholeOf(decoded);
}

function hexOf(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The signs that stand for a text whatever stands around it: they depend on how many bytes do before. */
function base64sOf(text: string): readonly string[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [0, 1, 2].map((before) => {
    const signs = btoa(String.fromCharCode(...Array<number>(before).fill(0), ...bytes));
    return signs.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 4) / 3));
  });
}
