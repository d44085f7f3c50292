import { IsOptional, IsString, Length, Matches } from "class-validator";
import { DsrError } from "../../core/errors.js";
import type { HoldInput } from "../../core/holds.js";
import { Identifier } from "../../core/identifier.js";
import { checkArgument } from "./check-arguments.js";
import { parseDate } from "./dates.js";
import { NOT_BLANK, PLAIN, WITHOUT_ADDRESS } from "./free-text.js";
import { judge } from "./judge.js";

const BASIS = { message: "it is text of 1 to 200 characters, without control characters and without an address" };
const DATE = { message: "it is a date, as in 2026-01-31 or 2026-01-31T09:00:00Z" };

/** What a host says of a legal hold. Whom it is on is judged by `Identifier`, and whether its end is still to come by the core. */
class HoldIntake {
  @IsString(BASIS)
  @Length(1, 200, BASIS)
  @Matches(PLAIN, BASIS)
  @Matches(NOT_BLANK, BASIS)
  @Matches(WITHOUT_ADDRESS, BASIS)
  basis?: string;

  @IsOptional()
  @IsString(DATE)
  @Length(1, 40, DATE)
  until?: string;
}

/** @throws DsrError `REQUEST_INVALID` */
export function checkHold(raw: unknown): HoldInput {
  const { identifier, ...said } = checkArgument.object(raw, "hold") as { identifier?: unknown };
  if (!(identifier instanceof Identifier)) throw new DsrError("REQUEST_INVALID", { at: "identifier", reason: "it is made with Identifier.parse" });
  const { basis = "", until } = judge(new HoldIntake(), said, "hold");
  return { identifier, basis, ...(until == null ? {} : { until: parseDate(until, "until") }) };
}
