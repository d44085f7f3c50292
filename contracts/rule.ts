import type { Connector } from "../core/ports.js";
import type { RequestType } from "../core/request.js";
import type { Bench } from "./bench.js";

/** One thing that every connector must keep. Ids are never used again for something else. */
export interface Rule {
  /** `AREA-n`. */
  readonly id: string;
  /** A sentence in the present tense about the connector. */
  readonly text: string;
  /** Whether the rule concerns a connector, by what it declares. */
  readonly concerns: (connector: Connector) => boolean;
  /** Rejects when the connector breaks the rule. `rules` is the whole contract. */
  readonly check: (bench: Bench, rules: readonly Rule[]) => Promise<void>;
}

export function rule(id: string, text: string, concerns: Rule["concerns"], check: Rule["check"]): Rule {
  return { id, text, concerns, check };
}

export const everyone = (): boolean => true;

export const takesEmail: Rule["concerns"] = ({ manifest }) => manifest.identifierCategories.includes("email");

export function declares(...types: readonly RequestType[]): Rule["concerns"] {
  return ({ manifest }) => types.every((type) => manifest.requestTypes.includes(type));
}
