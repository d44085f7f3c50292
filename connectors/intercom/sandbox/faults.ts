/** What can go wrong with one answer. "Applied" means that the sandbox did what was asked, whatever the caller gets to see. */
export type Fault =
  /** The socket closes; nothing was applied. */
  | { readonly kind: "reset_before" }
  /** Applied, then the socket closes without a byte. */
  | { readonly kind: "reset_after_effect" }
  /** Applied; headers, then silence. */
  | { readonly kind: "stall" }
  /** Applied; the body comes byte by byte. */
  | { readonly kind: "drip"; readonly everyMs: number }
  /** Applied; the body ends before its announced length. */
  | { readonly kind: "short_body" }
  /** Applied; well framed, but half the JSON. */
  | { readonly kind: "cut_json" }
  | { readonly kind: "empty_200" }
  | { readonly kind: "html_200" }
  /** A gateway's page; nothing was applied. */
  | { readonly kind: "html_502" }
  /** A load balancer's page without any of Intercom's headers; nothing was applied. */
  | { readonly kind: "html_403" }
  /** Any status; `applied` says whether it came before or after the effect. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly applied?: boolean;
      /** JSON; left out, an error envelope with code `server_error`. */
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
      /** Whether the rate headers are sent along. Default true. */
      readonly rateHeaders?: boolean;
    }
  /** Nothing applied; the caller is sent elsewhere. */
  | { readonly kind: "redirect"; readonly to: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  /** Nothing applied; the answer of a deletion says `deleted: false`. */
  | { readonly kind: "deleted_false" }
  /** Nothing applied; the answer of a deletion says `deleted: true`. */
  | { readonly kind: "acknowledged_without_effect" }
  /** Applied, but the object stays readable for a while. */
  | { readonly kind: "still_readable_for"; readonly durationMs: number }
  /** Applied; 204 without a body. */
  | { readonly kind: "no_content_204" }
  /** The first record of a search carries another person's address. */
  | { readonly kind: "wrong_email"; readonly email?: string }
  /** A read by id answers with another id. */
  | { readonly kind: "wrong_object"; readonly id?: string }
  /** Each page names the cursor that it was asked for. */
  | { readonly kind: "repeated_cursor" }
  /** The list's own key is missing. */
  | { readonly kind: "missing_data_key" }
  /** Applied; the true answer after so many bytes of blanks. */
  | { readonly kind: "huge_body"; readonly bytes: number }
  /** The same, compressed to about a thousandth. */
  | { readonly kind: "gzip_bomb"; readonly bytes: number }
  /** JSON nested so deep. */
  | { readonly kind: "deep_json"; readonly depth: number }
  /** Nothing applied; 429 (or another status) with this Retry-After, whatever it says. */
  | { readonly kind: "retry_after"; readonly value: string; readonly status?: number }
  /** Applied; other numbers in the rate headers. */
  | { readonly kind: "rate_headers"; readonly limit?: string; readonly remaining?: string; readonly reset?: string }
  /** Applied; the Date header is off by this much. */
  | { readonly kind: "date_skew"; readonly skewMs: number }
  /** Applied; the JSON is whatever the function makes of it. */
  | { readonly kind: "rewrite"; readonly rewrite: (body: unknown) => unknown };

export type Injection = {
  readonly method?: string;
  /** Tested against the path, without the query. */
  readonly path?: RegExp;
  /** Default 1; `Infinity` for good. */
  readonly times?: number;
  /** Lets so many fitting requests pass first. */
  readonly after?: number;
  readonly fault: Fault;
};

/** The faults that wait for their request; the earliest injected one that fits is taken, one for each request. */
export class FaultQueue {
  private readonly waiting: { readonly injection: Injection; toSkip: number; left: number }[] = [];

  inject(injection: Injection): void {
    this.waiting.push({ injection, toSkip: injection.after ?? 0, left: injection.times ?? 1 });
  }

  clear(): void {
    this.waiting.length = 0;
  }

  take(method: string, path: string): Fault | undefined {
    for (const entry of this.waiting) {
      if (entry.left <= 0 || !fits(entry.injection, method, path)) continue;
      if (entry.toSkip > 0) {
        entry.toSkip -= 1;
        continue;
      }
      entry.left -= 1;
      return entry.injection.fault;
    }
    return undefined;
  }
}

function fits({ method, path }: Injection, actualMethod: string, actualPath: string): boolean {
  return (method === undefined || method === actualMethod) && (path === undefined || path.test(actualPath));
}
