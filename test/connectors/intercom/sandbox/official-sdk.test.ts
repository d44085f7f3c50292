import { expect } from "chai";
import { IntercomClient } from "intercom-client";
import type { RunningSandbox } from "../../../../connectors/intercom/sandbox/server.js";
import { startIntercomSandbox } from "../../../../connectors/intercom/sandbox/server.js";

describe("the vendor's own client on the sandbox", () => {
  let running: RunningSandbox;
  let client: IntercomClient;

  before(async () => {
    running = await startIntercomSandbox({ switches: { companiesKey: "companies" } });
    client = new IntercomClient({ token: running.firstLine.token, baseUrl: running.url });
  });
  after(() => running.close());

  it("finds, reads and deletes a contact", async () => {
    const found = await client.contacts.search({ query: { field: "email", operator: "=", value: "grace@example.test" } });
    expect(found.data).to.have.lengthOf(1);
    const contact_id = found.data[0]!.id!;
    expect((await client.contacts.find({ contact_id })).email).to.equal("grace@example.test");
    expect(await client.contacts.delete({ contact_id })).to.deep.include({ id: contact_id, deleted: true });
    const again = await client.contacts.find({ contact_id }).then(() => undefined, (error: unknown) => error);
    expect(again).to.have.property("statusCode", 404);
  });

  it("follows the cursor of a search through all pages", async () => {
    const seen: string[] = [];
    const query = { field: "role", operator: "=", value: "user" } as const;
    for await (const contact of await client.contacts.search({ query, pagination: { per_page: 3 } })) seen.push(contact.id!);
    expect(seen).to.have.length.greaterThan(6);
    expect(new Set(seen).size).to.equal(seen.length);
  });

  it("learns whose token it has and reads the lists of a contact", async () => {
    expect(await client.admins.identify()).to.have.nested.property("app.id_code", "sandbox1");
    const ada = [...running.sandbox.state.contacts.values()].find(({ name }) => name === "Ada Lovelace")!;
    expect((await client.contacts.listAttachedTags({ contact_id: ada.id })).data).to.have.lengthOf(12);
    expect((await client.contacts.listAttachedCompanies({ contact_id: ada.id })).data).to.have.lengthOf(3);
  });
});
