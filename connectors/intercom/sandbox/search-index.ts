import type { Schedule } from "./schedule.js";

/** How long a change takes to reach the search index, by kind of change. */
export type IndexLagMs = { readonly create: number; readonly update: number; readonly delete: number };

export const DEFAULT_INDEX_LAG_MS: IndexLagMs = { create: 2_000, update: 1_000, delete: 5_000 };

/** What a search sees: copies that follow the store with a delay, and therefore sometimes lie. */
export class SearchIndex {
  private readonly documents = new Map<string, Record<string, unknown>>();

  constructor(
    private readonly schedule: Schedule,
    private readonly lagMs: IndexLagMs,
    /** The record as a search shows it, or undefined when it must not be found. */
    private readonly render: (id: string) => Record<string, unknown> | undefined,
  ) {}

  changed(id: string, change: keyof IndexLagMs, now: number): void {
    this.schedule.at(now + this.lagMs[change], () => this.refresh(id));
  }

  /** Without delay, for records that are older than the sandbox. */
  refresh(id: string): void {
    const document = this.render(id);
    if (document === undefined) this.documents.delete(id);
    else this.documents.set(id, document);
  }

  all(): readonly Record<string, unknown>[] {
    return [...this.documents.values()];
  }
}
