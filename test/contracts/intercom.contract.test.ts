import { intercom } from "../../connectors/intercom/index.js";
import { runConnectorContract } from "../../contracts/index.js";
import { intercomContractSandbox } from "./intercom-sandbox.js";

// The rules that try every call and every moment have many of them here.
const patient = (title: string, body: () => Promise<void>) => it(title, body).timeout(60_000);

runConnectorContract({ describe, it: patient }, { connector: intercom, sandbox: async () => intercomContractSandbox() });
