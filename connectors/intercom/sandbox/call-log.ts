/** One request that reached the sandbox: enough to count and to order, never what it carried. */
export type CallRecord = {
  /** The API, a download, or a page for people; only the API counts against a rate. */
  readonly kind: "api" | "file" | "page";
  readonly method: string;
  /** Without the query, which may hold an address. */
  readonly path: string;
  /** Epoch milliseconds of arrival. */
  readonly at: number;
  /** The operation of the description, or null where none fits. */
  readonly operation: string | null;
  /** 0 where the socket was closed without an answer. */
  readonly status: number;
  /** Whether this call changed a record or a token. */
  readonly effect: boolean;
  /** The Intercom-Version that was asked for. */
  readonly version: string | null;
  /** Whether a bearer token came along; attachment hosts must never see one. */
  readonly carriedToken: boolean;
};

/** Every call in order of arrival, and the strictest reading of their rate. */
export class CallLog {
  readonly records: CallRecord[] = [];

  add(record: CallRecord): void {
    this.records.push(record);
  }

  clear(): void {
    this.records.length = 0;
  }

  /** The most calls that ever lay within one stretch of `windowMs`, wherever it starts. */
  maxInSlidingWindow(windowMs: number): number {
    const times = this.records.filter((record) => record.kind === "api").map((record) => record.at).sort((left, right) => left - right);
    let oldest = 0;
    let most = 0;
    times.forEach((time, newest) => {
      while (time - (times[oldest] ?? time) >= windowMs) oldest += 1;
      most = Math.max(most, newest - oldest + 1);
    });
    return most;
  }

  countByOperation(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { operation, method } of this.records) {
      const name = operation ?? `${method} (unknown)`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }
}
