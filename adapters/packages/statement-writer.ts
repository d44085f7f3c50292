import type { StatementWriter } from "../../core/host-ports.js";
import type { PackageAbout } from "./about.js";
import { requestStatement } from "./request-statement.js";

/** Statements in the words of the catalogue, with what the controller adds. */
export function createStatementWriter(about: () => Promise<PackageAbout> = () => Promise.resolve({})): StatementWriter {
  return { write: async (subject) => requestStatement(subject, await about()) };
}
