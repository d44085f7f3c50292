import { Readable } from "node:stream";
import { Encrypter } from "age-encryption";
import { DsrError } from "../../core/errors.js";

/**
 * Seals a stream for one `age` recipient, piece by piece. Whoever changes or cuts the outcome makes it unreadable from there on.
 * Source: https://age-encryption.org/v1
 */
export async function sealedFor(recipient: string, bytes: Readable): Promise<AsyncIterable<Uint8Array>> {
  const sealed = await encrypterFor(recipient).encrypt(Readable.toWeb(bytes) as ReadableStream<Uint8Array>);
  return Readable.fromWeb(sealed as Parameters<typeof Readable.fromWeb>[0]);
}

/** @throws DsrError `REQUEST_INVALID` where it is no public key of `age` */
export function checkRecipient(recipient: string): void {
  encrypterFor(recipient);
}

function encrypterFor(recipient: string): Encrypter {
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch {
    // What was given may be the secret half: it is not repeated.
    throw new DsrError("REQUEST_INVALID", { at: "recipient", reason: "it is no public key of age, which begins with age1" });
  }
  return encrypter;
}
