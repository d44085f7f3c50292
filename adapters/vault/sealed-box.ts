import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from "node:crypto";
import { DsrError } from "../../core/errors.js";

/** Says which construction made the box, so that a later one can stand beside it: AES-256-GCM, 96-bit random nonce, 128-bit tag. */
const PREFIX = Buffer.from("dsr1");
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts so that only the same key and the same `about` open it again. `about` says what this is and whose, and is not stored. */
export function sealWithKey(key: Uint8Array | KeyObject, plaintext: string | Uint8Array, about: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(about));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([PREFIX, nonce, cipher.getAuthTag(), body]);
}

/** @throws DsrError `INTEGRITY` when the box was altered, belongs elsewhere or was sealed under another key */
export function openWithKey(key: Uint8Array | KeyObject, sealed: Uint8Array, about: string): Buffer {
  const box = Buffer.from(sealed);
  const bodyAt = PREFIX.length + NONCE_BYTES + TAG_BYTES;
  if (box.length < bodyAt || !box.subarray(0, PREFIX.length).equals(PREFIX)) throw new DsrError("INTEGRITY", { reason: "a sealed value has an unknown form" });
  const decipher = createDecipheriv("aes-256-gcm", key, box.subarray(PREFIX.length, PREFIX.length + NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData(about));
  decipher.setAuthTag(box.subarray(PREFIX.length + NONCE_BYTES, bodyAt));
  try {
    return Buffer.concat([decipher.update(box.subarray(bodyAt)), decipher.final()]);
  } catch {
    throw new DsrError("INTEGRITY", { reason: "a sealed value does not verify" });
  }
}

/** The prefix is authenticated too: a box cannot be relabelled as another construction. */
function associatedData(about: string): Buffer {
  return Buffer.concat([PREFIX, Buffer.from(about)]);
}
