import { createMemoryConnector, createMemoryVendor } from "../../connectors/memory/index.js";
import { runConnectorContract } from "../../contracts/index.js";

runConnectorContract({ describe, it }, { connector: createMemoryConnector("synchronous"), sandbox: async () => createMemoryVendor() });
runConnectorContract({ describe, it }, { connector: createMemoryConnector("asynchronous"), sandbox: async () => createMemoryVendor({ asynchronousDeletion: true }) });
