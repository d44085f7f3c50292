import { createMemoryConnector } from "./connector.js";

/** The reference connector, and the vendor that it is tried against. */
export { createMemoryConnector };
export { createMemorySandbox } from "./sandbox.js";
/** As a host or `dsr --connector` takes it. */
export const connector = createMemoryConnector();
