import { intercom } from "../../connectors/intercom/index.js";
import { runConnectorContract } from "../../contracts/index.js";
import { intercomContractSandbox } from "./intercom-sandbox.js";

runConnectorContract({ describe, it }, { connector: intercom, sandbox: async () => intercomContractSandbox() });
