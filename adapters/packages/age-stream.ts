import { Readable } from "node:stream";
import type { Encrypter } from "age-encryption";
import { DsrError } from "../../core/errors.js";

/**
 * Seals a stream for one `age` recipient, piece by piece. Whoever changes or cuts the outcome makes it unreadable from there on.
 * Source: https://age-encryption.org/v1
 */
export async function sealedFor(recipient: string, bytes: Readable): Promise<AsyncIterable<Uint8Array>> {
  const sealed = await (await encrypterFor(recipient)).encrypt(Readable.toWeb(bytes) as ReadableStream<Uint8Array>);
  return Readable.fromWeb(sealed as Parameters<typeof Readable.fromWeb>[0]);
}

/** @throws DsrError `REQUEST_INVALID` where it is no public key of `age` */
export async function checkRecipient(recipient: string): Promise<void> {
  await encrypterFor(recipient);
}

async function encrypterFor(recipient: string): Promise<Encrypter> {
  // Its curves take long to load, and most packages are for nobody in particular.
  const age = await import("age-encryption");
  const encrypter = new age.Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch {
    // What was given may be the secret half: it is not repeated.
    throw new DsrError("REQUEST_INVALID", { at: "recipient", reason: "it is no public key of age, which begins with age1" });
  }
  return encrypter;
}
