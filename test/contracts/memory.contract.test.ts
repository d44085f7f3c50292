import { createMemoryConnector, createMemorySandbox } from "../../connectors/memory/index.js";
import { runConnectorContract } from "../../contracts/index.js";

runConnectorContract({ describe, it }, { connector: createMemoryConnector("synchronous"), sandbox: async () => createMemorySandbox() });
runConnectorContract({ describe, it }, { connector: createMemoryConnector("asynchronous"), sandbox: async () => createMemorySandbox({ asynchronousDeletion: true }) });
