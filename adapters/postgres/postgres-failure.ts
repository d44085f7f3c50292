import { DsrError, isDsrError } from "../../core/errors.js";

/**
 * What a failure of PostgreSQL or of the way to it means to the caller. Its own messages name hosts, users and values, so none is passed on. A
 * `DsrError` is returned as it is.
 */
export function postgresFailure(error: unknown): DsrError {
  if (isDsrError(error)) return error;
  const code = codeOf(error);
  if (isUnreadFile(error)) return new DsrError("STORAGE_FAILED", { reason: CERTIFICATE_UNREAD });
  if (code === "" && error instanceof Error && /does not support SSL/.test(error.message)) return new DsrError("STORAGE_FAILED", { reason: NOT_ENCRYPTED });
  const [, meaning, reason] = MEANINGS.find(([prefix]) => code !== "" && code.startsWith(prefix)) ?? ["", "STORAGE_FAILED" as const, isLost(error) ? UNREACHABLE : "the database refused a statement"];
  return new DsrError(meaning, { reason });
}

/** The same of a database that is opened: what its address is to blame for is corrected there, and nothing was begun that could be resumed. */
export function openingFailure(error: unknown): DsrError {
  const failure = postgresFailure(error);
  const { reason = "" } = failure.facts;
  return failure.code === "STORAGE_FAILED" && ADDRESS_IS_WRONG.has(reason) ? new DsrError("CONFIG_INVALID", { at: "DSR_DATABASE_URL", reason }) : failure;
}

/** Whether the server went away, was not there, or ended the transaction for its own reasons: what was not committed never happened. */
export function isLost(error: unknown): boolean {
  if (isDsrError(error) || isUnreadFile(error)) return false;
  const code = codeOf(error);
  // The driver gives no code where a connection ends, and where one is not made in time.
  if (code === "") return error instanceof Error && /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Client was closed)/i.test(error.message);
  return LOST.some((prefix) => code.startsWith(prefix));
}

/**
 * Whether nobody listens where the server should be, so that it is there for nobody. One that answers, whatever it says, may be there for others; and so may
 * one that does not answer, by another way through the network.
 */
export function isGone(error: unknown): boolean {
  // One for each address that the server's name stands for.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isGone);
  return codeOf(error) === "ECONNREFUSED" || (codeOf(error) === "ENOENT" && (error as NodeJS.ErrnoException).syscall === "connect");
}

/** Whether the server may just be restarted: nobody listens, it says that it stops or starts, or it went away while it was asked. */
export function isRestarting(error: unknown): boolean {
  return isGone(error) || (isLost(error) && (/^(57P0[123]|ECONNRESET|EPIPE)$/.test(codeOf(error)) || (error instanceof Error && /^Connection terminated unexpectedly/.test(error.message))));
}

const UNREACHABLE = "the database cannot be reached";
const LOGIN_REFUSED = "the database refuses this user or password";
const NO_SUCH_DATABASE = "the server has no such database";
const CERTIFICATE_REFUSED = "the database's certificate is not trusted";
const CERTIFICATE_UNREAD = "a file of certificates or keys that it names cannot be read";
const NOT_ENCRYPTED = "the server offers no encryption, and sslmode asks for it";
const ADDRESS_IS_WRONG: ReadonlySet<string> = new Set([LOGIN_REFUSED, NO_SUCH_DATABASE, CERTIFICATE_REFUSED, CERTIFICATE_UNREAD, NOT_ENCRYPTED]);

/** Connections that fail or end, servers that start or stop, and the operating system's own names. Source: PostgreSQL's appendix of error codes. */
const LOST = ["08", "57P01", "57P02", "57P03", "25P03", "53300", "40001", "40P01", "ECONN", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "ENOENT"];

const MEANINGS: readonly (readonly [string, "STORAGE_FAILED" | "INTEGRITY", string])[] = [
  ["28", "STORAGE_FAILED", LOGIN_REFUSED],
  ["3D000", "STORAGE_FAILED", NO_SUCH_DATABASE],
  ["42501", "STORAGE_FAILED", "this user may not write to the database"],
  ["25006", "STORAGE_FAILED", "the database is read-only"],
  ["53100", "STORAGE_FAILED", "the database's disk is full"],
  ["53300", "STORAGE_FAILED", "the database takes no more connections"],
  ["58", "STORAGE_FAILED", "the database's disk reported an error"],
  ["XX", "INTEGRITY", "the database is damaged"],
  ["23", "INTEGRITY", "rows of the database contradict each other"],
  ["42P01", "INTEGRITY", "a table of the database is missing"],
  ["SELF_SIGNED", "STORAGE_FAILED", CERTIFICATE_REFUSED],
  ["DEPTH_ZERO", "STORAGE_FAILED", CERTIFICATE_REFUSED],
  ["UNABLE_TO_", "STORAGE_FAILED", CERTIFICATE_REFUSED],
  ["CERT_", "STORAGE_FAILED", CERTIFICATE_REFUSED],
  ["ERR_TLS", "STORAGE_FAILED", CERTIFICATE_REFUSED],
];

/** The driver reads what the address names, and an address of a socket is no file that is opened. */
function isUnreadFile(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && (error.syscall === "open" || error.syscall === "read") && codeOf(error).startsWith("E") && !codeOf(error).startsWith("ECONN");
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}
