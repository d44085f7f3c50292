import { createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { DsrError } from "../../core/errors.js";
import { openWithKey, sealWithKey } from "./sealed-box.js";
import { makeKeyFile, parseSealingKey, readKeyFile } from "./sealing-key.js";

/** Each purpose has a key of its own, so that a value sealed or signed for one is worth nothing in another's place. */
export type SealingPurpose = "credential" | "identifier-key" | "journal" | "staging" | "signing-key" | "ledger";
export type MacPurpose = "journal" | "connection" | "oauth-state" | "subject" | "evidence" | "ledger" | "batch";

/** Seals and authenticates what the home keeps. Holds the keys; nothing outside sees them. */
export interface Vault {
  /** Tells keys apart without telling the key. */
  readonly fingerprint: string;
  /** `about` binds the box to whose it is, for example a connection's name. */
  seal(purpose: SealingPurpose, plaintext: string | Uint8Array, about: string): Buffer;
  /** @throws DsrError `INTEGRITY` */
  open(purpose: SealingPurpose, sealed: Uint8Array, about: string): Buffer;
  /** HMAC-SHA-256 over the UTF-8 text, lower-case hex. */
  mac(purpose: MacPurpose, text: string): string;
}

/** Where a home remembers which key it was made with. */
export interface FingerprintRecord {
  read(): Promise<string | undefined>;
  /** Stores it unless one stands there already, and returns the one that stands. */
  remember(fingerprint: string): Promise<string>;
}

export interface VaultOptions {
  /** The home folder, which exists. */
  readonly directory: string;
  /** The key as text (the environment's `DSR_KEY`); the home's key file is used, and made on first use, when left out. */
  readonly key?: string | undefined;
  readonly fingerprints: FingerprintRecord;
}

/**
 * Opens the home's vault.
 * @throws DsrError `SEALING_KEY_INVALID` when there is no usable key, or it is not the one that this home was made with
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const vault = createVault(await sealingKey(options));
  if ((await options.fingerprints.remember(vault.fingerprint)) !== vault.fingerprint) throw new DsrError("SEALING_KEY_INVALID", { reason: "this home was made with another key" });
  return vault;
}

/** A vault over a key that is known to be right. */
export function createVault(key: Uint8Array): Vault {
  const keys = new Map<string, KeyObject>();
  const derived = (purpose: string): KeyObject => {
    const known = keys.get(purpose) ?? createSecretKey(Buffer.from(hkdfSync("sha256", key, "", `dsr-connect/1/${purpose}`, 32)));
    keys.set(purpose, known);
    return known;
  };
  return {
    fingerprint: derived("fingerprint").export().toString("hex").slice(0, 32),
    seal: (purpose, plaintext, about) => sealWithKey(derived(`seal/${purpose}`), plaintext, `${purpose}\n${about}`),
    open: (purpose, sealed, about) => openWithKey(derived(`seal/${purpose}`), sealed, `${purpose}\n${about}`),
    mac: (purpose, text) => createHmac("sha256", derived(`mac/${purpose}`)).update(text).digest("hex"),
  };
}

async function sealingKey({ directory, key, fingerprints }: VaultOptions): Promise<Buffer> {
  if (key !== undefined) return parseSealingKey(key, "DSR_KEY");
  // Asked first: a process that is making the key at this moment remembers it only after its file is there.
  const isRemembered = (await fingerprints.read()) !== undefined;
  const found = readKeyFile(directory);
  if (found !== undefined) return found;
  // A home that knows a key has lost it, or had it from the environment: a new one would open nothing that is sealed here.
  if (isRemembered) throw new DsrError("SEALING_KEY_INVALID", { reason: "this home has a key, and neither DSR_KEY nor its key file holds it" });
  return makeKeyFile(directory);
}
