import { expect } from "chai";
import { integrationPage } from "../../../adapters/cli/pages/integration-page.js";
import { pageMarkdown, pageText } from "../../../adapters/cli/pages/render-page.js";
import { createStyle } from "../../../adapters/cli/style.js";
import { manifest } from "../../../connectors/intercom/manifest.js";
import type { Manifest } from "../../../core/manifest.js";
import { runInProcess } from "./support/world.js";

const show = (...words: string[]) => runInProcess(["connectors", "show", "intercom", ...words]);
const plain = createStyle({ write: () => true }, {}, false);

/** What an admin has to find on the page, by the section that it stands in. */
const FACTS: readonly (readonly [string, readonly RegExp[]])[] = [
  ["capabilities", [/^Product: Privacy$/, /^Request types: Access, Deletion$/, /^Identifier categories: Email$/]],
  ["before-you-start", [/Intercom user role Admin/]],
  ["connect", [/^Choose "Connect with Intercom"/, /^Log in to Intercom .*authorise the permissions/]],
  ["permissions-always", [/^Read and list users and companies: /, /^Read one user and one company: /]],
  ["permissions-by-capability", [/^Deletion: Write users and companies: /]],
  ["covers", [/^Contact: .* On deletion: .*deleted/, /^Companies: .* On deletion: .*stays/, /^Notes: /, /^Tags: /, /^Segments: /, /^Subscriptions: /, /^Conversations: .*500 parts/, /^Phone calls: .*transcripts/, /^Tickets: /, /^Events: .*90 days/, /^Custom objects: /]],
  ["related-deletion", [/^Conversations: .*Permission: Write conversations\.$/, /^Tickets: .*tracker.*Permission: Write tickets\.$/, /^Custom objects: .*Permission: Read and write custom object instances\.$/, /^Setting groupConversations, keep \(default\): /, /^Setting groupConversations, redact: /, /^Setting metrics, stop: .*Permission: Delete conversations and metrics\.$/]],
  ["remains", [/7 days/, /ratings/i, /Archived/, /anew/]],
  ["not-looked-at", [/^Archived contacts: /, /^Visitors: /, /^Call recordings: /]],
  ["troubleshooting", [/permissions and scopes of the key are checked.*not all.*needed?.*new connection fails|permissions and scopes of the key are checked.*new connection fails/, /lack the permissions or the minimum role.*account type is not the one required.*"Before you start"/]],
  ["technical-details", [/^API: REST API v2/, /^Access type: synchronous$/, /^Deletion type: synchronous$/, /^Rate limiting: 150 requests \/ 10 seconds$/, /^Regions: .*api\.intercom\.io.*api\.eu\.intercom\.io.*api\.au\.intercom\.io/]],
  ["more", [/^API documentation: https:\/\/developers\.intercom\.com\//, /^Help: https:\/\//]],
  ["legal-notice", [/not legal advice/]],
];

describe("the integration page", () => {
  it("states every fact in the section where it is looked for, in JSON", async () => {
    const { exit, json } = await show("--format", "json");
    expect(exit).to.equal(0);
    expect(json).to.include({ connector: "intercom", version: manifest.version });
    for (const [id, facts] of FACTS) {
      const section = json.sections.find((each: any) => each.id === id);
      const items: string[] = section?.items.map((item: any) => (item.label === null ? item.text : `${item.label}: ${item.text}`)) ?? [];
      for (const fact of facts) expect(items.some((item) => fact.test(item)), `${id}: ${fact}\n${items.join("\n")}`).to.equal(true);
    }
    expect((await show("--json")).json).to.deep.equal(json);
  });

  it("says the same in text and in Markdown, with every heading", async () => {
    const { sections } = integrationPage(manifest);
    const text = (await show()).out.replace(/\s+/g, " ");
    const markdown = (await show("--format", "markdown")).out;
    for (const { heading, items } of sections) {
      expect(text).to.contain(heading);
      expect(markdown).to.match(new RegExp(`^## ${heading.replace(/[()]/g, "\\$&")}$`, "m"));
      for (const item of items) expect(text).to.contain(item.text.replace(/\s+/g, " "));
    }
    expect(markdown).to.contain("1. Choose").and.to.contain("- **Access type**: synchronous").and.to.contain("<https://developers.intercom.com/docs>");
  });

  it("numbers what is done in order, and explains the set-up step by step", async () => {
    const { out } = await show();
    expect(out).to.match(/Connect: Connect with Intercom\n {2}1\. Choose[^]*\n {2}2\. Log in/);
    const setup = await show("--setup");
    expect(setup.exit).to.equal(0);
    manifest.setup.forEach((step, index) => expect(setup.out.replace(/\s+/g, " ")).to.contain(`${index + 1}. ${step}`));
    expect((await show("--setup", "--json")).json.sections).to.have.length(1);
  });

  it("is made from the manifest and from nothing else", () => {
    const other: Manifest = {
      ...manifest,
      id: "other",
      vendor: { name: "Other", url: "https://other.example" },
      requestTypes: ["access"],
      account: { role: "Owner", fix: "Ask the owner." },
      rateLimit: { requests: 7, windowMs: 60_000 },
      auth: [{ kind: "access_token", label: "Key", steps: ["Copy the *key*."] }],
    };
    const { deletion: _, ...withoutDeletion } = other;
    const text = pageText(integrationPage(withoutDeletion), plain);
    expect(text).to.contain("7 requests / 60 seconds").and.to.contain("role Owner").and.to.contain("Request types: Access\n");
    expect(text).not.to.contain("Deletion type").and.not.to.contain("On deletion:").and.not.to.contain("Related deletion");
    expect(pageMarkdown(integrationPage(withoutDeletion))).to.contain("Copy the \\*key\\*.");
  });

  it("writes a product in small letters in its title where that is an ordinary word, and as it is otherwise", () => {
    const titleOf = (product: string): string => integrationPage({ ...manifest, product }).title;
    expect(titleOf("Privacy")).to.equal("Intercom: privacy requests");
    expect(titleOf("GDPR Desk")).to.equal("Intercom: GDPR Desk requests");
    expect(titleOf("iMessage")).to.equal("Intercom: iMessage requests");
  });

  it("lists what is registered", async () => {
    const { json } = await runInProcess(["connectors", "--json"]);
    expect(json.connectors[0]).to.deep.equal({ id: "intercom", version: manifest.version, vendor: manifest.vendor, product: "Privacy", requestTypes: ["access", "deletion"], identifierCategories: ["email"], exemptions: [] });
    expect((await runInProcess(["connectors"])).out).to.match(/^intercom {2}\S+ {2}Intercom {2}access, deletion {2}by email\n$/);
  });
});
