/** The reference connector, and the vendor that it is tried against. */
export { createMemoryConnector } from "./connector.js";
export { createMemoryVendor } from "./vendor.js";
