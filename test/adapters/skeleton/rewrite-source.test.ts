import { expect } from "chai";
import { rewriteSource } from "../../../adapters/skeleton/rewrite-source.js";

describe("a source of the reference connector under another name", () => {
  it("imports all of core from one place, and its own files as before", () => {
    const source = 'import { b, type C } from "../../core/one.js";\nimport type { A } from "../../core/two.js";\nimport { memoryManifest } from "./manifest.js";\n\ncode();\n';
    expect(rewriteSource(source, "acme")).to.equal('import { b, type A, type C } from "dsr-connect/core";\nimport { acmeManifest } from "./manifest.js";\n\ncode();\n');
    expect(rewriteSource('import type { Manifest } from "../../core/manifest.js";\n', "acme")).to.equal('import type { Manifest } from "dsr-connect/core";\n');
    expect(rewriteSource("code();\n", "acme")).to.equal("code();\n");
  });

  it("is renamed wherever it stands: in names, in addresses and in words", () => {
    const source = "/** The reference connector. */\nexport const a = createMemoryConnector(memoryManifest, 'https://api.memory.example', \"Memory CRM\");";
    expect(rewriteSource(source, "acme-crm")).to.equal("/** The AcmeCrm connector. */\nexport const a = createAcmeCrmConnector(acmeCrmManifest, 'https://api.acme-crm.example', \"AcmeCrm CRM\");");
    expect(rewriteSource(source, "memory-lane")).to.contain("createMemoryLaneConnector(memoryLaneManifest, 'https://api.memory-lane.example'");
  });
});
