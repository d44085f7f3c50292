import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Connection } from "../../core/connection.js";
import { ERROR_TABLE } from "../../core/error-table.js";
import { isDsrError } from "../../core/errors.js";
import { systemClock } from "../clock/system-clock.js";
import type { LocalDsr } from "../inversify/local-dsr.js";
import type { Cli } from "./cli.js";
import { readConfiguration } from "./configuration.js";
import { databaseUrl, homeFolder } from "./home-folder.js";
import { withDsr } from "./open-dsr.js";
import { dueWithin } from "./requests-commands.js";
import { waitingRequests } from "../inversify/waiting-requests.js";
import { plural } from "./visible-text.js";

export interface Finding {
  readonly name: string;
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
}

/** Looks at what commonly goes wrong. Calls no vendor, and makes no home where there is none. */
export async function examine(cli: Cli): Promise<readonly Finding[]> {
  const home = homeFolder(cli);
  const exists = await stat(home).then((found) => found.isDirectory(), () => false);
  const findings = [nodeVersion(), await writable(home, exists), await settings(cli), await sealingKey(cli, home)];
  const place = await store(cli, exists);
  // An unreadable home would only say the same again, and a folder that is none is not made one.
  const isHome = exists && (databaseUrl(cli) !== undefined || (await stat(join(home, "dsr.db")).then(() => true, () => false)));
  if (!isHome || [...findings, place].some(({ status }) => status === "fail")) return [...findings, place];
  return [...findings, ...(await stored(cli, place))];
}

const OLDEST = [20, 19] as const;

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return { name: "node", status: ok ? "ok" : "fail", detail: `${process.versions.node}${ok ? "" : `; ${OLDEST.join(".")} or newer is needed`}` };
}

async function writable(home: string, exists: boolean): Promise<Finding> {
  let place = home;
  // What is not there yet is made in the nearest folder that is.
  while (!(await stat(place).then(() => true, () => false)) && dirname(place) !== place) place = dirname(place);
  const ok = await access(place, constants.W_OK | constants.X_OK).then(() => true, () => false);
  return { name: "home", status: ok ? "ok" : "fail", detail: `${home}${ok ? (exists ? "" : " (made on first use)") : " cannot be written"}` };
}

async function settings(cli: Cli): Promise<Finding> {
  try {
    await readConfiguration(cli);
    return { name: "settings", status: "ok", detail: "valid" };
  } catch (error) {
    return { name: "settings", status: "fail", detail: reasonOf(error) };
  }
}

/** Where the records are kept. Whether they can be read is seen when they are. */
async function store(cli: Cli, exists: boolean): Promise<Finding> {
  const name = "store";
  const url = databaseUrl(cli);
  if (url === undefined) return { name, status: "ok", detail: `dsr.db in the home folder${exists ? "" : " (made on first use)"}` };
  const { DatabaseUrl } = await import("../postgres/database-url.js");
  try {
    return { name, status: "ok", detail: `PostgreSQL, database ${DatabaseUrl.parse(url).name}${exists ? "" : " (looked at once there is a home folder)"}` };
  } catch (error) {
    return { name, status: "fail", detail: reasonOf(error) };
  }
}

async function sealingKey({ io }: Cli, home: string): Promise<Finding> {
  const name = "sealing key";
  const given = io.env["DSR_KEY"];
  if (given !== undefined) return { name, ...(await judgedKey(given)) };
  const file = await stat(join(home, "key")).catch(() => undefined);
  if (file === undefined) return { name, status: "ok", detail: "a key file is made on first use" };
  const open = process.platform !== "win32" && (file.mode & 0o077) !== 0;
  return { name, status: open ? "fail" : "ok", detail: open ? "others than its owner may read or write the key file: chmod 600" : "key file, for its owner alone" };
}

async function judgedKey(text: string): Promise<Pick<Finding, "status" | "detail">> {
  const { parseSealingKey } = await import("../vault/sealing-key.js");
  try {
    parseSealingKey(text, "DSR_KEY");
    return { status: "ok", detail: "from DSR_KEY" };
  } catch (error) {
    return { status: "fail", detail: reasonOf(error) };
  }
}

/** What is in the store; it is well only where it could be opened. */
async function stored(cli: Cli, place: Finding): Promise<readonly Finding[]> {
  const { program = "dsr", again = "" } = cli.subject;
  let opened = false;
  try {
    return await withDsr(cli, async ({ dsr }) => {
      opened = true;
      return [place, ...(await connections(dsr, program, again)), ...(await waiting(dsr, program, again))];
    });
  } catch (error) {
    const wrong = { status: "fail" as const, detail: reasonOf(error) };
    if (isDsrError(error, "SEALING_KEY_INVALID")) return [{ name: "records", ...wrong }];
    return opened ? [place, { name: "records", ...wrong }] : [{ name: "store", ...wrong, detail: `${place.detail}: ${wrong.detail}` }];
  }
}

async function connections(dsr: LocalDsr, program: string, again: string): Promise<readonly Finding[]> {
  const all = await dsr.connections();
  const ahead = all.some(({ checkedAt }) => Date.parse(checkedAt) > systemClock.now() + 60_000);
  const clock: Finding = { name: "clock", status: ahead ? "warn" : "ok", detail: ahead ? "it was later before: a connection was checked in the future" : new Date(systemClock.now()).toISOString() };
  const registered = registeredAt(dsr);
  if (all.length === 0) return [clock, { name: "connections", status: "warn", detail: `none; \`${program} connect\` makes one` }];
  return [
    clock,
    ...all.map((each): Finding => ({ name: `connection ${each.name}`, ...judgedConnection(each, registered, program, again) })),
  ];
}

function judgedConnection({ name, status, connector, vendorsOwn }: Connection, registered: ReadonlySet<string>, program: string, again: string): Pick<Finding, "status" | "detail"> {
  if (!registered.has(connector)) return { status: "fail", detail: `its connector ${connector} is not registered: name its module with --connector, or under connectorModules in the settings` };
  if (status === "broken") return { status: "fail", detail: `its token is not accepted any more: ${program} reconnect ${name}${again}` };
  return { status: "ok", detail: `${connector}${vendorsOwn ? "" : ", not the vendor's own API"}` };
}

function registeredAt(dsr: LocalDsr): ReadonlySet<string> {
  return new Set(dsr.manifests().map(({ id }) => id));
}

async function waiting(dsr: LocalDsr, program: string, again: string): Promise<readonly Finding[]> {
  const all = await waitingRequests(dsr);
  const open = all.map(({ request }) => request);
  const registered = registeredAt(dsr);
  const known = all.filter(({ request }) => registered.has(request.connector));
  const goOn = known.filter(({ goesOn }) => goesOn).length;
  const unknown = all.length - known.length;
  const urgent = dueWithin(open, systemClock.now() + 7 * 86_400_000).length;
  const overdue = dueWithin(open, systemClock.now()).length;
  const detail = open.length === 0 ? "none waits" : `${plural(open.length, "waits", "wait")}: ${goOn} for \`${program} resume --all${again}\`, ${known.length - goOn} for a decision${unknown === 0 ? "" : `, ${unknown} for a connector that is not registered`}; ${urgent} due within 7 days, ${overdue} overdue`;
  return [{ name: "requests", status: urgent > 0 ? "warn" : "ok", detail }];
}

function reasonOf(error: unknown): string {
  if (!isDsrError(error)) return ERROR_TABLE.INTERNAL.meaning;
  const { at, reason } = error.facts;
  return [ERROR_TABLE[error.code].meaning, [at, reason].filter((part) => part !== undefined).join(": ")].join(" ").trim();
}
