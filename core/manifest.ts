import type { RequestType } from "./request.js";

/**
 * What a connector can do, needs, covers and leaves behind: plain JSON, validated when it is registered against
 * `contracts/manifest.schema.json`, and the only thing that core knows of a vendor.
 */
export interface Manifest {
  /** Lower-case, stable; also the name under which an admin asks for it. */
  readonly id: string;
  /** Of the connector, semver. */
  readonly version: string;
  readonly vendor: { readonly name: string; readonly url: string };
  readonly product: string;
  readonly requestTypes: readonly RequestType[];
  readonly identifierCategories: readonly string[];
  /** What the record that a person is found as is called in plans and targets: `contact`. */
  readonly subjectCategory: string;
  readonly access?: { readonly type: "synchronous" | "asynchronous" };
  readonly deletion?: { readonly type: "synchronous" | "asynchronous" };
  readonly rateLimit: { readonly requests: number; readonly windowMs: number };
  readonly auth: readonly AuthMethod[];
  readonly account: AccountRequirement;
  readonly api: ApiDescription;
  /** The first is the default. */
  readonly regions: readonly Region[];
  readonly scopes: readonly Scope[];
  readonly dataCategories: readonly DataCategory[];
  /** Places beyond the vendor's own search, each looked at only where that is asked for. Left out where there are none. */
  readonly lookupExtents?: readonly LookupExtent[];
  /** Where it looks, as results name it, and what lies there, which is what a person is told. */
  readonly places?: readonly SearchedPlace[];
  /** The scope, needed for nothing else, that lists who works for the account: a person who does is left to a human. Left out where the vendor lists nobody. */
  readonly teammates?: { readonly scope: string };
  /** What a host decides about related deletions, for each of its connections alike. Left out where there is nothing to decide. */
  readonly erasurePolicies?: readonly ErasurePolicy[];
  /** What a deletion leaves behind, in words for the person whose data it was. */
  readonly residuals: readonly ManifestResidual[];
  /** Of what categories hold, residuals, limits, reasons and what targets are called, wherever the connector tells them. */
  readonly translations?: readonly ManifestTranslation[];
  /** What no request can look at, whatever is granted. */
  readonly limits: readonly { readonly category: string; readonly reason: string }[];
  /** What a host may set for this connector, each a list of words, under its id. */
  readonly settings?: readonly ConnectorSetting[];
  /** How to make the vendor-side app, step by step. */
  readonly setup: readonly string[];
  readonly troubleshooting: readonly { readonly problem: string; readonly remedy: string }[];
  readonly help: { readonly documentation: string; readonly support: string };
  readonly legalNotice: string;
  /** Contract rules that the vendor cannot meet, each with its reason and the date (ISO 8601) on which it lapses. */
  readonly exemptions: readonly Exemption[];
}

export interface Exemption {
  readonly rule: string;
  readonly reason: string;
  readonly until: string;
}

export interface AuthMethod {
  readonly kind: "oauth2" | "access_token";
  readonly label: string;
  /** What the connecting person does, in order. */
  readonly steps: readonly string[];
}

export interface AccountRequirement {
  /** The vendor's word for who may connect, for example `Admin`. */
  readonly role: string;
  /** Where the role is given. */
  readonly fix: string;
}

export interface ApiDescription {
  readonly name: string;
  /** The version that is pinned on every call. */
  readonly version: string;
  readonly documentation: string;
}

export interface Region {
  readonly id: string;
  readonly label: string;
  readonly apiOrigin: string;
  /** Origin of the page on which the admin authorises. */
  readonly appOrigin: string;
  /** What the vendor calls this region in an account's description. */
  readonly vendorId: string;
}

export interface Scope {
  readonly id: string;
  /** The vendor's own label, as the admin sees it. */
  readonly label: string;
  readonly purpose: string;
  /** `always`, or the request types that need it; empty where only optional data categories do. */
  readonly neededFor: readonly ("always" | RequestType)[];
  /** Where to grant it. */
  readonly fix: string;
}

export interface ConnectorSetting {
  readonly id: string;
  /** What is to be listed, and what for. */
  readonly text: string;
}

/** Where people stand whom the vendor's own search does not show: among its archived records, for example. */
export interface LookupExtent {
  /** By which it is asked for: `archived`. */
  readonly id: string;
  readonly label: string;
  /** What a result calls it where it was not looked at: `archived_contacts`. */
  readonly category: string;
  /** Why it is looked at only on request; stands beside the category. */
  readonly reason: string;
}

/** A place that is searched, and the category, by whatever name results call it, of what it holds. */
export interface SearchedPlace {
  /** As it stands in `Searched.where`. */
  readonly id: string;
  readonly category: string;
}

export interface DataCategory {
  readonly id: string;
  readonly label: string;
  /** What it holds, in plain words. */
  readonly holds: string;
  /** The scope that reads it. */
  readonly scope: string;
  /** Required categories are always covered; optional ones where their scope is granted. */
  readonly coverage: "required" | "optional";
  readonly deletion: {
    /** `direct`: by its own call; `with_subject`: goes when the contact goes; `detached`: only the link goes; `kept`: stays. */
    readonly how: "direct" | "with_subject" | "detached" | "kept";
    readonly text: string;
    /** Left out where a related deletion does nothing about it. */
    readonly related?: RelatedDeletion;
  };
}

/** How a related deletion removes a category's records that are the person's alone: each by a call of its own. */
export interface RelatedDeletion {
  /** What one such record is called in plans and targets: `conversation`. */
  readonly target: string;
  /** The scope that deletes it. */
  readonly scope: string;
  readonly text: string;
}

/** Something that a related deletion can do in one way or another. What is permitted decides nothing; the host does. */
export interface ErasurePolicy {
  /** The name of the host's setting. */
  readonly id: string;
  readonly label: string;
  /** The first is the default. */
  readonly values: readonly ErasureValue[];
}

export interface ErasureValue {
  readonly id: string;
  /** What it does, for whoever reads a plan. */
  readonly text: string;
  /** Scopes that a related deletion then needs besides. */
  readonly scopes: readonly string[];
  /** What the targets that it adds to a plan are called. */
  readonly targets?: readonly string[];
}

/** Texts that a data subject reads, in another language than the manifest's. What is missing there is shown in English, and marked as such. */
export interface ManifestTranslation {
  /** BCP 47, without a region: `de`. */
  readonly language: string;
  readonly texts: readonly { readonly of: string; readonly text: string }[];
}

export interface ManifestResidual {
  readonly code: string;
  readonly text: string;
  /** Only where this extent was not looked at. */
  readonly extent?: string;
  /** Only where a target of one of these categories may have gone. */
  readonly after?: readonly string[];
  /** True for what only some deletions leave behind: it is named where one is seen to. */
  readonly observed?: true;
}
