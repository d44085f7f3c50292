import { validateSync, type ValidationError } from "class-validator";
import { DsrError } from "../../core/errors.js";
import { ownMembers } from "../settings/own-members.js";

/**
 * Puts what was said onto an instance of the class that describes it, and judges it. Nothing of it stands in an error: only its place and the
 * reason. `what` is what an unknown field is said to be a field of.
 * @throws DsrError `REQUEST_INVALID`
 */
export function judge<T extends object>(description: T, said: object, what: string): T {
  const { file, unknown } = ownMembers(description, said);
  if (unknown !== undefined) throw new DsrError("REQUEST_INVALID", { at: what, reason: NO_SUCH_FIELD });
  const [fault] = validateSync(file, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, stopAtFirstError: true, validationError: { target: false, value: false } });
  if (fault !== undefined) throw new DsrError("REQUEST_INVALID", placeOf(fault, what));
  return file;
}

const NO_SUCH_FIELD = "there is no such field";

/** The first constraint that failed, with the path to it: `exclude/0/reason`. */
function placeOf(fault: ValidationError, what: string): { readonly at: string; readonly reason: string } {
  if (fault.constraints?.["whitelistValidation"] !== undefined) return { at: what, reason: NO_SUCH_FIELD };
  const [inner] = fault.children ?? [];
  if (inner !== undefined) {
    const { at, reason } = placeOf(inner, what);
    return { at: `${fault.property}/${at}`, reason };
  }
  return { at: fault.property, reason: Object.values(fault.constraints ?? {})[0] ?? "it is not valid" };
}
