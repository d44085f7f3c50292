import { ERROR_TABLE } from "../../core/error-table.js";
import type { RehearsalReport } from "../../core/rehearse.js";
import type { Style } from "./style.js";
import { aligned, visible } from "./visible-text.js";

const STEPS = { create: "make a made-up person", access: "read it", delete: "delete it", look: "see that it is gone" } as const;

export function rehearsalLines({ ok, id, steps, leftBehind }: RehearsalReport, style: Style): string[] {
  return [
    `rehearsal: ${ok ? style.green("went well") : style.red("failed")}`,
    ...aligned(steps.map((each) => [each.ok ? style.green("done") : style.red("failed"), STEPS[each.step], each.code === undefined ? "" : `${ERROR_TABLE[each.code].meaning} [${each.code}]`])),
    ...(leftBehind ? [style.yellow(`  ${id === "" ? "A made-up person (of an address that begins with rehearsal- at example.com)" : `The made-up person ${visible(id)}`} may still be at the vendor; remove it by hand.`)] : []),
  ];
}

export function rehearsalJson({ ok, id, steps, leftBehind }: RehearsalReport): RehearsalReport {
  return { ok, id, steps, leftBehind };
}
