import { mayHoldMore } from "./outcome.js";
import type { RequestHistory } from "./request-history.js";
import type { Ending } from "./run.js";

/** How a request for access ends whose package is written: by what was read for it, whatever came afterwards. */
export function endingOfPackaged({ finding, gaps }: Pick<RequestHistory, "finding" | "gaps">): Ending {
  const found = finding?.gaps ?? [];
  const isNothing = finding === undefined || (finding.matches.length === 0 && finding.loose === undefined);
  if (isNothing && !mayHoldMore(found)) return { outcome: "nothing_found" };
  return { outcome: found.length + gaps.length === 0 ? "complete" : "complete_with_gaps" };
}
