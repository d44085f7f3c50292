import { describe, it } from "node:test";
import { runConnectorContract } from "dsr-connect/contracts";
import { connector, createQuillSandbox } from "../src/index.js";

runConnectorContract({ describe, it }, { connector, sandbox: async () => createQuillSandbox() });
