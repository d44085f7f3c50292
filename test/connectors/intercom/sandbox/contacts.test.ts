import { expect } from "chai";
import { DescribedSandbox } from "./described-sandbox.js";

describe("the sandbox's contacts", () => {
  it("finds a user and a lead with one address, and nobody with a similar one", async () => {
    const intercom = new DescribedSandbox();
    const { status, body } = await intercom.search("ada@example.test");
    expect(status).to.equal(200);
    expect(body.data.map(({ role }: { role: string }) => role)).to.have.members(["user", "lead"]);
    expect(body.total_count).to.equal(2);
    expect(body.pages).to.not.have.property("next");
  });

  it("finds two users with one address and different external ids", async () => {
    const intercom = new DescribedSandbox();
    const { body } = await intercom.search("twins@example.test");
    expect(new Set(body.data.map(({ external_id }: { external_id: string }) => external_id))).to.have.lengthOf(2);
  });

  it("cuts embedded lists at ten and names neither tags nor companies", async () => {
    const intercom = new DescribedSandbox();
    const { body } = await intercom.search("ada@example.test");
    const user = body.data.find(({ role }: { role: string }) => role === "user");
    expect(user.tags.data).to.have.lengthOf(10);
    expect(user.tags).to.include({ total_count: 12, has_more: true });
    expect(user.tags.data[0]).to.have.all.keys("type", "id", "url");
    expect(user.companies).to.include({ total_count: 3, has_more: false });
  });

  it("pages a search by a cursor in the body and shows each contact once", async () => {
    const intercom = new DescribedSandbox({ fixture: "crowd", crowdSize: 45 });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const pagination = { per_page: 20, ...(cursor === undefined ? {} : { starting_after: cursor }) };
      const { body } = await intercom.call("POST", "/contacts/search", { query: { field: "role", operator: "=", value: "user" }, pagination });
      seen.push(...body.data.map(({ id }: { id: string }) => id));
      cursor = body.pages.next?.starting_after;
    } while (cursor !== undefined);
    expect(seen).to.have.lengthOf(45);
    expect(new Set(seen)).to.have.lengthOf(45);
  });

  it("answers page one again to a cursor in the query string", async () => {
    const intercom = new DescribedSandbox();
    const search = { query: { field: "email", operator: "=", value: "ada@example.test" }, pagination: { per_page: 1 } };
    const first = await intercom.call("POST", "/contacts/search", search);
    const cursor = encodeURIComponent(first.body.pages.next.starting_after);
    const again = await intercom.call("POST", `/contacts/search?starting_after=${cursor}`, search);
    expect(again.body.data[0].id).to.equal(first.body.data[0].id);
    expect(again.body.pages.page).to.equal(1);
  });

  it("never gives more than 150 records a page", async () => {
    const intercom = new DescribedSandbox({ fixture: "crowd", crowdSize: 200 });
    const query = { field: "role", operator: "=", value: "user" };
    const { body } = await intercom.call("POST", "/contacts/search", { query, pagination: { per_page: 1000 } });
    expect(body.data).to.have.lengthOf(150);
  });

  it("combines filters with AND and OR, two levels deep and no deeper", async () => {
    const intercom = new DescribedSandbox();
    const email = (value: string) => ({ field: "email", operator: "=", value });
    const both = { operator: "OR", value: [email("grace@example.test"), email("adah@example.test")] };
    const search = async (query: unknown) => intercom.call("POST", "/contacts/search", { query });
    expect((await search(both)).body.total_count).to.equal(2);
    expect((await search({ operator: "AND", value: [both, { field: "name", operator: "~", value: "hopper" }] })).body.total_count).to.equal(1);
    expect((await search({ operator: "AND", value: [{ operator: "AND", value: [both] }] })).status).to.equal(400);
    expect((await search({ operator: "OR", value: Array.from({ length: 16 }, () => email("x@example.test")) })).status).to.equal(400);
  });

  it("refuses a search that it does not understand", async () => {
    const intercom = new DescribedSandbox();
    const code = async (body: unknown) => (await intercom.call("POST", "/contacts/search", body)).body.errors[0].code;
    const query = { field: "email", operator: "=", value: "grace@example.test" };
    expect(await code({ query: { ...query, field: "shoe_size" } })).to.equal("invalid_field");
    expect(await code({ query, sort: { field: "created_at", order: "up" } })).to.equal("invalid_sort_order");
    expect(await code({ query: { ...query, operator: "IN" } })).to.equal("parameter_invalid");
    expect(await code({ query, pagination: { starting_after: "not a cursor" } })).to.equal("parameter_invalid");
    expect(await code({})).to.equal("parameter_invalid");
  });

  it("hides an archived contact from search and read, and still deletes it", async () => {
    const intercom = new DescribedSandbox();
    const archived = [...intercom.sandbox.state.contacts.values()].find(({ status }) => status === "archived")!;
    expect((await intercom.search("archived@example.test")).body.total_count).to.equal(0);
    expect((await intercom.call("GET", `/contacts/${archived.id}`)).status).to.equal(404);
    expect((await intercom.call("DELETE", `/contacts/${archived.id}`)).body).to.include({ deleted: true });
    expect((await intercom.call("DELETE", `/contacts/${archived.id}`)).status).to.equal(404);
  });

  it("answers 410 with a link for a merged contact, and 404 in older versions", async () => {
    const intercom = new DescribedSandbox();
    const lead = [...intercom.sandbox.state.contacts.values()].find(({ status }) => status === "merged")!;
    const { status, headers, body } = await intercom.call("GET", `/contacts/${lead.id}`);
    expect(status).to.equal(410);
    expect(headers.get("link")).to.equal(`</contacts/${lead.mergedInto}>; rel="canonical"`);
    expect(body.errors[0].code).to.equal("contact_merged");
    expect((await intercom.call("GET", `/contacts/${lead.id}`, undefined, { version: "2.15" })).status).to.equal(404);
    const { body: found } = await intercom.search("merged@example.test");
    expect(found.data).to.have.lengthOf(1);
    expect(found.data[0].id).to.equal(lead.mergedInto);
  });

  it("follows a chain of merges three hops far, and leaves the rest to the next read", async () => {
    const intercom = new DescribedSandbox({ fixture: "empty" });
    const chain = ["a", "b", "c", "d", "e"].map((name) => intercom.sandbox.build.addContact({ email: `${name}@example.test` }));
    for (let hop = 0; hop < 4; hop += 1) intercom.sandbox.build.mergeContact(chain[hop]!, chain[hop + 1]!);
    const link = async (id: string) => (await intercom.call("GET", `/contacts/${id}`)).headers.get("link");
    expect(await link(chain[0]!.id)).to.contain(chain[3]!.id);
    expect(await link(chain[3]!.id)).to.contain(chain[4]!.id);
  });

  it("tells of merged leads when asked, for users only", async () => {
    const intercom = new DescribedSandbox();
    const search = async (email: string, query: string) =>
      (await intercom.call("POST", `/contacts/search${query}`, { query: { field: "email", operator: "=", value: email } })).body.data;
    const [user] = await search("merged@example.test", "?include_merge_history=true");
    expect(user.merge_history).to.have.lengthOf(1);
    expect(user.merge_history[0]).to.include({ source_contact_role: "lead" });
    expect((await search("merged@example.test", ""))[0]).to.not.have.property("merge_history");
    expect((await search("lead.only@example.test", "?include_merge_history=true"))[0]).to.not.have.property("merge_history");
  });

  it("deletes a contact once, and knows nothing of it afterwards", async () => {
    const intercom = new DescribedSandbox();
    const id = await intercom.idOf("grace@example.test");
    const first = await intercom.call("DELETE", `/contacts/${id}`);
    expect(first.body).to.deep.equal({ type: "contact", id, external_id: "crm-2", deleted: true });
    expect((await intercom.call("DELETE", `/contacts/${id}`)).status).to.equal(404);
    expect((await intercom.call("GET", `/contacts/${id}`)).status).to.equal(404);
    expect((await intercom.call("GET", `/contacts/${id}/notes`)).body.errors[0].message).to.equal("User Not Found");
  });

  it("lets a search find a deleted contact until the index has caught up", async () => {
    const intercom = new DescribedSandbox({ indexLagMs: { delete: 4_000 } });
    await intercom.call("DELETE", `/contacts/${await intercom.idOf("grace@example.test")}`);
    intercom.advance(3_999);
    expect((await intercom.search("grace@example.test")).body.total_count).to.equal(1);
    intercom.advance(1);
    expect((await intercom.search("grace@example.test")).body.total_count).to.equal(0);
  });

  it("creates a lead that is readable at once and found after the lag", async () => {
    const intercom = new DescribedSandbox({ indexLagMs: { create: 60_000 } });
    const { status, body } = await intercom.call("POST", "/contacts", { role: "lead", email: "new@example.test" });
    expect(status).to.equal(200);
    expect((await intercom.call("GET", `/contacts/${body.id}`)).status).to.equal(200);
    expect((await intercom.search("new@example.test")).body.total_count).to.equal(0);
    intercom.advance(60_000);
    expect((await intercom.search("new@example.test")).body.total_count).to.equal(1);
  });

  it("refuses a second user with one address, live or archived, but not a second lead", async () => {
    const intercom = new DescribedSandbox();
    const create = (email: string, role: string) => intercom.call("POST", "/contacts", { role, email });
    expect((await create("grace@example.test", "user")).body.errors[0].message).to.match(/^A contact matching/);
    expect((await create("archived@example.test", "user")).body.errors[0].message).to.match(/^An archived contact matching/);
    expect((await create("grace@example.test", "lead")).status).to.equal(200);
  });

  it("keeps a deleted contact readable by id as long as it was told to", async () => {
    const intercom = new DescribedSandbox({ readLagMs: 2_000 });
    const id = await intercom.idOf("grace@example.test");
    await intercom.call("DELETE", `/contacts/${id}`);
    expect((await intercom.call("GET", `/contacts/${id}`)).status).to.equal(200);
    intercom.advance(2_000);
    expect((await intercom.call("GET", `/contacts/${id}`)).status).to.equal(404);
  });

  it("shows the owner as text, and before 2.16 as a number", async () => {
    const intercom = new DescribedSandbox();
    const { id } = intercom.sandbox.build.addContact({ email: "owned@example.test", extra: { owner_id: "127" } });
    expect((await intercom.call("GET", `/contacts/${id}`)).body.owner_id).to.equal("127");
    const old = await intercom.sandbox.fetch(new Request(`https://api.intercom.io/contacts/${id}`, {
      headers: { authorization: `Bearer ${intercom.sandbox.token}`, "intercom-version": "2.15" },
    }));
    expect(await old.json()).to.have.property("owner_id", 127);
  });

  it("keeps the people of two workspaces apart", async () => {
    const intercom = new DescribedSandbox();
    const elsewhere = { id: "other123", name: "Elsewhere", region: "US" as const };
    const token = intercom.sandbox.issueToken({ workspace: elsewhere });
    intercom.sandbox.build.addContact({ email: "grace@example.test", workspaceId: elsewhere.id, name: "Another Grace" });
    const { body } = await intercom.search("grace@example.test", { token });
    expect(body.data.map(({ name }: { name: string }) => name)).to.deep.equal(["Another Grace"]);
    expect((await intercom.call("GET", `/contacts/${await intercom.idOf("grace@example.test")}`, undefined, { token })).status).to.equal(404);
  });

  it("is the same sandbox for the same seed, and another one for another seed", async () => {
    const page = async (seed: number) => JSON.stringify((await new DescribedSandbox({ seed }).search("ada@example.test")).body);
    expect(await page(7)).to.equal(await page(7));
    expect(await page(7)).to.not.equal(await page(8));
  });
});
