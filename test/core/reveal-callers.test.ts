import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Who may see an identifier's value, and what for. Whoever is added here has to say why. */
const ALLOWED: Readonly<Record<string, string>> = {
  "core/compare-found.ts": "compares what a vendor returned with it",
  "core/intake.ts": "makes the keyed digest under which a person's requests are found",
  "adapters/journal/identifier-table.ts": "seals it at rest",
  "connectors/intercom/authored-conversations.ts": "asks for conversations that it began, and compares what comes back",
  "connectors/intercom/lookup.ts": "asks the vendor for it and compares what comes back",
  "connectors/intercom/lookup-archived.ts": "compares those in the list of archived contacts with it",
  "connectors/intercom/reading.ts": "tells the person's own address from others' in what it reads",
  "connectors/intercom/connector.ts": "makes the rehearsal's made-up person",
  "contracts/rules/accounts.ts": "compares whose a record is said to be that another account has by the same id",
  "contracts/rules/answers.ts": "puts made-up people into the vendor's double under one address, so that a search has several pages",
  "contracts/rules/colleagues.ts": "lists made-up people among those who work for the account at the vendor's double",
  "contracts/rules/doubt.ts": "spoils an answer with the address that was asked for, to see it judged",
  "contracts/rules/extents.ts": "compares whose a record is said to be that the search hides",
  "contracts/rules/lookup.ts": "puts a made-up person into the vendor's double under the address that is asked for, and compares whose a record is said to be",
  "contracts/rules/moved.ts": "gives a record the address of somebody made up once it was found",
  "contracts/rules/reading-on.ts": "puts made-up people into the vendor's double under one address, so that a search has several pages",
  "contracts/rules/together.ts": "puts made-up people into the vendor's double under two addresses, to be looked for at the same time",
  "connectors/memory/connector.ts": "asks its double for it",
};

describe("the value of an identifier", () => {
  it("is revealed only to those who are listed here", () => {
    const callers = ["core", "connectors", "adapters", "contracts"].flatMap(sources).filter((path) => /\.\s*reveal\b|\[\s*["'`]reveal/.test(withoutComments(path)));
    expect(callers.sort()).to.deep.equal(Object.keys(ALLOWED).sort());
  });

  it("is looked for in sources that exist", () => {
    expect(sources("core")).to.include(join("core", "identifier.ts"));
    expect(sources("adapters").length).to.be.greaterThan(20);
  });
});

function sources(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
    .map((path) => join(folder, path));
}

function withoutComments(path: string): string {
  return readFileSync(join(ROOT, path), "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}
