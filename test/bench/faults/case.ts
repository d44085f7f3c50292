import type { RunningSandbox, SandboxServerOptions } from "../../../connectors/intercom/sandbox/server.js";
import type { Ending, Job, Side } from "./sides.js";

/** One situation, put to both sides in the same way. */
export interface FaultCase {
  /** As in the tests' titles. */
  readonly id: string;
  readonly what: string;
  /** What has to come of it, in words. */
  readonly right: string;
  readonly job: Job;
  /** `done`: the job is done in spite of it. `told`: it is not, and that is said; never "nothing there" and never as done. */
  readonly expect: "done" | "told";
  readonly sandbox?: SandboxServerOptions;
  /** Plants the fault, after connecting. What it returns is cleared away, and may object to what happened. */
  readonly plant: (running: RunningSandbox) => Promise<Planted | void> | Planted | void;
  /** More than an ending: what the server saw, what it cost. */
  readonly also?: (measured: Measured) => string | undefined;
  /** The job, where it is not run once. */
  readonly act?: (side: Side, running: RunningSandbox) => Promise<Ending>;
}

export interface Planted {
  readonly objection?: () => string | undefined;
  readonly clear?: () => void | Promise<void>;
}

export interface Measured {
  readonly ending: Ending | "no end";
  readonly ms: number;
  /** Requests that reached the sandbox during the job. */
  readonly requests: number;
  /** Contacts that are gone afterwards, of those that should go. */
  readonly gone: number;
  readonly of: number;
  /** Growth of the resident memory at its highest, in MiB. */
  readonly memoryMiB: number;
  readonly refusals: number;
}

/** Whether what was claimed is so, and what had to happen happened. */
export function verdict({ expect, job, also }: FaultCase, measured: Measured, objection: string | undefined): { readonly right: boolean; readonly why: string } {
  const { ending, gone, of } = measured;
  if (ending === "no end") return { right: false, why: "had not ended after its deadline several times over" };
  const wrong =
    ending.claims === "nothing"
      ? "said that nobody is there"
      : job === "delete" && ending.claims === "done" && gone < of
        ? "claimed a deletion that did not happen"
        : job === "delete" && ending.claims === "not done" && gone === of && expect === "done"
          ? "called a deletion failed that happened"
          : expect === "done" && ending.claims !== "done"
            ? "did not do it"
            : expect === "told" && ending.claims === "done"
              ? "took it for success"
              : (objection ?? also?.(measured));
  return { right: wrong === undefined, why: wrong ?? "" };
}
