/** The Intercom connector. */
export { intercom } from "./connector.js";
