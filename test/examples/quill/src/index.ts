export { connector } from "./connector.js";
export { createQuillSandbox } from "./sandbox.js";
