import { DsrError } from "../../core/errors.js";
import type { Signer } from "../../core/host-ports.js";
import { createSigner, newSigningKey } from "../evidence/ed25519.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";

/**
 * The home's signing key: made on first use, sealed by the vault, kept in the home's own file. Single statements, so that it can be used inside
 * a transaction and outside of one.
 */
export function createHomeSigner(database: Database, vault: Pick<Vault, "seal" | "open">): Signer {
  const sealed = (): string | undefined => database.get<{ value: string }>("SELECT value FROM home WHERE name = 'signing-key'")?.value;
  const make = (): string => {
    // What was signed with a key that is gone could not be told from what somebody else signed.
    if (database.get("SELECT 1 FROM evidence_checkpoints LIMIT 1") !== undefined) throw new DsrError("INTEGRITY", { reason: "the signing key was removed" });
    database.run("INSERT OR IGNORE INTO home (name, value) VALUES ('signing-key', ?)", vault.seal("signing-key", newSigningKey(), "evidence").toString("base64"));
    // Another process may have been faster.
    const standing = sealed();
    if (standing === undefined) throw new DsrError("STORAGE_FAILED", { reason: "the signing key was not stored" });
    return standing;
  };
  // Opened once; that it is still there is looked at each time.
  let opened: { readonly sealed: string; readonly key: Buffer } | undefined;
  return createSigner(() => {
    const standing = sealed() ?? make();
    if (opened?.sealed !== standing) opened = { sealed: standing, key: vault.open("signing-key", Buffer.from(standing, "base64"), "evidence") };
    return opened.key;
  });
}
