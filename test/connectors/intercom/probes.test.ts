import { expect } from "chai";
import { createManualClock } from "../../../adapters/in-memory/manual-clock.js";
import { DsrError, isDsrError, type ConnectorContext, type ErrorCode } from "../../../core/index.js";
import { intercom } from "../../../connectors/intercom/index.js";

/** Successes that hold nothing of what was asked for. */
const SENSELESS = ["", "{}", "null", "[]", '{"message":"no Route matched with those values"}'];

describe("probing an Intercom permission", () => {
  for (const { id } of intercom.manifest.scopes) {
    it(`concludes nothing of ${id} from a success that proves nothing`, async () => {
      for (const body of SENSELESS) {
        const status = await authOver(() => new Response(body, { headers: { "content-type": "application/json", "content-length": String(body.length) } })).probe(id).then((probed) => probed.status, (error: unknown) => isDsrError(error) && error.code);
        expect(status, `with ${body}`).to.be.oneOf(["not_testable", "VENDOR_MALFORMED"]);
      }
    });
  }

  it("takes the list that was asked for as proof", async () => {
    const lists: Readonly<Record<string, string>> = { read_users_companies: "data", read_conversations: "conversations", read_tickets: "tickets", read_events: "events", read_admins: "admins" };
    for (const [id, key] of Object.entries(lists)) {
      expect(await authOver(() => Response.json({ [key]: [] })).probe(id), id).to.deep.equal({ status: "granted", basis: "observed" });
    }
  });

  it("infers a permission from the answer that there is no such record, which is what was asked for", async () => {
    for (const id of ["read_single_user", "read_events", "custom_objects", "write_users_companies"]) {
      const answer = () => Response.json({ type: "error.list", errors: [{ code: "not_found", message: "not found" }] }, { status: 404 });
      expect(await authOver(answer).probe(id), id).to.deep.equal({ status: "granted", basis: "inferred" });
    }
  });
});

describe("whose an Intercom token is", () => {
  it("is told without the role where that cannot be read, and not where reading it was interrupted", async () => {
    const me = { type: "admin", id: "7", app: { id_code: "sandbox1", name: "Sandbox", region: "US" } };
    const account = (code: ErrorCode) =>
      authOver((request) => {
        if (request.url.endsWith("/me")) return Response.json(me);
        throw new DsrError(code);
      }).account().then(({ authorisedBy }) => authorisedBy, (error: unknown) => isDsrError(error) && error.code);
    expect(await account("SCOPE_MISSING")).to.deep.equal({ id: "7", role: null });
    expect(await account("INTERRUPTED")).to.equal("INTERRUPTED");
  });
});

function authOver(answer: (request: Request) => Response) {
  const context: ConnectorContext = { fetch: async (request) => answer(request), clock: createManualClock(), signal: new AbortController().signal, apiOrigin: "https://api.intercom.io", appOrigin: "https://app.intercom.com", workspaceId: "sandbox1", categories: [] };
  return intercom.auth(context);
}
