import { expect } from "chai";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { DsrError } from "../../../core/errors.js";
import { fetchDescription } from "../../../adapters/openapi/fetch-description.js";
import { compareDescriptions } from "../../../adapters/openapi/compare.js";
import { DEVIATIONS } from "../../../connectors/intercom/api/deviations.js";
import { UNREAD } from "../../../connectors/intercom/api/unread.js";
import { runInProcess } from "./support/world.js";
import { dsr } from "./support/processes.js";

const OURS = readFileSync(new URL("../../../connectors/intercom/api/openapi.yaml", import.meta.url), "utf8");

/** A server that answers everything alike, for as long as `use` takes. */
async function answering(answer: (response: ServerResponse) => void, use: (origin: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("drift", () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  /** Our own description with something done to it: every deviation is settled in it, and stands beside what is looked for. */
  const drift = async (change: (document: any) => void = () => undefined) => {
    const document = parse(OURS);
    change(document);
    const { exit, json } = await runInProcess(["drift", "intercom", file("theirs.json", JSON.stringify(document)), "--json"]);
    return { exit, findings: (json.findings as { operation: string; pointer: string; change: string }[]).filter((finding) => finding.change !== "settled") };
  };
  const contact = (document: any) => document.paths["/contacts/{contact_id}"].get;

  before(() => { folder = mkdtempSync(join(tmpdir(), "dsr-drift-")); });
  after(() => { rmSync(folder, { recursive: true, force: true }); });

  it("finds nothing where nothing changed, and says which deviations are none any more", async () => {
    expect(await drift()).to.deep.equal({ exit: 3, findings: [] });
    const { json } = await runInProcess(["drift", "intercom", join(folder, "theirs.json"), "--json"]);
    expect(json.findings).to.have.lengthOf(DEVIATIONS.length);
  });

  it("tells of what was removed, retyped, newly deprecated, newly required and added, at its place", async () => {
    const { exit, findings } = await drift((document) => {
      delete document.paths["/contacts/{contact_id}/notes"];
      contact(document).deprecated = true;
      document.paths["/events"].get.parameters.push({ name: "region", in: "query", required: true, schema: { type: "string" } });
      document.components.schemas.Contact.properties.id = { type: "integer" };
      document.components.schemas.Contact.properties.email.deprecated = true;
      document.components.schemas.Contact.properties.shoe_size = { type: "number" };
      document.paths["/me"].get.parameters = [{ name: "expand", in: "query", schema: { type: "string" } }];
    });
    expect(exit).to.equal(3);
    const place = ({ change, operation, pointer }: { change: string; operation: string; pointer: string }): string => `${change} ${operation} ${pointer}`.trim();
    expect(findings.map(place)).to.include.members([
      "removed GET /contacts/{contact_id}/notes",
      "deprecated GET /contacts/{contact_id}",
      "required GET /events /parameters/query/region",
      "retyped GET /contacts/{contact_id} /responses/200/id",
      "deprecated GET /contacts/{contact_id} /responses/200/email",
      "added GET /contacts/{contact_id} /responses/200/shoe_size",
      "added GET /me /parameters/query/expand",
    ]);
  });

  it("tells of what a call has to carry, may be answered or goes to, for each operation that is used", async () => {
    const erase = (document: any) => document.paths["/contacts/{contact_id}"].delete;
    const told = async (change: (document: any) => void): Promise<string[]> => {
      const { exit, findings } = await drift(change);
      expect(exit).to.equal(3);
      return findings.map(({ change: what, operation, pointer }) => `${what} ${operation} ${pointer}`);
    };
    expect(await told((document) => { erase(document).requestBody = { required: true, content: { "application/json": { schema: { type: "object" } } } }; })).to.deep.equal(["required DELETE /contacts/{contact_id} /requestBody"]);
    expect(await told((document) => { erase(document).responses["202"] = { description: "later" }; })).to.deep.equal(["added DELETE /contacts/{contact_id} /responses/202"]);
    expect(await told((document) => { delete contact(document).responses["410"]; })).to.deep.equal(["removed GET /contacts/{contact_id} /responses/410"]);
    expect(await told((document) => { document.servers.splice(1, 1); })).to.deep.equal(["removed  /servers/https://api.eu.intercom.io"]);
    expect(await told((document) => { document.components.securitySchemes.bearer = { type: "apiKey", in: "header", name: "X-Key" }; })).to.deep.equal(["retyped  /security"]);
    expect(await told((document) => { erase(document).security = []; })).to.deep.equal(["retyped DELETE /contacts/{contact_id} /security"]);
    expect(await told((document) => { document.components.schemas.SearchGroup.properties.value.maxItems = 10; })).to.include("retyped POST /tickets/search /requestBody/query/value");
    expect(await told((document) => { document.components.schemas.SearchFilter.properties.value.anyOf[1].maxItems = 10; })).to.include("retyped POST /contacts/search /requestBody/query/value");
  });

  it("says of no deviation that it is settled where what it stood beside is not there at all", async () => {
    const document = parse(OURS);
    delete document.paths["/events"];
    delete document.components.schemas.CompanyPage.properties.pages;
    const { json } = await runInProcess(["drift", "intercom", file("gone.json", JSON.stringify(document)), "--json"]);
    const settled = (json.findings as { operation: string; pointer: string; change: string }[]).filter(({ change }) => change === "settled").map(({ operation, pointer }) => `${operation} ${pointer}`);
    expect(DEVIATIONS.map(({ operation, pointer }) => `${operation} ${pointer}`)).to.include.members(["GET /events /parameters/query/before", "GET /contacts/{contact_id}/companies /responses/200/pages/next/per_page"]);
    expect(settled.filter((place) => /^GET \/events |companies \/responses\/200\/pages/.test(place))).to.deep.equal([]);
    expect(settled).to.include("GET /contacts/{contact_id}/companies /parameters/query/per_page");
  });

  it("takes no notice of operations and fields that nobody here uses", async () => {
    const { findings } = await drift((document) => {
      document.paths["/brands"] = { get: { responses: { 200: { description: "none of ours" } } } };
      document.components.schemas.Brand = { type: "object" };
    });
    expect(findings).to.deep.equal([]);
  });

  it("lists what is not read in the form of the connector's own list, which is free of what is read", async () => {
    const document = parse(OURS);
    document.components.schemas.Contact.properties.shoe_size = { type: "number" };
    const { exit, json } = await runInProcess(["drift", "intercom", file("more.json", JSON.stringify(document)), "--list-unread"]);
    expect(exit).to.equal(0);
    expect(json["GET /contacts/{contact_id}"]).to.deep.equal(["/responses/200/shoe_size"]);
    const operations = new Set(Object.entries<any>(document.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`)));
    expect(Object.keys(UNREAD).filter((operation) => !operations.has(operation))).to.deep.equal([]);
  });

  it("reads the description from an address as well", async () => {
    await answering((response) => response.end(OURS), async (origin) => {
      const { json } = await runInProcess(["drift", "intercom", `${origin}/openapi.yaml`, "--json"]);
      expect(json.findings).to.have.lengthOf(DEVIATIONS.length);
    });
  });

  it("says of an address what it does instead of giving a description, and what to do, with exit code 1 and without what may be secret in it", async () => {
    const said = async (answer: (response: ServerResponse) => void, words: string): Promise<void> => {
      await answering(answer, async (origin) => {
        const { exit, out, err } = await runInProcess(["drift", "intercom", `${origin.replace("//", "//name:hunter2@")}/openapi.yaml?token=s3cret`]);
        expect({ exit, out }, words).to.deep.equal({ exit: 1, out: "" });
        expect(err, words).to.contain(`The address ${origin}/openapi.yaml: ${words}`).and.contain("DESCRIPTION_UNAVAILABLE").and.contain("or download the description and name the file");
        expect(err).to.not.match(/hunter2|s3cret|resume|connector has to be changed/);
      });
    };
    await said((response) => response.writeHead(302, { location: "https://vendor.example/?token=s3cret" }).end(), "it answers with a redirect, which is not followed: give the address that it leads to. (status 302)");
    await said((response) => response.writeHead(404).end(), "it answers that there is nothing. (status 404)");
    await said((response) => response.writeHead(401).end(), "it asks for a permission, and nothing is sent along: download the description and name the file. (status 401)");
    await said((response) => response.writeHead(500).end(), "it answers with something else than the description. (status 500)");
    await said((response) => response.writeHead(200, { "content-length": "9999" }).end(OURS.slice(0, 500), () => response.destroy()), "its answer broke off.");
    await said((response) => response.writeHead(200, { "content-encoding": "gzip" }).end("?"), "what it answers cannot be decoded.");
    await said((response) => response.destroy(), "its answer broke off.");
  });

  it("says that an address cannot be reached, and that its answer takes too long or is too large", async () => {
    let gone = "";
    const reasonOf = (origin: string, options: { readonly deadlineMs?: number; readonly maxBytes?: number }): Promise<unknown> =>
      fetchDescription(new URL(origin), { userAgent: "test", signal: new AbortController().signal, ...options }).catch((thrown: DsrError) => thrown.facts.reason);
    await answering((response) => response.end(OURS), async (origin) => {
      gone = origin;
      expect(await reasonOf(origin, { maxBytes: 1024 })).to.equal("it gives more than any description needs, and was not read to its end");
    });
    await answering(() => undefined, async (origin) => {
      expect(await reasonOf(origin, { deadlineMs: 100 })).to.equal("its answer did not come to an end within 0.1 seconds");
      const stopped = await fetchDescription(new URL(origin), { userAgent: "test", signal: AbortSignal.abort() }).catch((thrown: DsrError) => thrown.code);
      expect(stopped).to.equal("INTERRUPTED");
    });
    const { exit, err } = await runInProcess(["drift", "intercom", gone]);
    expect(exit).to.equal(1);
    expect(err).to.contain("it cannot be reached");
  });

  it("calls a description that is cut off no drift, wherever it is cut, and a slip in a whole one none", async () => {
    const lines = OURS.split("\n");
    for (const part of [lines.slice(0, 300).join("\n"), `${lines.slice(0, 300).join("\n")}\n`, `${lines.slice(0, 900).join("\n")}\n`, OURS.slice(0, OURS.length - 700), JSON.stringify(parse(OURS)).slice(0, 9000)]) {
      const { exit, out, err } = await runInProcess(["drift", "intercom", file("cut.yaml", part)]);
      expect({ exit, out }).to.deep.equal({ exit: 2, out: "" });
      expect(err).to.contain(`The file ${join(folder, "cut.yaml")}: it is `).and.contain("cut off").and.contain("get it again");
    }
    const { exit, err } = await runInProcess(["drift", "intercom", file("slip.yaml", OURS.replace("#/components/responses/Conflict", "#/components/responses/Gone"))]);
    expect({ exit, err }).to.deep.equal({ exit: 3, err: "" });
    const open = await runInProcess(["drift", "intercom", file("open.yaml", "openapi: 3.1.0\npaths:\n  /me: {}\n  /admins:")]);
    expect(open.exit).to.equal(3);
    expect(open.err).to.contain("Where it is cut off, what seems to be gone may only be missing in it.");
  });

  it("refuses what is no description, no file and no connector, with exit code 2", async () => {
    for (const [source, words] of [[join(folder, "nothing.yaml"), "cannot be read"], [file("broken.yaml", "a: ["), "neither YAML nor JSON"], [file("page.html", "\n<!DOCTYPE html><p>openapi: 3.1.0"), "it is a web page (HTML) or XML"], [file("other.yaml", "a: 1"), "it has no paths"], [file("two.yaml", 'swagger: "2.0"\npaths: {}'), "it is not of OpenAPI 3"], [file("four.yaml", "openapi: 4.0.0\npaths: {}"), "it is not of OpenAPI 3"], [folder, "cannot be read"], [file("nothing-in-it.yaml", ""), "it has no paths"]] as const) {
      const { exit, err } = await runInProcess(["drift", "intercom", source]);
      expect(exit).to.equal(2);
      expect(err).to.contain(`The file ${source}: `).and.contain(words).and.contain("DESCRIPTION_INVALID");
    }
    expect((await runInProcess(["drift", "nobody", join(folder, "other.yaml")])).exit).to.equal(2);
  });

  it("is a command whose exit code a pipeline can use", async () => {
    const { exit, out } = await dsr(["drift", "intercom", file("empty.yaml", "paths: {}")]);
    expect(exit).to.equal(3);
    expect(out).to.contain("GET /contacts/{contact_id}").and.contain("the path is not described there");
  });

  it("has a reason for each deviation, each once", () => {
    for (const { operation, pointer, reason } of DEVIATIONS) expect(reason.length, `${operation} ${pointer}`).to.be.greaterThan(20);
    expect(new Set(DEVIATIONS.map(({ operation, pointer }) => `${operation} ${pointer}`)).size).to.equal(DEVIATIONS.length);
    expect(compareDescriptions(parse(OURS), parse(OURS))).to.deep.equal([]);
  });
});
