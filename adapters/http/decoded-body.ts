import { pipeline, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/**
 * The body as it was before it was compressed, only a buffer ahead of its reader: a small answer that unpacks to a gigabyte is noticed
 * while it unpacks. Undefined for an encoding that is unknown.
 */
export function decodeBody(body: AsyncIterable<Uint8Array>, contentEncoding: string | undefined): AsyncIterable<Uint8Array> | undefined {
  switch (contentEncoding?.trim().toLowerCase() ?? "") {
    case "":
    case "identity":
      return body;
    case "gzip":
    case "x-gzip":
      return through(body, createGunzip());
    case "deflate":
      return through(body, createInflate());
    case "br":
      return through(body, createBrotliDecompress());
    default:
      return undefined;
  }
}

/** Either side's failure ends the other; the reader sees it as the iteration's error. */
function through(body: AsyncIterable<Uint8Array>, decoder: Transform): Transform {
  pipeline(body, decoder, () => undefined);
  return decoder;
}
