import { expect } from "chai";
import { createMemorySandbox } from "../../../connectors/memory/sandbox.js";

type Vendor = ReturnType<typeof createMemorySandbox>;

const ALL = ["read_people", "read_orders", "read_messages", "delete_people"];
const WISH = { identifier: { value: "ada@contract.example" }, text: "Ada", volume: "paged" } as const;

async function ask(vendor: Vendor, token: string, method: string, path: string, body?: unknown): Promise<{ status: number; json: any }> {
  const request = new Request(vendor.apiOrigin + path, { method, headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const response = await vendor.fetch(request);
  return { status: response.status, json: await response.json() };
}

describe("The reference connector's vendor", () => {
  it("shows a person and their orders, two to a page", async () => {
    const vendor = createMemorySandbox();
    const token = vendor.issueToken({ scopes: ALL });
    const { id } = vendor.addSubject(WISH);
    expect((await ask(vendor, token, "GET", `/people/${id}`)).json).to.deep.equal({ id, kind: "customer", email: "ada@contract.example", name: "Ada name." });
    const sizes: number[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const { json } = await ask(vendor, token, "GET", `/people/${id}/orders${next === "" ? "" : `?cursor=${encodeURIComponent(next)}`}`);
      sizes.push(json.orders.length);
      next = json.next;
    }
    expect(sizes).to.deep.equal([2, 2, 1]);
  });

  it("finds whom it deleted until the index has caught up", async () => {
    const vendor = createMemorySandbox();
    const token = vendor.issueToken({ scopes: ALL });
    const { id } = vendor.addSubject(WISH);
    const search = async () => (await ask(vendor, token, "POST", "/people/search", { email_in: ["ADA@contract.example"] })).json.people.map((person: { id: string }) => person.id);
    expect(await ask(vendor, token, "DELETE", `/people/${id}`)).to.deep.equal({ status: 200, json: { id, deleted: true } });
    expect(await search()).to.deep.equal([id]);
    expect((await ask(vendor, token, "GET", `/people/${id}`)).status).to.equal(404);
    vendor.settleIndex();
    expect(await search()).to.deep.equal([]);
  });

  it("holds a person whose deletion it has accepted until it is done", async () => {
    const vendor = createMemorySandbox({ asynchronousDeletion: true });
    const token = vendor.issueToken({ scopes: ALL });
    const { id } = vendor.addSubject(WISH);
    expect(await ask(vendor, token, "DELETE", `/people/${id}`)).to.deep.equal({ status: 202, json: { job: `job-${id}` } });
    expect(vendor.isHeld(id)).to.equal(true);
    vendor.settleIndex();
    expect(vendor.isHeld(id)).to.equal(false);
  });

  it("tells a missing permission, a missing person and a token that it does not know apart", async () => {
    const vendor = createMemorySandbox();
    const { id } = vendor.addSubject(WISH);
    const token = vendor.issueToken({ scopes: ALL });
    vendor.withdraw(token, "read_orders");
    const answers = [await ask(vendor, token, "GET", `/people/${id}/orders`), await ask(vendor, token, "GET", "/people/nobody"), await ask(vendor, "guess", "GET", "/account")];
    expect(answers.map(({ status, json }) => [status, json.error.code])).to.deep.equal([
      [403, "scope_missing"],
      [404, "not_found"],
      [401, "token_invalid"],
    ]);
    expect((await ask(vendor, vendor.issueToken({ scopes: ["read_people"] }), "DELETE", `/people/${id}`)).status).to.equal(403);
  });

  it("notes which call changed something", async () => {
    const vendor = createMemorySandbox();
    const token = vendor.issueToken({ scopes: ALL });
    const { id } = vendor.addSubject(WISH);
    for (const method of ["GET", "DELETE", "DELETE"]) await ask(vendor, token, method, `/people/${id}`);
    expect(vendor.calls().map(({ method, effect }) => [method, effect])).to.deep.equal([
      ["GET", false],
      ["DELETE", true],
      ["DELETE", false],
    ]);
  });
});
