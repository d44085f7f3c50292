/** RFC 3492, section 6.4: a decoder has to notice that it counts beyond what any label needs. */
const LARGEST_DELTA = 0x7fffffff;

/**
 * The Unicode form of one domain label that begins with `xn--`, or undefined where the label is no Punycode.
 * Only the decoder is needed: `URL` encodes, and no web global decodes. Source: RFC 3492, section 6.2.
 */
export function decodeLabel(label: string): string | undefined {
  const encoded = label.slice(4).toLowerCase();
  const delimiter = encoded.lastIndexOf("-");
  const output = delimiter > 0 ? [...encoded.slice(0, delimiter)].map((c) => c.charCodeAt(0)) : [];
  let n = 128;
  let bias = 72;
  let i = 0;
  for (let index = delimiter > 0 ? delimiter + 1 : 0; index < encoded.length; ) {
    const start = i;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = digitOf(encoded.charCodeAt(index++));
      if (digit === undefined) return undefined;
      i += digit * weight;
      if (i > LARGEST_DELTA || weight > LARGEST_DELTA) return undefined;
      const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const length = output.length + 1;
    bias = adapt(i - start, length, start === 0);
    n += Math.floor(i / length);
    i %= length;
    if (n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff)) return undefined;
    output.splice(i++, 0, n);
  }
  return output.length > 0 && output.some((c) => c > 127) ? String.fromCodePoint(...output) : undefined;
}

function digitOf(code: number): number | undefined {
  if (code >= 48 && code <= 57) return code - 22;
  if (code >= 97 && code <= 122) return code - 97;
  return undefined;
}

function adapt(delta: number, length: number, first: boolean): number {
  let d = first ? Math.floor(delta / 700) : delta >> 1;
  d += Math.floor(d / length);
  let k = 0;
  for (; d > 455; k += 36) d = Math.floor(d / 35);
  return k + Math.floor((36 * d) / (d + 38));
}
