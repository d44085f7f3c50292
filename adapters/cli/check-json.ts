import type { AccountCheck, ScopeCheck, Workspace } from "../../core/connection.js";
import type { NotCovered } from "../../core/outcome.js";
import type { RequestType } from "../../core/request.js";
import type { Account } from "../../core/ports.js";
import type { ScopeReport } from "../../core/scopes.js";

/** `check --json`: every permission as it was found. Field names are stable. */
export interface CheckJson {
  readonly connection: string;
  readonly ok: boolean;
  readonly workspace: Workspace;
  readonly authorisedBy: Pick<Account["authorisedBy"], "id" | "role">;
  /** `required`: without it the selection is not connected; the others only cover more. */
  readonly scopes: readonly (ScopeCheck & { readonly required: boolean })[];
  readonly account: AccountCheck;
  readonly notCovered: readonly NotCovered[];
  /** Request types that would work with what is granted now. */
  readonly wouldWork: readonly RequestType[];
  /** True where the account's subscription leaves out what is needed: then permissions cannot be told. */
  readonly planRestricted: boolean;
}

export function checkJson(connection: string, account: Account, report: ScopeReport): CheckJson {
  return {
    connection,
    ok: report.ok,
    workspace: account.workspace,
    authorisedBy: { id: account.authorisedBy.id, role: account.authorisedBy.role },
    scopes: report.scopes.map((scope) => ({ ...scope, required: report.required.includes(scope.id) })),
    account: report.account,
    notCovered: report.notCovered,
    wouldWork: report.wouldWork,
    planRestricted: report.planRestricted,
  };
}
