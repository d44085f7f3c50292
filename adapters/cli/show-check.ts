import type { Connection, ScopeCheck } from "../../core/connection.js";
import { RELATED_DELETION, type ScopeReport } from "../../core/scopes.js";
import { notCoveredLines } from "./show-coverage.js";
import type { Style } from "./style.js";
import { aligned, visible } from "./visible-text.js";

/** Every permission and the role, as they were found. */
export function checkLines(connection: Connection, report: ScopeReport, style: Style, program = "dsr"): string[] {
  return [
    ...notVendorsOwnLines(connection, style),
    ...aligned([
      ...report.scopes.map((scope) => [statusOf(scope, style), scope.label, style.dim(`for ${scope.neededFor.join(", ") || "optional parts"}`)]),
      [roleStatus(report, style), `role ${report.account.required}`, style.dim("for whoever connects")],
    ]),
    ...unprovenLines(report, program).map((line) => style.dim(`  ${line}`)),
    ...notCoveredLines(report.notCovered, style),
    ...grantedSinceLines(connection, report, style, program),
  ];
}

/** What is granted by now, where whatever is granted was to be covered. */
function grantedSinceLines({ name, selected = "granted" }: Connection, { scopes, notCovered }: ScopeReport, style: Style, program: string): string[] {
  const since = scopes.filter(({ label, status }) => status === "granted" && notCovered.some(({ scope, reason }) => scope === label && reason === "not selected"));
  return selected !== "granted" || since.length === 0 ? [] : [style.dim(`  granted by now, and looked at once \`${program} reconnect ${name}\` has added it: ${since.map(({ label }) => label).join("; ")}`)];
}

/** What has to be granted and where, all of it at once, and what would work without. */
export function notGrantedLines(report: ScopeReport, { role }: Pick<Connection["authorisedBy"], "role">, style: Style): string[] {
  // What the subscription refuses looks missing and may well be granted.
  const missing = report.planRestricted ? [] : report.scopes.filter((scope) => scope.status === "missing" && report.required.includes(scope.id));
  const more = report.planRestricted ? [] : report.scopes.filter((scope) => scope.status === "missing" && !report.required.includes(scope.id));
  const works = report.wouldWork.length === 0 ? "nothing" : `--capabilities ${report.wouldWork.join(",")}`;
  return [
    ...(report.planRestricted ? [`  ${style.red("refused")}  ${style.bold("the account's subscription")} does not include this part of the vendor's API: whether the permissions are granted cannot be told`] : []),
    ...missing.flatMap((scope) => [`  ${style.red("missing")}  ${style.bold(scope.label)}  for ${scope.neededFor.join(", ")}`, `           ${scope.fix}`]),
    ...(report.account.status === "insufficient" ? [`  ${style.red("missing")}  ${style.bold(`role ${report.account.required}`)}  for whoever connects${role === null ? "" : `, who has the role ${visible(role)}`}`, `           ${report.account.fix}`] : []),
    `  would work with what is granted now: ${works}`,
    ...(more.length === 0 ? [] : [style.dim(`  not granted either, and not required; each would only cover more: ${more.map(({ label }) => label).join("; ")}`)]),
  ];
}

/** Results of a sandbox or a proxy must not be taken for the vendor's. */
export function notVendorsOwnLines({ vendorsOwn, apiOrigin }: Pick<Connection, "vendorsOwn"> & { readonly apiOrigin?: string }, style: Style): string[] {
  if (vendorsOwn) return [];
  return [style.yellow(`  not the vendor's own API${apiOrigin === undefined ? "" : `: ${visible(apiOrigin)}`}`)];
}

/** A rehearsal tries out what requests need; a role it does not show, and what the subscription forbids it would not get past. */
function unprovenLines({ scopes, account, planRestricted }: ScopeReport, program: string): string[] {
  const unproven = planRestricted ? [] : scopes.filter((scope) => scope.status === "not_testable");
  return [
    ...(unproven.some(isForRequests) ? [`unproven permission: it cannot be tested without harm; \`${program} check --rehearse\` tries it out`] : []),
    ...(unproven.some((scope) => !isForRequests(scope) && !isForRelatedAlone(scope)) ? [`unproven permission for more: the vendor gave no answer that tells; \`${program} check\` asks again`] : []),
    ...(unproven.some(isForRelatedAlone) ? ["unproven permission for related deletion: only a deletion that uses it shows it, and stops there where it is missing"] : []),
    ...(account.status === "not_testable" ? ["unproven role: the vendor does not tell it; ask whoever connected"] : []),
  ];
}

function isForRequests({ neededFor }: ScopeCheck): boolean {
  return neededFor.includes("access") || neededFor.includes("deletion");
}

function isForRelatedAlone({ neededFor }: ScopeCheck): boolean {
  return neededFor.length === 1 && neededFor[0] === RELATED_DELETION;
}

function statusOf({ status, basis }: ScopeCheck, style: Style): string {
  if (status === "missing") return style.red("missing");
  if (status === "not_testable") return style.yellow("unproven");
  return basis === "inferred" ? `${style.green("granted")} (inferred)` : style.green("granted");
}

function roleStatus({ account }: ScopeReport, style: Style): string {
  if (account.status === "insufficient") return style.red("missing");
  return account.status === "ok" ? style.green("granted") : style.yellow("unproven");
}
