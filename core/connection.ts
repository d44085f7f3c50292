import type { RequestType } from "./request.js";

/** `not_testable`: a probe would do harm or prove nothing; it is listed as unproven and never shown as granted. */
export type ScopeStatus = "granted" | "missing" | "not_testable";

/** One permission as found on this account. */
export interface ScopeCheck {
  readonly id: string;
  /** The vendor's own words for it. */
  readonly label: string;
  readonly neededFor: readonly string[];
  readonly status: ScopeStatus;
  /** `observed`: the vendor answered with what the scope protects; `inferred`: from how it refused. */
  readonly basis: "observed" | "inferred";
  /** Where to grant it. */
  readonly fix: string;
}

export interface AccountCheck {
  readonly required: string;
  readonly status: "ok" | "insufficient" | "not_testable";
  readonly fix: string;
}

export interface Workspace {
  readonly id: string;
  readonly name: string;
  /** As the vendor names it, for example `US`. */
  readonly region: string;
}

/** An account at a vendor that an admin has connected. Holds no secret: the credential is sealed beside it. */
export interface Connection {
  readonly name: string;
  readonly connector: string;
  readonly connectorVersion: string;
  readonly region: string;
  /** Origin of the API, for example `https://api.eu.intercom.io`. */
  readonly apiOrigin: string;
  /** False where `apiOrigin` is not one of the vendor's own. */
  readonly vendorsOwn: boolean;
  readonly capabilities: readonly RequestType[];
  /** Data categories that are covered, pinned when connecting. */
  readonly categories: readonly string[];
  /** How they were selected: a renewed credential has to do for those of a list, and for no others. Left out by versions that did not keep it, which means `granted`. */
  readonly selected?: "granted" | readonly string[];
  /** Pinned: a credential of another workspace is refused. */
  readonly workspace: Workspace;
  readonly authorisedBy: {
    readonly id: string;
    readonly role: string | null;
    /** Keyed digest of that person's own identifier, as requests have one: a request about them is left to a human. */
    readonly subjectKey?: string;
  };
  /** Keyed digests of those who work for the account, as old as `checkedAt`. Left out where their list is not covered. */
  readonly teammates?: readonly string[];
  /** What stands for each of them in a package, by keyed digests of their names and addresses. Left out by versions that did not keep it. */
  readonly colleagues?: Readonly<Record<string, string>>;
  readonly scopes: readonly ScopeCheck[];
  readonly account: AccountCheck;
  /** Requests per window, where the operator asked for fewer than the manifest allows. */
  readonly rate?: number;
  readonly connectedAt: string;
  /** When its credential was last replaced. */
  readonly renewedAt?: string;
  /** When the credential last answered for the pinned workspace. */
  readonly checkedAt: string;
  /** `broken` since a call was answered with `AUTH_REJECTED`: nothing new is started until it is renewed. */
  readonly status: "connected" | "broken";
}

/** Whether it still is that very connection, and none that was made anew under its name: maybe to another account. */
export function isSameConnection(then: Connection, now: Connection): boolean {
  return then.connectedAt === now.connectedAt && then.workspace.id === now.workspace.id && then.apiOrigin === now.apiOrigin;
}

/** Whether what was found with the one's credential is true of the other: it was not made anew, nor its credential replaced. */
export function isSameGrant(then: Connection, now: Connection): boolean {
  return isSameConnection(then, now) && then.renewedAt === now.renewedAt;
}
