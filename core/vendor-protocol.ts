import type { ErrorCode } from "./errors.js";

/**
 * What is particular to a vendor's HTTP interface, as data. A connector hands this to the seam; the seam then retries, paces, times out
 * and maps faults for it, so that the connector only ever sees answers it can reason about.
 */
export interface VendorProtocol {
  /** Every operation that the connector may call. A request that fits none of them is refused before it is sent. */
  readonly operations: readonly Operation[];
  /** Read from top to bottom; the first rule that fits decides. A status that no rule fits is judged by its class. */
  readonly faults: readonly FaultRule[];
  /** The vendor's own error code in an error answer's JSON, or undefined when the body is not in the vendor's error shape. */
  readonly errorCode: (body: unknown) => string | undefined;
  /** Headers of every request: the pinned version, the accepted type. The one that carries the token is the seam's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the vendor wants the token; `authorization: Bearer …` when left out. */
  readonly tokenHeader?: TokenHeader;
  readonly rateHeaders?: RateHeaders;
  /** The response header with the vendor's id of the call, for its support and for evidence. */
  readonly requestIdHeader?: string;
  /**
   * Hosts from which files of records are fetched, over HTTPS and without the token; `*.` in front stands for any name below, not for the host
   * itself. A file that lies anywhere else is not fetched. The API itself is only ever called at its own origin.
   */
  readonly fileHosts?: readonly string[];
}

export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** As in the OpenAPI description, for example `/contacts/{contact_id}`. */
  readonly path: string;
  /** Whether it may be repeated after a lost answer. A `POST` that searches is a read. */
  readonly effect: "read" | "mutation";
  /** The scope that it needs, by the manifest's id; carried by `SCOPE_MISSING`. */
  readonly scope?: string;
  /** Error statuses that mean something to the connector and reach it, when in the vendor's error shape: for example 404. */
  readonly answers?: readonly number[];
  /** False where the operation carries its own secret and must not carry the token: the code exchange. */
  readonly authorised?: false;
  /** Headers of this operation alone, for example another API version. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TokenHeader {
  /** Lower-case: `x-api-key`. */
  readonly name: string;
  /** What stands in front of the token, with its blank; nothing when left out. */
  readonly before?: string;
}

/** Where a token is carried unless a vendor wants it elsewhere. */
export const BEARER: TokenHeader = { name: "authorization", before: "Bearer " };

export interface FaultRule {
  readonly status: number;
  /** The vendor's error code; the rule fits any when it is left out, and `none` fits only a body that is not in the vendor's error shape. */
  readonly vendorCode?: string | { readonly none: true };
  readonly means: ErrorCode;
}

/** The vendor's rate-limit headers, lower-case. `reset` is in Unix seconds. */
export interface RateHeaders {
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}
