import { validateSync } from "class-validator";
import { DsrError } from "../../core/errors.js";
import { ownMembers } from "./own-members.js";
import { SettingsFile } from "./settings-file.js";

/**
 * Reads the text of a settings file. `name` is what the file is called in errors; no value of the file ever stands in one.
 * @throws DsrError `CONFIG_INVALID` with the place (`config.json /planValidHours`) and the reason
 */
export function parseSettings(text: string, name: string): SettingsFile {
  const { file, unknown } = ownMembers(new SettingsFile(), parseJson(text, name));
  const [fault] = validateSync(file, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, stopAtFirstError: true, validationError: { target: false, value: false } });
  const key = unknown ?? (fault?.constraints?.["whitelistValidation"] === undefined ? undefined : fault.property);
  if (key !== undefined) throw invalid(`${name} /${shown(key)}`, "there is no such setting");
  if (fault !== undefined) throw invalid(`${name} /${fault.property}`, Object.values(fault.constraints ?? {})[0] ?? "it is not valid");
  return file;
}

function parseJson(text: string, name: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw invalid(`${name}${lineOf(error, text)}`, "it is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw invalid(name, "it is not a JSON object");
  return parsed;
}

/** The parser's own message quotes the file, so only the position is taken from it, where it tells one. */
function lineOf(error: unknown, text: string): string {
  const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  return position === undefined ? "" : ` line ${text.slice(0, Number(position)).split("\n").length}`;
}

/** A key is shown as far as it looks like one. */
function shown(key: string): string {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(key) ? key : "(a key that is no name)";
}

function invalid(at: string, reason: string): DsrError {
  return new DsrError("CONFIG_INVALID", { at, reason });
}
