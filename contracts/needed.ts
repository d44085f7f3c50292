import { expect } from "chai";

/** A part of the sandbox without which a rule proves nothing. A rule whose means are missing is not kept. */
export function needed<Part>(part: Part | undefined, name: string, means: string): Part {
  return part ?? missing(name, means);
}

export function missing(name: string, means: string): never {
  expect.fail(`the sandbox has no ${name}, so this rule proves nothing: it needs ${means}. Supply it; or, where the vendor knows no such thing, list this rule among the manifest's exemptions, with the reason and a date`);
}
