import { expect } from "chai";
import { callsOf, cursorAt, emailsAt, idAt, listAt, maybeTextAt, requestIdOf, sameId, textAt, valueAt } from "../../core/answers.js";
import type { ConnectorContext } from "../../core/ports.js";
import { rejectionOf, thrownBy } from "./thrown.js";

const MALFORMED = { name: "DsrError", code: "VENDOR_MALFORMED" };

describe("a vendor's answers", () => {
  const sent: Request[] = [];
  const contextOf = (response: () => Response): ConnectorContext => ({
    fetch: async (request) => (sent.push(request), response()),
    clock: { now: () => 0 },
    signal: new AbortController().signal,
    apiOrigin: "https://api.acme.example",
    appOrigin: "https://app.acme.example",
    workspaceId: undefined,
    categories: [],
  });
  const call = callsOf({ requestIdHeader: "x-trace" });

  it("are called for below the origin, and what is sent is JSON that says so", async () => {
    const { status, body, requestId } = await call(contextOf(() => Response.json({ a: 1 }, { status: 404, headers: { "x-trace": "t-1" } })), "POST", "/people", { email: "a" });
    expect([status, body, requestId]).to.deep.equal([404, { a: 1 }, { vendorRequestId: "t-1" }]);
    const request = sent.at(-1)!;
    expect([request.method, request.url, request.headers.get("content-type"), await request.text()]).to.deep.equal(["POST", "https://api.acme.example/people", "application/json", '{"email":"a"}']);
  });

  it("say nothing where they are bare acknowledgements, and never an empty object", async () => {
    expect((await call(contextOf(() => new Response(null, { status: 204 })), "DELETE", "/people/1")).body).to.equal(undefined);
    expect([sent.at(-1)!.body, sent.at(-1)!.headers.get("content-type")]).to.deep.equal([null, null]);
  });

  it("are called for nowhere where a dot stands for an id, which would lead to another place", async () => {
    const before = sent.length;
    for (const id of [".", "..", "%2e", "%2E."]) for (const path of [`/people/${id}`, `/people/${id}/orders`, `/people/${id}?cursor=2`]) expect(await rejectionOf(call(contextOf(() => Response.json({})), "GET", path)), path).to.include({ code: "HOST_REFUSED" });
    expect(sent.length).to.equal(before);
    await call(contextOf(() => Response.json({})), "GET", "/people/a.b/...?cursor=/../");
    expect(sent.at(-1)!.url).to.equal("https://api.acme.example/people/a.b/...?cursor=/../");
  });

  it("let what breaks the call pass", async () => {
    const broken = contextOf(() => {
      throw new RangeError("x");
    });
    expect(await rejectionOf(call(broken, "GET", "/people"))).to.be.instanceOf(RangeError);
  });

  it("are read by own members only, and a missing list or text is malformed", () => {
    const body = { a: { b: "text", list: [1], empty: "" } };
    expect([valueAt(body, "a", "b"), textAt(body, "a", "b"), listAt(body, "a", "list"), maybeTextAt(body, "a", "empty"), maybeTextAt(undefined, "a")]).to.deep.equal(["text", "text", [1], undefined, undefined]);
    expect([valueAt(body, "constructor"), valueAt([], "length", "x"), valueAt("text", "length")]).to.deep.equal([undefined, undefined, undefined]);
    for (const read of [() => textAt(body, "a", "empty"), () => textAt(body, "toString"), () => listAt(body, "a"), () => listAt(null, "a"), () => listAt({ a: { length: 0 } }, "a")]) expect(thrownBy(read)).to.include(MALFORMED);
  });

  it("are about the record that was asked for, or about none", () => {
    expect(sameId({ id: "1", x: 2 }, "1")).to.deep.equal({ id: "1", x: 2 });
    expect(sameId({ uid: 1 }, "1", { key: "uid" })).to.deep.equal({ uid: 1 });
    for (const body of [{ id: "2" }, {}, null, undefined, "1", { uid: "1" }, { id: [1] }]) expect(thrownBy(() => sameId(body, "1"))).to.include(MALFORMED);
    expect(thrownBy(() => sameId({}, "1", { otherwise: "OUTCOME_UNKNOWN" }))).to.include({ code: "OUTCOME_UNKNOWN" });
  });

  it("D5: carry ids as text, whether the vendor writes text or numbers, and none that lost its last digits on the way", () => {
    expect([idAt({ id: "a" }, "id"), idAt({ id: 7 }, "id"), idAt({ id: 0 }, "id")]).to.deep.equal(["a", "7", "0"]);
    for (const text of ['{"id":9007199254740993}', '{"id":1.5}', '{"id":""}', '{"id":null}', '{"id":true}', '{"id":{}}', '{"id":["a"]}', "{}"]) expect(thrownBy(() => idAt(JSON.parse(text), "id")), text).to.include(MALFORMED);
  });

  it("D2: tell where the next page begins, or that there is none; what is neither is malformed, and never the last page", () => {
    expect(['{"next":"c-2"}', '{"next":2}', '{"next":0}'].map((text) => cursorAt(JSON.parse(text), "next"))).to.deep.equal(["c-2", "2", "0"]);
    expect(["{}", '{"next":null}', '{"next":""}'].map((text) => cursorAt(JSON.parse(text), "next"))).to.deep.equal([undefined, undefined, undefined]);
    for (const text of ['{"next":{"after":"c"}}', '{"next":["c"]}', '{"next":true}', '{"next":1.5}', '{"next":9007199254740993}']) expect(thrownBy(() => cursorAt(JSON.parse(text), "next")), text).to.include(MALFORMED);
  });

  it("tell whose a record is, and of nobody where there is no address or none by the rules here", () => {
    const at = (email: unknown) => emailsAt({ person: { email } }, "person", "email").map((identifier) => identifier.reveal());
    expect([at("ada@example.test"), at("ada@localhost"), at(""), at(null), at(undefined)]).to.deep.equal([["ada@example.test"], [], [], [], []]);
    for (const email of [7, ["ada@example.test"], {}]) expect(thrownBy(() => at(email))).to.include(MALFORMED);
  });

  it("name the place where something is missing in the connector's words, and nothing of what stands there", () => {
    expect(thrownBy(() => textAt({ user: { email: ["ada@example.test"] } }, "user", "email"))).to.deep.include({ message: "VENDOR_MALFORMED", facts: { at: "/user/email", reason: "there is no text" } });
    expect(thrownBy(() => idAt({}, "user", "id"))).to.deep.include({ facts: { at: "/user/id", reason: "there is no id" } });
    expect(thrownBy(() => listAt({}, "users"))).to.deep.include({ facts: { at: "/users", reason: "there is no list" } });
    expect(thrownBy(() => sameId({ uid: "2" }, "1", { key: "uid" }))).to.deep.include({ facts: { at: "/uid", reason: "there is not the id that was asked for" } });
  });

  it("carry the vendor's id of the call only where it is a short word", () => {
    const of = (value: string) => requestIdOf(new Response(null, { headers: { "x-trace": value } }), "x-trace");
    expect([of("abc-1.2:3"), of("two words"), of("a".repeat(101)), requestIdOf(new Response(null, { headers: { undefined: "x" } }), undefined)]).to.deep.equal([{ vendorRequestId: "abc-1.2:3" }, {}, {}, {}]);
  });
});
