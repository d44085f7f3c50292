import { expect } from "chai";
import { DescribedSandbox } from "./described-sandbox.js";

describe("the sandbox's lists of a contact", () => {
  let intercom: DescribedSandbox;
  let ada: string;

  beforeEach(() => {
    intercom = new DescribedSandbox();
    ada = [...intercom.sandbox.state.contacts.values()].find(({ email, role }) => email === "ada@example.test" && role === "user")!.id;
  });

  const list = (name: string) => intercom.call("GET", `/contacts/${ada}/${name}`);

  it("shows notes with their text and the teammate who wrote them", async () => {
    const { body } = await list("notes");
    expect(body.data).to.have.lengthOf(2);
    expect(body.data[0].body).to.match(/^<p>/);
    expect(body.data[0].author).to.include({ type: "admin" });
    expect(body.data[0].contact).to.deep.equal({ type: "contact", id: ada });
  });

  it("shows companies, segments and subscriptions in full", async () => {
    expect((await list("companies")).body.data).to.have.lengthOf(3);
    expect((await list("segments")).body.data).to.have.lengthOf(2);
    const { body } = await list("subscriptions");
    expect(body.data.map(({ consent_type }: { consent_type: string }) => consent_type)).to.deep.equal(["opt_out", "opt_in"]);
  });

  it("shows all twelve tags, not only the ten of the contact", async () => {
    const { body } = await list("tags");
    expect(body.data).to.have.lengthOf(12);
    expect(body).to.not.have.property("pages");
  });

  it("leads on to the next page by a link that names Intercom's own host", async () => {
    const contact = intercom.sandbox.state.contacts.get(ada)!;
    for (let number = 0; number < 60; number += 1) intercom.sandbox.build.addNote(contact, `Note ${number}`);
    const first = await list("notes");
    expect(first.body.total_count).to.equal(62);
    expect(first.body.data).to.have.lengthOf(50);
    expect(first.body.pages.next).to.equal(`https://api.intercom.io/contacts/${ada}/notes?page=2&per_page=50`);
    const second = await list("notes?page=2&per_page=50");
    expect(second.body.data).to.have.lengthOf(12);
    expect(second.body.pages.next).to.equal(null);
  });

  it("has nothing to show of somebody without lists", async () => {
    const grace = await intercom.idOf("grace@example.test");
    for (const name of ["notes", "companies", "tags", "segments", "subscriptions"]) {
      const { status, body } = await intercom.call("GET", `/contacts/${grace}/${name}`);
      expect(status).to.equal(200);
      expect(body.data).to.deep.equal([]);
    }
  });

  it("keeps a company when its contact goes", async () => {
    const companies = intercom.sandbox.state.companies.size;
    await intercom.call("DELETE", `/contacts/${ada}`);
    expect(intercom.sandbox.state.companies.size).to.equal(companies);
  });
});
