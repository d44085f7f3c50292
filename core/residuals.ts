import type { Manifest } from "./manifest.js";
import type { Residual } from "./outcome.js";
import { everyTarget, type RequestHistory, type TargetHistory } from "./request-history.js";

/** Words for what core itself sees to stay; the vendor's own residuals are in the manifest. */
const OWN: Readonly<Record<string, string>> = {
  STILL_READABLE: "It could still be read by its id after the person's own records were gone.",
  NOT_LOOKED_AT: "The request was cancelled before anybody looked at what became of it.",
};

/**
 * What a deletion leaves in the world: what the plan said it would, once anything `isBegun`, and what was seen to stay. What was not looked
 * at is named where nobody will look any more.
 */
export function residualsOf(manifest: Manifest, history: RequestHistory, isBegun: boolean, isCancelled: boolean): readonly Residual[] {
  const { plan, finding, dependents, proofs, leftBefore } = history;
  const targets = everyTarget(history);
  const always = manifest.residuals.filter((residual) => residual.observed !== true).map(({ code }) => code);
  const lookedAt = manifest.residuals.flatMap(({ code, extent }) => (extent !== undefined && finding?.extents?.includes(extent) === true ? [code] : []));
  const seen = [
    ...targets.flatMap((target) => (target.settled?.outcome === "not_deleted" ? named(target, target.answers.at(-1)?.answer.residual) : [])),
    ...proofs.flatMap(({ category, id, residual }) => (residual === undefined ? [] : [{ code: residual, category, id }])),
    ...(isBegun ? dependents.flatMap((each) => stateOfDependent(each) === "present" ? named(each, "STILL_READABLE") : isCancelled && each.looks.length === 0 ? named(each, "NOT_LOOKED_AT") : []) : []),
  ];
  const gone = new Set(targets.filter(mayBeGone).map(({ target }) => target.category));
  const isLeft = (code: string): boolean => manifest.residuals.find((residual) => residual.code === code)?.after?.some((category) => gone.has(category)) ?? true;
  const left = new Set([...leftBefore, plan?.residuals].flatMap((codes) => codes ?? always));
  const general = isBegun ? [...left].filter((code) => !lookedAt.includes(code) && isLeft(code)).map((code) => ({ code })) : [];
  return [...general, ...seen].map((each) => ({ ...each, text: manifest.residuals.find(({ code }) => code === each.code)?.text ?? OWN[each.code] ?? each.code }));
}

/** Deleted, or announced with an open end. */
export function mayBeGone({ settled, attempts }: TargetHistory): boolean {
  return settled === undefined ? attempts > 0 : settled.outcome === "deleted" || settled.outcome === "already_absent";
}

function named({ target: { category, id } }: Pick<TargetHistory, "target">, code: string | undefined): readonly Omit<Residual, "text">[] {
  return code === undefined ? [] : [{ code, category, id }];
}

/** As it was last seen. */
export function stateOfDependent({ looks }: RequestHistory["dependents"][number]): "present" | "absent" | "unknown" {
  const latest = looks.at(-1)?.look.answer;
  return latest === "merged" ? "present" : (latest ?? "unknown");
}
