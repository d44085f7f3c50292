import type { Reply } from "./reply.js";
import { json } from "./reply.js";
import type { Exchange, World } from "./route.js";

/** Carries a deletion out now, later, or, where a fault swallows it, never; the answer is the same each time. What is ordered already is not ordered again. */
export function deleteWhenDue({ state }: World, { now, deletionTakesMs }: Exchange, record: object, carryOut: (at: number) => void): void {
  if (deletionTakesMs === 0) carryOut(now);
  else if (Number.isFinite(deletionTakesMs) && !state.goingRecords.has(record)) {
    state.goingRecords.add(record);
    state.revision += 1;
    state.schedule.at(now + deletionTakesMs, () => { carryOut(now + deletionTakesMs); });
  }
}

/** How everything but contacts says that it is deleted. */
export function deletedObject(id: string, object: string): Reply {
  return json({ id, object, deleted: true });
}
