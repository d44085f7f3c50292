import type { Finding } from "./journal.js";
import type { Manifest } from "./manifest.js";
import type { Residual } from "./outcome.js";

/** What a deletion leaves behind, given where the person was looked for. */
export function residualsOf({ residuals }: Manifest, finding: Finding | undefined): readonly Residual[] {
  return residuals.filter(({ extent }) => extent === undefined || finding?.extents?.includes(extent) !== true).map(({ code, text }) => ({ code, text }));
}
