import { ASIDE, type JournalEntry } from "../../core/journal.js";
import { ENDED_STATES, type PrivacyRequest, type RequestFilter, type RequestState } from "../../core/request.js";

/** What a request's state is once `entry` is recorded. What stands aside changes nothing; anything else after an end starts it again. */
export function stateAfter(current: RequestState, entry: JournalEntry): RequestState {
  if (entry.kind === "ended") return entry.outcome;
  if (entry.kind === "planned") return "planned";
  return ASIDE.has(entry.kind) ? current : "running";
}

export function matchesFilter(request: PrivacyRequest, keyDestroyed: boolean, filter: RequestFilter): boolean {
  return (
    (filter.connection === undefined || request.connection === filter.connection) &&
    (filter.type === undefined || request.type === filter.type) &&
    (filter.state === undefined || request.state === filter.state) &&
    (filter.reference === undefined || request.context.reference === filter.reference) &&
    (filter.subjectKey === undefined || request.subjectKey === filter.subjectKey) &&
    (filter.keyDestroyed === undefined || filter.keyDestroyed === keyDestroyed) &&
    (filter.open === undefined || filter.open === !ENDED_STATES.has(request.state))
  );
}
