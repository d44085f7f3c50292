import { createHash } from "node:crypto";
import type { Digest } from "../../core/host-ports.js";
import type { Vault } from "./vault.js";

/** The `Digest` port, keyed with this home's secret. */
export function createDigest(vault: Pick<Vault, "mac">): Digest {
  return {
    sha256: (text) => createHash("sha256").update(text).digest("hex"),
    keyed: (text) => vault.mac("subject", text),
  };
}
