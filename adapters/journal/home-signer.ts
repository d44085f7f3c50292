import { DsrError, isDsrError } from "../../core/errors.js";
import type { Signer } from "../../core/host-ports.js";
import { createSigner, newSigningKey } from "../evidence/ed25519.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";

/**
 * The home's signing key: made on first use, sealed by the vault, kept in the home's store, and looked for there each time. Single statements, so that it can be used inside
 * a transaction and outside of one.
 */
export function createHomeSigner(database: Database, vault: Pick<Vault, "seal" | "open">): () => Promise<Signer> {
  const sealed = async (): Promise<string | undefined> => (await database.get<{ value: string }>("SELECT value FROM home WHERE name = 'signing-key'"))?.value;
  const make = async (): Promise<string> => {
    // Both in one look: another process may be making the key and signing with it.
    const found = await database.get<{ value: string | null; signed: number }>(
      "SELECT (SELECT value FROM home WHERE name = 'signing-key') AS value, (SELECT count(*) FROM (SELECT 1 FROM evidence_checkpoints LIMIT 1) AS one) AS signed",
    );
    if (found?.value != null) return found.value;
    // What was signed with a key that is gone could not be told from what somebody else signed.
    if (found?.signed !== 0) throw new DsrError("INTEGRITY", { reason: "the signing key was removed" });
    await database.run("INSERT INTO home (name, value) VALUES ('signing-key', ?) ON CONFLICT DO NOTHING", vault.seal("signing-key", newSigningKey(), "evidence").toString("base64"));
    // Another process may have been faster.
    const standing = await sealed();
    if (standing === undefined) throw new DsrError("STORAGE_FAILED", { reason: "the signing key was not stored" });
    return standing;
  };
  // Opened once; that it is still there is looked at each time.
  let opened: { readonly sealed: string; readonly signer: Signer } | undefined;
  return async () => {
    const standing = (await sealed()) ?? (await make());
    if (opened?.sealed !== standing) opened = { sealed: standing, signer: createSigner(keyIn(vault, standing)) };
    return opened.signer;
  };
}

function keyIn(vault: Pick<Vault, "open">, sealed: string): Buffer {
  try {
    return vault.open("signing-key", Buffer.from(sealed, "base64"), "evidence");
  } catch (error) {
    throw isDsrError(error, "INTEGRITY") ? new DsrError("INTEGRITY", { reason: "the key that signs evidence does not open" }) : error;
  }
}
