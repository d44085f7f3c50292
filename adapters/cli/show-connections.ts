import type { Connection, Workspace } from "../../core/connection.js";
import { ENDED_STATES, type PrivacyRequest } from "../../core/request.js";
import type { Subject } from "./cli.js";
import type { Style } from "./style.js";
import { aligned, plural, visible } from "./visible-text.js";

/** One line for each connection; below one that is broken who can renew it, what waits for that, and what falls due. */
export function connectionLines(connections: readonly Connection[], requests: readonly PrivacyRequest[], style: Style, { program = "dsr", again = "" }: Subject = {}): string[] {
  if (connections.length === 0) return [`No account is connected. \`${program} connect\` connects one.`];
  const rows = aligned(connections.map((each) => row(each, style, `${program} reconnect ${each.name}${again}`)), "");
  return connections.flatMap((each, n) => [rows[n] ?? "", ...(each.status === "connected" ? [] : brokenLines(each, waitingOn(each, requests), style, `${program} requests${again}`))]);
}

/** What the vendor tells of it: a name may be blank, a region unknown. */
export function workspaceWords({ name, id, region }: Workspace): string {
  const [called, ...more] = [name, id, region].filter((each) => each.trim() !== "").map((each) => visible(each));
  return more.length === 0 ? String(called) : `${String(called)} (${more.join(", ")})`;
}

export function connectionJson(connection: Connection, requests: readonly PrivacyRequest[]): object {
  const { scopes: _, account: __, teammates: ___, colleagues: ____, authorisedBy: { id, role }, ...shown } = connection;
  const waiting = waitingOn(connection, requests).map((each) => ({ id: each.id, ref: each.context.reference ?? null, type: each.type, state: each.state, dueAt: each.context.dueAt ?? null }));
  return { ...shown, authorisedBy: { id, role }, waiting };
}

/** Those that have not ended, what falls due first first. */
function waitingOn({ name }: Connection, requests: readonly PrivacyRequest[]): readonly PrivacyRequest[] {
  const due = ({ context: { dueAt } }: PrivacyRequest) => (dueAt === undefined ? Infinity : Date.parse(dueAt));
  return requests.filter(({ connection, state }) => connection === name && !ENDED_STATES.has(state)).sort((a, b) => due(a) - due(b));
}

function row({ name, connector, capabilities, workspace, status, vendorsOwn, checkedAt }: Connection, { bold, green, red, dim, yellow }: Style, renew: string): string[] {
  const state = status === "connected" ? green("connected") : red(`broken: ${renew}`);
  return [bold(name), state, connector, capabilities.join(", "), workspaceWords(workspace), `${dim(`checked ${checkedAt.slice(0, 10)}`)}${vendorsOwn ? "" : yellow("  not the vendor's own API")}`];
}

/** More are told by `dsr requests`. */
const MOST = 5;

function brokenLines({ authorisedBy: { id, role } }: Connection, waiting: readonly PrivacyRequest[], { dim }: Style, list: string): string[] {
  const shown = waiting.slice(0, MOST).map((each) => [each.type, each.id, each.state, each.context.dueAt === undefined ? "no due date" : `due ${each.context.dueAt.slice(0, 10)}`, each.context.reference === undefined ? "" : visible(each.context.reference)]);
  return [
    `  authorised by  ${visible(id)}${role === null ? "" : ` (${visible(role)})`}`,
    `  waiting        ${waiting.length === 0 ? "nothing" : plural(waiting.length, "request")}; no new deletion begins`,
    ...aligned(shown, "    "),
    ...(waiting.length > MOST ? [dim(`    and ${waiting.length - MOST} more: ${list}`)] : []),
  ];
}
