import { inflateRawSync } from "node:zlib";

/** An entry of a ZIP as its central directory has it, with its content. */
export interface ZipEntry {
  readonly name: string;
  /** Unix mode with the type of file; undefined where another system made the entry. */
  readonly unixMode: number | undefined;
  readonly content: Buffer;
  /** What the local header calls it: a reader that streams sees this name. */
  readonly localName: string;
}

/**
 * Reads a ZIP by the format's description alone, independently of what wrote it.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function readZip(zip: Buffer): readonly ZipEntry[] {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0) throw new Error("no end of the central directory");
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error("no entry of the central directory");
    const madeBy = zip.readUInt8(at + 5);
    const [method, packed, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const [nameLength, extraLength, commentLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    const unixMode = madeBy === 3 ? zip.readUInt32LE(at + 38) >>> 16 : undefined;
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    at += 46 + nameLength + extraLength + commentLength;

    const localNameLength = zip.readUInt16LE(local + 26);
    const from = local + 30 + localNameLength + zip.readUInt16LE(local + 28);
    const bytes = zip.subarray(from, from + packed);
    const content = method === 8 ? inflateRawSync(bytes) : bytes;
    if (content.length !== size) throw new Error("an entry of another size than it says");
    return { name, unixMode, content, localName: zip.toString("utf8", local + 30, local + 30 + localNameLength) };
  });
}
