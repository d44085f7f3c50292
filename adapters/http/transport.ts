/** One request out, one answer back: no retries, no redirects, no interpretation. What the seam stands on. */
export type Transport = (input: TransportInput) => Promise<TransportAnswer>;

export interface TransportInput {
  readonly url: string;
  readonly method: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Ends the call: the answer's head and its body. */
  readonly signal: AbortSignal;
}

export interface TransportAnswer {
  readonly status: number;
  /** Lower-case names; several values of one name are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decompressed. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * How a call broke. `unsent`: before anything was sent. `lost`: the vendor may have received it. `garbled`: what came back is no HTTP
 * answer. `tls`: the certificate or protocol was refused. `host_refused`: the host is not one that may be called.
 */
export type TransportFault = "unsent" | "lost" | "garbled" | "tls" | "host_refused";

/** Carries the kind of fault alone: what a library threw may quote addresses, so it is never attached as `cause`. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly fault: TransportFault;

  constructor(fault: TransportFault) {
    super(fault);
    this.fault = fault;
  }
}

/** Codes that Node gives to failures before a connection stands. */
const UNSENT = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_INVALID_ARG",
]);

const TLS =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|HOSTNAME_MISMATCH|EPROTO$)/;

/** The kind of fault that an error of Node or undici stands for; `lost` where it cannot be told, which is the careful answer. */
export function classifyFault(error: unknown): TransportFault {
  for (let cause = error, depth = 0; typeof cause === "object" && cause !== null && depth < 4; depth++) {
    if (cause instanceof TransportError) return cause.fault;
    const { code, errors, cause: next } = cause as { readonly code?: unknown; readonly errors?: unknown; readonly cause?: unknown };
    if (typeof code === "string") {
      if (UNSENT.has(code)) return "unsent";
      if (TLS.test(code)) return "tls";
      if (code.startsWith("HPE_") || code.startsWith("Z_")) return "garbled";
    }
    // Happy eyeballs report every address that was tried.
    cause = next ?? (Array.isArray(errors) ? (errors as readonly unknown[])[0] : undefined);
  }
  return "lost";
}
