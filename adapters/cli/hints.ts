import { ERROR_TABLE } from "../../core/error-table.js";
import type { ErrorCode, ErrorFacts } from "../../core/errors.js";
import type { Subject } from "./cli.js";

/** What to do about a code, with the names of what is being worked on put where the table says NAME and ID. */
export function hintFor(code: ErrorCode, subject: Subject, facts: ErrorFacts = {}): string {
  const { requestId, connection, connector, command, again = "", program = "dsr" } = subject;
  const about = requestOf(code, requestId, facts);
  let hint = remedyOf(code, subject);
  if (about !== undefined) hint = hint.replace(/dsr (resume|cancel|requests show|evidence show)(?: ID)?`/g, `dsr $1 ${about}\``);
  // Without a request's id the command would not be understood.
  else hint = hint.replace(/dsr resume`/g, `dsr resume --all\``);
  if (connection !== undefined) hint = hint.replace(/dsr (reconnect|check) NAME`/g, `dsr $1 ${connection}\``);
  if (connector !== undefined) hint = hint.replace(/dsr connectors show ID`/g, `dsr connectors show ${connector}\``);
  hint = command === undefined ? hint.replace("`dsr help COMMAND` shows how it is written.", "`dsr help` lists the commands.") : hint.replace("dsr help COMMAND", `dsr help ${command}`);
  return hint.replaceAll(/`dsr ([^`]+)`/g, (_, words: string) => `\`${program} ${words}${again}\``);
}

/** A deletion that has to wait for an access request is not the one to go on with. */
function requestOf(code: ErrorCode, requestId: string | undefined, { at }: ErrorFacts): string | undefined {
  return code === "ACCESS_FIRST" ? /^request ([A-Za-z0-9]+)$/.exec(at ?? "")?.[1] : requestId;
}

function remedyOf(code: ErrorCode, { task }: Subject): string {
  if (code === "ACCESS_FIRST") return "Finish the access request with `dsr resume ID`, or give it up with `dsr cancel ID`, then delete.";
  const own = task === undefined ? undefined : TASKS[task][code];
  return own ?? ERROR_TABLE[code].remedy;
}

const TOKEN = "Check that the whole token was given, that it was not revoked, and that it belongs to the region that is asked (--region); then give the same command again.";
const AGAIN = "then give the same command again.";
const GOES_ON = "`dsr resume --all` then goes on with what waits.";

/** Where no request is under way there is none to resume, and a connection that is not made yet cannot be renewed. */
const CONNECTING: Partial<Record<ErrorCode, string>> = {
  AUTH_REJECTED: TOKEN,
  UNSUPPORTED_REQUEST: "`dsr connectors show ID` lists the request types that it offers.",
  VENDOR_UNAVAILABLE: `Check the network and the vendor's status page, ${AGAIN}`,
  RATE_LIMITED: `Wait a while, ${AGAIN}`,
};

/** Until its connection is mended, a request would only be stopped again. */
const MENDING: Partial<Record<ErrorCode, string>> = {
  AUTH_REJECTED: `Renew the connection with \`dsr reconnect NAME\`; ${GOES_ON}`,
  SCOPE_MISSING: `Grant it where the vendor's app is configured, and authorise again where the vendor wants that (\`dsr reconnect NAME\`); once \`dsr check NAME\` finds it, ${GOES_ON}`,
  ROLE_INSUFFICIENT: `Let someone with the required role authorise, and renew the connection with \`dsr reconnect NAME\`; ${GOES_ON}`,
};

const TASKS: Readonly<Record<NonNullable<Subject["task"]>, Partial<Record<ErrorCode, string>>>> = {
  connect: CONNECTING,
  check: {
    ...MENDING,
    VENDOR_UNAVAILABLE: `Check the network and the vendor's status page, ${AGAIN}`,
    RATE_LIMITED: `Wait a while, ${AGAIN}`,
  },
  disconnect: {
    OUTCOME_UNKNOWN: "Give the same command again: it asks whether the token still works. It can also be ended at the vendor by hand; without --revoke the connection is forgotten here alone.",
    VENDOR_UNAVAILABLE: `Check the network and the vendor's status page, ${AGAIN}`,
    RATE_LIMITED: `Wait a while, ${AGAIN}`,
  },
  resume_all: {
    ...MENDING,
    UNSUPPORTED_REQUEST: `Select its request type again: \`dsr reconnect NAME\` with --capabilities; ${GOES_ON}`,
  },
  take_in: {
    INTERRUPTED: "Give the same command with the same input again: it goes on where it stopped.",
    STORAGE_FAILED: "Free space, correct the permissions, or see that the database's server runs and can be reached; then give the same command with the same input again.",
  },
  queue: { INTERRUPTED: "Give the same command again: it goes on where it stopped. `dsr resume ID` carries the rest out here, instead of leaving it to workers." },
  output: { STORAGE_FAILED: "Free space, or write elsewhere; `dsr requests` lists what was done." },
};
