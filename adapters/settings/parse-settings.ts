import { validateSync, type ValidationError } from "class-validator";
import type { PolicyValues } from "../../core/erasure.js";
import { DsrError } from "../../core/errors.js";
import type { ErasurePolicy } from "../../core/manifest.js";
import { ownMembers } from "./own-members.js";
import { parseJson } from "./parse-json.js";
import { SettingsFile } from "./settings-file.js";

/** A settings file as it was judged, and apart from it how it decides the connectors' erasure policies. */
export interface ParsedSettings {
  readonly file: SettingsFile;
  readonly erasure: PolicyValues;
}

/**
 * Reads the text of a settings file. `name` is what the file is called in errors; no value of the file ever stands in one. The ids of
 * `policies` are settings as well.
 * @throws DsrError `CONFIG_INVALID` with the place (`config.json /planValidHours`) and the reason
 */
export function parseSettings(text: string, name: string, policies: readonly ErasurePolicy[] | "unjudged" = []): ParsedSettings {
  const { erasure, rest } = withoutPolicies(parseJson(text, name), name, policies === "unjudged" ? [] : policies);
  const { file, unknown } = ownMembers(new SettingsFile(), rest);
  const [fault] = faultsOf(file, policies === "unjudged");
  const key = unknown ?? (isUnknownKey(fault) ? fault?.property : undefined);
  if (key !== undefined) throw invalid(`${name} /${shown(key)}`, "there is no such setting");
  if (fault !== undefined) throw invalid(`${name} /${fault.property}`, Object.values(fault.constraints ?? {})[0] ?? "it is not valid");
  return { file, erasure };
}

function faultsOf(file: SettingsFile, mayBeUnknown: boolean): readonly ValidationError[] {
  const faults = validateSync(file, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, stopAtFirstError: true, validationError: { target: false, value: false } });
  return mayBeUnknown ? faults.filter((fault) => !isUnknownKey(fault)) : faults;
}

function isUnknownKey(fault: ValidationError | undefined): boolean {
  return fault?.constraints?.["whitelistValidation"] !== undefined;
}

function withoutPolicies(parsed: object, name: string, policies: readonly ErasurePolicy[]): { readonly erasure: PolicyValues; readonly rest: object } {
  const erasure: [string, string][] = [];
  const rest: [string, unknown][] = [];
  for (const [key, value] of Object.entries(parsed) as [string, unknown][]) {
    const policy = policies.find(({ id }) => id === key);
    if (policy === undefined) rest.push([key, value]);
    else if (value !== null) {
      const chosen = policy.values.find(({ id }) => id === value);
      if (chosen === undefined) throw invalid(`${name} /${key}`, `it is one of ${policy.values.map(({ id }) => id).join(", ")}`);
      erasure.push([key, chosen.id]);
    }
  }
  // `fromEntries` defines members; an assignment to `__proto__` would do something else.
  return { erasure: Object.fromEntries(erasure), rest: Object.fromEntries(rest) };
}

/** A key is shown as far as it looks like one. */
function shown(key: string): string {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(key) ? key : "(a key that is no name)";
}

function invalid(at: string, reason: string): DsrError {
  return new DsrError("CONFIG_INVALID", { at, reason });
}
