import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import type { Signer, SigningKey } from "../../core/host-ports.js";

/** A new private key: PKCS #8, DER. */
export function newSigningKey(): Buffer {
  return generateKeyPairSync("ed25519").privateKey.export({ format: "der", type: "pkcs8" });
}

/** Signs with one key (PKCS #8, DER), which it keeps at hand. */
export function createSigner(der: Buffer): Signer {
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  let key: SigningKey | undefined;
  return {
    key: () => (key ??= describe(createPublicKey(privateKey).export({ format: "der", type: "spki" }))),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString("hex"),
  };
}

/** The fingerprint of a public key (SPKI, DER, base64), or undefined where it is none, or is not written the one way that base64 has. */
export function fingerprintOf(publicKey: string): string | undefined {
  const der = Buffer.from(publicKey, "base64");
  if (der.toString("base64") !== publicKey) return undefined;
  try {
    const key = publicKeyOf(publicKey);
    // Another encoding of the same key would have another fingerprint.
    return key.asymmetricKeyType === "ed25519" && key.export({ format: "der", type: "spki" }).equals(der) ? describe(der).fingerprint : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `signature` (hex) is that key's over the text. */
export function isSignedBy(publicKey: string, text: string, signature: string): boolean {
  // Lower case alone: otherwise one signature could be written in many ways.
  if (!/^[0-9a-f]{128}$/.test(signature)) return false;
  try {
    return verify(null, Buffer.from(text), publicKeyOf(publicKey), Buffer.from(signature, "hex"));
  } catch {
    return false;
  }
}

/** The key that was asked for last: a file of evidence holds many signatures of one, and reading a key takes longer than to verify with it. */
let latest: { readonly publicKey: string; readonly key: KeyObject } | undefined;

function publicKeyOf(publicKey: string): KeyObject {
  if (latest?.publicKey !== publicKey) latest = { publicKey, key: createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" }) };
  return latest.key;
}

function describe(der: Buffer): SigningKey {
  return { publicKey: der.toString("base64"), fingerprint: createHash("sha256").update(der).digest("hex") };
}
