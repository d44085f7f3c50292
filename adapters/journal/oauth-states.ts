import type { Clock, OAuthStates } from "../../core/host-ports.js";
import type { Vault } from "../vault/vault.js";
import type { Database } from "./database.js";

/** OAuth states, as keyed digests: who reads the file can neither use one nor see what it was for. */
export function createOAuthStates(database: Database, vault: Pick<Vault, "mac">, clock: Pick<Clock, "now">): OAuthStates {
  const stateKey = (state: string): string => vault.mac("oauth-state", `state\n${state}`);
  const purposeKey = (state: string, boundTo: string): string => vault.mac("oauth-state", `bound\n${state}\n${boundTo}`);
  return {
    issue: (state, boundTo, expiresAtMs) =>
      database.write("oauth states", async () => {
        await database.run("DELETE FROM oauth_states WHERE expires_at_ms <= ?", clock.now());
        await database.run("INSERT INTO oauth_states (state, bound_to, expires_at_ms) VALUES (?, ?, ?)", stateKey(state), purposeKey(state, boundTo), expiresAtMs);
      }),
    consume: (state, boundTo, nowMs) =>
      database.write("oauth states", async () => {
        const issued = await database.get<{ bound_to: string; expires_at_ms: number }>("SELECT bound_to, expires_at_ms FROM oauth_states WHERE state = ?", stateKey(state));
        // Burnt whatever the answer: a state that turned up in the wrong place is not to be trusted again.
        await database.run("DELETE FROM oauth_states WHERE state = ?", stateKey(state));
        return issued !== undefined && issued.bound_to === purposeKey(state, boundTo) && nowMs < issued.expires_at_ms;
      }),
  };
}
