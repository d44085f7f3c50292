import { expect } from "chai";
import { openMemoryWorld } from "./memory-world.js";

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
