/** That a request may be gone on with. It carries the request's id and nothing else; what is to be done stands in the journal. */
export interface Nudge {
  readonly requestId: string;
  /** Something was made of it, or there was nothing to do. */
  done(): Promise<void>;
  /** For another worker, at once. */
  handBack(): Promise<void>;
}

/** `everywhere`: any worker may go on with it; `here`: only those of this home. */
export type Reach = "everywhere" | "here";

/**
 * How workers share their work. It says who looks at what next, and never who may act: that is the lease's to say. So a nudge may come twice, or
 * be lost, and nothing is done twice, or left.
 */
export interface Nudges {
  /** One that waits to be taken already is not put again. */
  put(requestIds: readonly string[], reach: Reach): Promise<void>;
  /** As many as there are, and `most` at most. */
  take(most: number): Promise<readonly Nudge[]>;
  /** Whether it is this worker's turn to do something that one worker does in each period; with `here`, one of this home's. */
  turn(what: string, periodMs: number, reach: Reach): Promise<boolean>;
  close(): Promise<void>;
}
