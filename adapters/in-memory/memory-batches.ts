import type { Batch, BatchLine, BatchStore } from "../../core/batch.js";
import type { MemoryProcess } from "./memory-process.js";
import { copyOf, type MemoryState } from "./memory-state.js";

export function createMemoryBatches(state: MemoryState, process: MemoryProcess): BatchStore {
  return {
    put: (batch) =>
      process.act("batches.put", () => {
        const lines = state.batches.get(batch.id)?.lines ?? new Map<number, BatchLine>();
        state.batches.set(batch.id, { batch: copyOf(batch), lines });
      }),
    find: (batchId) => process.act("batches.find", () => copied(state.batches.get(batchId)?.batch)),
    list: () => process.act("batches.list", () => [...state.batches.values()].map(({ batch }) => copyOf(batch)).sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1))),
    putLines: (batchId, lines) =>
      process.act("batches.putLines", () => {
        for (const line of lines) state.batches.get(batchId)?.lines.set(line.line, copyOf(line));
      }),
    lines: (batchId) => process.act("batches.lines", () => [...(state.batches.get(batchId)?.lines.values() ?? [])].map(copyOf).sort((a, b) => a.line - b.line)),
  };
}

function copied(batch: Batch | undefined): Batch | undefined {
  return batch === undefined ? undefined : copyOf(batch);
}
