import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { pipeline, type Readable } from "node:stream";
import { TransportError } from "./transport.js";

/**
 * The body as it was before it was compressed, in a stream that is only as far ahead of its reader as a buffer: a small answer that
 * unpacks to a gigabyte is noticed while it unpacks. An encoding that was not asked for is `garbled`.
 */
export function decodeBody(body: Readable, contentEncoding: string | undefined): AsyncIterable<Uint8Array> {
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
      body.destroy();
      throw new TransportError("garbled");
  }
}

/** Either stream's failure ends the other; the reader sees it as the iteration's error. */
function through(body: Readable, decoder: NodeJS.ReadWriteStream & Readable): Readable {
  pipeline(body, decoder, () => undefined);
  return decoder;
}
