import type { Rule } from "./rule.js";
import { ACCESS_RULES, FAITHFULNESS_RULES } from "./rules/access.js";
import { ANSWER_RULES } from "./rules/answers.js";
import { AUTH_RULES } from "./rules/auth.js";
import { BROKEN_PLANNING_RULES } from "./rules/broken-planning.js";
import { CHOICE_RULES } from "./rules/choices.js";
import { DELETION_RULES } from "./rules/deletion.js";
import { DOUBT_RULES } from "./rules/doubt.js";
import { FAULT_RULES } from "./rules/fault.js";
import { FILE_RULES } from "./rules/files.js";
import { INTERRUPTION_RULES } from "./rules/interruption.js";
import { LASTING_FAULT_RULES } from "./rules/lasting-faults.js";
import { LOOKUP_RULES } from "./rules/lookup.js";
import { MANIFEST_RULES } from "./rules/manifest.js";
import { ORIGIN_RULES } from "./rules/origin.js";
import { OTHERS_RULES } from "./rules/others.js";
import { MERGED_ACCESS_RULES, MERGED_DELETION_RULES, MERGED_DOUBT_RULES } from "./rules/merged.js";
import { MOVED_RULES } from "./rules/moved.js";
import { PRIVACY_RULES } from "./rules/privacy.js";
import { REFUSAL_RULES } from "./rules/refusal.js";
import { RELATED_DOUBT_RULES } from "./rules/related-doubt.js";
import { RELATED_RULES, RELATED_SCOPE_RULES } from "./rules/related.js";
import { REPETITION_RULES } from "./rules/repetition.js";
import { SCOPE_RULES } from "./rules/scope.js";
import { SEARCH_RULES } from "./rules/searches.js";
import { TOGETHER_RULES } from "./rules/together.js";

/** The whole contract, in the order of `RULES.md`. */
export const RULES: readonly Rule[] = [...MANIFEST_RULES, ...AUTH_RULES, ...SCOPE_RULES, ...RELATED_SCOPE_RULES, ...LOOKUP_RULES, ...SEARCH_RULES, ...ACCESS_RULES, ...FILE_RULES, ...FAITHFULNESS_RULES, ...OTHERS_RULES, ...MERGED_ACCESS_RULES, ...MOVED_RULES, ...DELETION_RULES, ...RELATED_RULES, ...CHOICE_RULES, ...MERGED_DELETION_RULES, ...DOUBT_RULES, ...REFUSAL_RULES, ...RELATED_DOUBT_RULES, ...MERGED_DOUBT_RULES, ...FAULT_RULES, ...ORIGIN_RULES, ...INTERRUPTION_RULES, ...BROKEN_PLANNING_RULES, ...REPETITION_RULES, ...LASTING_FAULT_RULES, ...ANSWER_RULES, ...TOGETHER_RULES, ...PRIVACY_RULES];
