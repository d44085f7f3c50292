import { createMemoryConnector } from "../../connectors/memory/connector.js";
import { createMemoryVendor } from "../../connectors/memory/vendor.js";
import { runConnectorContract } from "../../contracts/index.js";

runConnectorContract({ describe, it }, { connector: createMemoryConnector("synchronous"), sandbox: async () => createMemoryVendor() });
runConnectorContract({ describe, it }, { connector: createMemoryConnector("asynchronous"), sandbox: async () => createMemoryVendor({ asynchronousDeletion: true }) });
