import { expect } from "chai";
import { judgeAnswer } from "../../../adapters/http/faults.js";
import { readRateFacts } from "../../../adapters/http/rate-headers.js";
import { createFileHosts } from "../../../adapters/http/file-hosts.js";
import { checkedId, mergedInto } from "../../../connectors/intercom/client.js";
import { decidedBy } from "../../../connectors/intercom/erasure-policies.js";
import { protocol } from "../../../connectors/intercom/protocol.js";
import { thrownBy } from "../../core/thrown.js";

describe("Intercom's side of the seam", () => {
  const operation = (method: string, path: string) => protocol.operations.find((each) => each.method === method && each.path === path)!;
  const judged = (name: string, status: number, code?: string) => {
    const [method = "", path = ""] = name.split(" ");
    const value = code === undefined ? undefined : { type: "error.list", errors: [{ code, message: "no" }] };
    const text = value === undefined ? "<html>" : JSON.stringify(value);
    const body = { text, bytes: text.length, ...(value === undefined ? {} : { json: { value } }) };
    return judgeAnswer({ protocol, operation: operation(method, path), answer: { status, headers: {}, body: (async function* () {})() }, body });
  };

  for (const [status, code, means] of [
    [401, "token_unauthorized", "SCOPE_MISSING"],
    [401, "unauthorized", "AUTH_REJECTED"],
    [401, "token_revoked", "AUTH_REJECTED"],
    [401, undefined, "VENDOR_MALFORMED"],
    [402, "payment_required", "PLAN_RESTRICTED"],
    [402, undefined, "PLAN_RESTRICTED"],
    [403, "api_plan_restricted", "PLAN_RESTRICTED"],
    [403, "forbidden", "SCOPE_MISSING"],
    [403, undefined, "VENDOR_UNAVAILABLE"],
    [405, "method_not_allowed", "ROLE_INSUFFICIENT"],
    [404, undefined, "VENDOR_MALFORMED"],
    [500, "server_error", "VENDOR_UNAVAILABLE"],
  ] as const) {
    it(`takes ${status} with ${code ?? "a page"} for ${means}`, () => {
      expect(judged("GET /contacts/{contact_id}", status, code)?.code).to.equal(means);
    });
  }

  it("repeats nothing that changes something, whatever may have become of it", () => {
    for (const { method, path, effect } of protocol.operations) {
      const changes = method === "DELETE" || (method === "POST" && !path.endsWith("/search"));
      expect(effect, `${method} ${path}`).to.equal(changes ? "mutation" : "read");
      if (changes) expect(judged(`${method} ${path}`, 500, "server_error")).to.deep.include({ code: "OUTCOME_UNKNOWN", repeat: "never" });
    }
  });

  it("names the permission whose lack each operation would mean", () => {
    const scopes = (pattern: RegExp) => [...new Set(protocol.operations.filter(({ method, path }) => pattern.test(`${method} ${path}`)).map(({ scope }) => scope))];
    expect(scopes(/^POST \/contacts\/search|^GET \/contacts\/deleted/)).to.deep.equal(["read_users_companies"]);
    expect(scopes(/^GET \/contacts\/\{/)).to.deep.equal(["read_single_user"]);
    expect(scopes(/^(POST|DELETE) \/contacts(\/\{|$)/)).to.deep.equal(["write_users_companies"]);
    expect(scopes(/^GET \/conversations|^POST \/(conversations|calls)\/search/)).to.deep.equal(["read_conversations"]);
    expect(scopes(/^DELETE \/conversations|redact$/)).to.deep.equal(["write_conversations"]);
    expect(scopes(/^GET \/tickets|^POST \/tickets\/search/)).to.deep.equal(["read_tickets"]);
    expect(scopes(/^DELETE \/tickets/)).to.deep.equal(["write_tickets"]);
    expect([scopes(/events/), scopes(/custom_object/), scopes(/^GET \/admins$/)]).to.deep.equal([["read_events"], ["custom_objects"], ["read_admins"]]);
  });

  it("takes 404 for an answer only where it is about one object, and where lists of archived contacts and events are not there", () => {
    const answering = protocol.operations.filter(({ answers }) => answers?.includes(404)).map(({ method, path }) => `${method} ${path}`);
    expect(answering.filter((name) => !name.includes("{"))).to.deep.equal(["GET /contacts/deleted", "POST /conversations/redact", "GET /events"]);
  });

  it("reads each number of the limit from its own header", () => {
    expect(readRateFacts({ "x-ratelimit-limit": "166", "x-ratelimit-remaining": "7", "x-ratelimit-reset": "1010" }, protocol.rateHeaders, 1_000_000)).to.deep.equal({ limit: 166, remaining: 7, reset: { unixSeconds: 1010, inMs: 10_000 } });
  });

  it("fetches files from Intercom's own hosts, and from none that anybody may register", () => {
    const judge = createFileHosts(protocol.fileHosts ?? [], undefined);
    for (const host of ["downloads.intercomcdn.com", "downloads.intercomcdn.eu", "x.intercom-attachments.eu", "x.intercom-attachments-9.com"]) expect(judge(new URL(`https://${host}/a`)), host).to.equal("declared");
    for (const host of ["example.eu", "x.intercomcdn.com", "intercom-attachments-10.com", "intercom-attachments.com", "intercom-attachments-0.com"]) expect(judge(new URL(`https://${host}/a`)), host).to.equal(undefined);
  });

  it("takes nothing for an id that would lead elsewhere", () => {
    for (const id of ["", ".", "..", "a.b", "a/b", "a%2Fb", "a b", "a:b", "x".repeat(129), null, undefined, 1.5]) expect(thrownBy(() => checkedId(id)), JSON.stringify(id)).to.include({ code: "VENDOR_MALFORMED" });
    expect([checkedId("5f_a-9"), checkedId(7)]).to.deep.equal(["5f_a-9", "7"]);
  });

  it("takes only the canonical link of a merged contact for where it lives on", () => {
    const linked = (link: string) => mergedInto(new Response(null, { headers: { link } }));
    expect(linked('</contacts/abc>; rel="next"')).to.equal(undefined);
    expect([linked('</contacts/abc>; rel="canonical"'), linked("<https://api.intercom.io/contacts/abc>; rel=canonical")]).to.deep.equal(["abc", "abc"]);
  });

  it("erases no reporting data and touches no shared conversation unless that was decided", () => {
    for (const policies of [undefined, {}, { metrics: "record", groupConversations: "keep" }, { metrics: "else", groupConversations: "else" }]) expect(decidedBy(policies)).to.deep.equal({ groups: "keep", erasesMetrics: false });
    expect(decidedBy({ metrics: "stop", groupConversations: "detach" })).to.deep.equal({ groups: "detach", erasesMetrics: true });
  });
});
