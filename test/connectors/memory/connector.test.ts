import { expect } from "chai";
import { createMemoryConnector } from "../../../connectors/memory/connector.js";
import type { ConnectorContext } from "../../../core/ports.js";

/** A context whose vendor gives one answer to everything. */
function answering(status: number, body: string | null): ConnectorContext {
  return {
    fetch: async () => new Response(body, { status }),
    clock: { now: () => 0 },
    signal: new AbortController().signal,
    apiOrigin: "https://api.memory.example",
    appOrigin: "https://app.memory.example",
    workspaceId: "memory-1",
    categories: [],
  };
}

describe("The reference connector", () => {
  const { executor, lookup } = createMemoryConnector();
  const target = { category: "person", id: "p1" };

  it("believes the vendor's word about the record, and neither the status nor a word about another one", async () => {
    expect((await executor(answering(200, '{"id":"p1","deleted":true}')).erase(target)).answer).to.equal("deleted");
    expect((await executor(answering(200, '{"id":"p1","deleted":false}')).erase(target)).answer).to.equal("not_deleted");
    expect((await executor(answering(200, '{"id":"p1"}')).erase(target)).answer).to.equal("not_deleted");
    for (const context of [answering(200, '{"id":"p2","deleted":true}'), answering(204, null), answering(202, null)]) {
      expect(await executor(context).erase(target).catch((error: Error) => error.message)).to.equal("OUTCOME_UNKNOWN");
    }
  });

  it("keeps the reference of a deletion that takes its time", async () => {
    expect(await executor(answering(202, '{"job":"job-7"}')).erase(target)).to.deep.equal({ answer: "accepted", reference: "job-7" });
  });

  it("plans without a call", async () => {
    const silent: ConnectorContext = { ...answering(200, "{}"), fetch: () => Promise.reject(new Error("called")) };
    const match = { id: "p1", category: "person", kind: "customer", matchedBy: "exact", primary: true, holds: {} } as const;
    expect((await executor(silent).planDeletion([match])).targets).to.deep.equal([target]);
  });

  it("reads an id that holds a slash as one id", async () => {
    let asked = "";
    const context: ConnectorContext = {
      ...answering(404, "{}"),
      fetch: async ({ url }) => {
        asked = url;
        return new Response("{}", { status: 404 });
      },
    };
    await lookup(context).findById("../account");
    expect(asked).to.equal("https://api.memory.example/people/..%2Faccount");
  });
});
