import { IsIn, IsOptional, IsString, Length } from "class-validator";
import type { PopulationFilter } from "../../core/evidence-population.js";
import { DsrError } from "../../core/errors.js";
import { checkArgument } from "./check-arguments.js";
import { parseDate } from "./dates.js";
import { judge } from "./judge.js";

const BY = { message: "it is received or finished" };
const DATE = { message: "it is a date, as in 2026-01-31 or 2026-01-31T09:00:00Z" };

/** Which requests an auditor asks for. */
class PopulationIntake {
  @IsOptional()
  @IsIn(["received", "finished"], BY)
  by?: "received" | "finished";

  @IsOptional()
  @IsString(DATE)
  @Length(1, 40, DATE)
  from?: string;

  @IsOptional()
  @IsString(DATE)
  @Length(1, 40, DATE)
  until?: string;
}

/** @throws DsrError `REQUEST_INVALID` */
export function checkPopulationFilter(raw: unknown): PopulationFilter {
  const { by, from, until } = judge(new PopulationIntake(), checkArgument.object(raw, "filter"), "filter");
  const filter = { ...(from == null ? {} : { from: parseDate(from, "from") }), ...(until == null ? {} : { until: parseDate(until, "until") }) };
  if (filter.from !== undefined && filter.until !== undefined && filter.from >= filter.until) throw new DsrError("REQUEST_INVALID", { at: "period", reason: "it has to end after it begins" });
  return { ...(by == null ? {} : { by }), ...filter };
}
