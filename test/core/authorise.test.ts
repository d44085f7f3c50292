import { expect } from "chai";
import { DsrError, type ErrorCode } from "../../core/index.js";
import { endAuthorisation } from "../../core/authorise.js";
import type { AuthPort } from "../../core/ports.js";
import { TOKENS_ONLY } from "../../core/tokens-only.js";
import { openMemoryWorld } from "./memory-world.js";
import { rejectionOf } from "./thrown.js";

describe("authorising at a vendor that wants to be told again where it came back to", () => {
  const TARGET = { connector: "memory", name: "by-page" };
  const BACK = "https://host.example/back?to=here";

  for (const redirectUri of [BACK, undefined]) {
    it(`exchanges the code ${redirectUri === undefined ? "without one, where none was named" : "with the address that it was begun with"}`, async () => {
      const { dsr, vendor } = await openMemoryWorld();
      const { clientId, clientSecret } = vendor.oauth;
      const page = await dsr.beginAuthorisation(TARGET, { clientId, clientSecret }, redirectUri);
      const { code, state } = vendor.oauth.authorise(page);
      const callback = `${redirectUri ?? "https://registered.example/?"}&code=${code}&state=${state}`;
      const token = await dsr.completeAuthorisation(TARGET, { clientId, clientSecret }, callback, redirectUri);
      expect(await dsr.connect(TARGET, { capabilities: ["access"], categories: "granted" }, token)).to.include({ ok: true });
    });
  }
});

describe("authorising that is declined at the vendor", () => {
  const TARGET = { connector: "memory", name: "by-page" };

  it("uses the state up, and is believed of no page whose state was not issued", async () => {
    const { dsr, vendor } = await openMemoryWorld();
    const { clientId, clientSecret } = vendor.oauth;
    const { code, state } = vendor.oauth.authorise(await dsr.beginAuthorisation(TARGET, { clientId, clientSecret }));
    const completed = (query: string) => rejectionOf(dsr.completeAuthorisation(TARGET, { clientId, clientSecret }, `https://registered.example/?${query}`));
    expect(await completed("error=access_denied&state=another")).to.include({ code: "OAUTH_STATE_INVALID" });
    expect(await completed(`error=access_denied&state=${state}`)).to.include({ code: "OAUTH_DENIED" });
    expect(await completed(`code=${code}&state=${state}`), "once more").to.include({ code: "OAUTH_STATE_INVALID" });
  });
});

describe("ending an authorisation", () => {
  const answering = (code?: ErrorCode): AuthPort => ({
    ...TOKENS_ONLY,
    account: () => (code === undefined ? Promise.resolve({ workspace: { id: "w", name: "W", region: "EU" }, authorisedBy: { id: "u", role: null } }) : Promise.reject(new DsrError(code))),
    probe: () => Promise.resolve({ status: "granted", basis: "observed" }),
    revoke: () => Promise.resolve(),
  });

  it("has come about where the token is not accepted any more, and nowhere else", async () => {
    await endAuthorisation(answering("AUTH_REJECTED"));
    for (const code of [undefined, "VENDOR_UNAVAILABLE", "RATE_LIMITED", "VENDOR_MALFORMED"] as const) expect(await rejectionOf(endAuthorisation(answering(code))), code ?? "accepted").to.include({ code: "OUTCOME_UNKNOWN" });
  });

  it("is told as what broke here, where the vendor was not even asked", async () => {
    for (const code of ["CONNECTION_UNKNOWN", "INTERRUPTED", "STORAGE_FAILED", "INTEGRITY"] as const) expect(await rejectionOf(endAuthorisation(answering(code))), code).to.include({ code });
  });
});
