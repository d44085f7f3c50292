import { DsrError, isDsrError } from "../../core/errors.js";

/**
 * What a failure of PostgreSQL or of the way to it means to the caller. Its own messages name hosts, users and values, so none is passed on. A
 * `DsrError` is returned as it is.
 */
export function postgresFailure(error: unknown): DsrError {
  if (isDsrError(error)) return error;
  const code = codeOf(error);
  const [, meaning, reason] = MEANINGS.find(([prefix]) => code !== "" && code.startsWith(prefix)) ?? ["", "STORAGE_FAILED" as const, isLost(error) ? UNREACHABLE : "the database refused a statement"];
  return new DsrError(meaning, { reason });
}

/** Whether the server went away, was not there, or ended the transaction for its own reasons: what was not committed never happened. */
export function isLost(error: unknown): boolean {
  if (isDsrError(error)) return false;
  const code = codeOf(error);
  // The driver gives no code where a connection ends, and where one is not made in time.
  if (code === "") return error instanceof Error && /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Client was closed)/i.test(error.message);
  return LOST.some((prefix) => code.startsWith(prefix));
}

const UNREACHABLE = "the database cannot be reached";

/** Connections that fail or end, servers that start or stop, and the operating system's own names. Source: PostgreSQL's appendix of error codes. */
const LOST = ["08", "57P01", "57P02", "57P03", "25P03", "53300", "40001", "40P01", "ECONN", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "ENOENT"];

const MEANINGS: readonly (readonly [string, "STORAGE_FAILED" | "INTEGRITY", string])[] = [
  ["28", "STORAGE_FAILED", "the database refuses this user or password"],
  ["3D000", "STORAGE_FAILED", "the server has no such database"],
  ["42501", "STORAGE_FAILED", "this user may not write to the database"],
  ["25006", "STORAGE_FAILED", "the database is read-only"],
  ["53100", "STORAGE_FAILED", "the database's disk is full"],
  ["53300", "STORAGE_FAILED", "the database takes no more connections"],
  ["58", "STORAGE_FAILED", "the database's disk reported an error"],
  ["XX", "INTEGRITY", "the database is damaged"],
  ["23", "INTEGRITY", "rows of the database contradict each other"],
  ["42P01", "INTEGRITY", "a table of the database is missing"],
  ["SELF_SIGNED", "STORAGE_FAILED", "the database's certificate is not trusted"],
  ["DEPTH_ZERO", "STORAGE_FAILED", "the database's certificate is not trusted"],
  ["UNABLE_TO_", "STORAGE_FAILED", "the database's certificate is not trusted"],
  ["CERT_", "STORAGE_FAILED", "the database's certificate is not trusted"],
  ["ERR_TLS", "STORAGE_FAILED", "the database's certificate is not trusted"],
];

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
