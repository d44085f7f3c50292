import { DsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { RequestInput } from "../../core/intake.js";
import type { Choice, PlanChoices } from "../../core/plan.js";
import { ownMembers } from "../settings/own-members.js";
import { parseDate, parsePastDate } from "./dates.js";
import { judge } from "./judge.js";
import { ChoiceIntake, RequestIntake } from "./request-intake.js";

/** A request as the core takes it, and what was decided about its records. */
export interface ParsedIntake {
  readonly input: RequestInput;
  readonly choices: PlanChoices;
}

/**
 * Judges what was said of a request. Nothing of it stands in an error: only its place and the reason.
 * @throws DsrError `REQUEST_INVALID`, `IDENTIFIER_INVALID`, and `UNSUPPORTED_REQUEST` for a phone number
 */
export function parseIntake(raw: unknown, nowMs: number): ParsedIntake {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) throw new DsrError("REQUEST_INVALID", { at: "request", reason: "it is not an object" });
  const { email, ...rest } = raw as Readonly<Record<string, unknown>>;
  const said = judged(rest);
  if (said.only !== undefined && said.exclude !== undefined) throw new DsrError("REQUEST_INVALID", { at: "only", reason: "only and exclude are not used together" });
  return { input: { identifier: parseEmail(email), ...contextOf(said, nowMs) }, choices: choicesOf(said) };
}

/**
 * The same for a host's own `RequestInput`, whose identifier has been judged already.
 * @throws DsrError `REQUEST_INVALID`
 */
export function checkInput(raw: unknown, nowMs: number): RequestInput {
  if (!isPlainObject(raw)) throw new DsrError("REQUEST_INVALID", { at: "request", reason: "it is not an object" });
  const { identifier, reference, receivedAt, dueAt, law, verified, operator, language, ...rest } = raw as Partial<Record<keyof RequestInput, unknown>>;
  if (!(identifier instanceof Identifier)) throw new DsrError("REQUEST_INVALID", { at: "identifier", reason: "it is made with Identifier.parse" });
  if (Object.keys(rest).length > 0) throw new DsrError("REQUEST_INVALID", { at: "request", reason: "there is no such field" });
  const { method, at } = isPlainObject(verified) ? (verified as { method?: unknown; at?: unknown }) : {};
  const said = { ref: reference, received: receivedAt, due: dueAt, law, verified: isPlainObject(verified) ? `${String(method)}@${String(at)}` : verified, operator, lang: language };
  return { identifier, ...contextOf(judged(said), nowMs) };
}

/** @throws DsrError `REQUEST_INVALID` */
export function checkReference(raw: unknown): string | undefined {
  return judged({ ref: raw }).ref ?? undefined;
}

/** @throws DsrError `REQUEST_INVALID` */
export function checkChoices(raw: unknown): PlanChoices {
  if (!isPlainObject(raw)) throw new DsrError("REQUEST_INVALID", { at: "choices", reason: "it is not an object" });
  const { erase, only, exclude, also, extents } = raw as Partial<Record<keyof PlanChoices, unknown>>;
  return choicesOf(judged({ erase, only, exclude, also, extents }));
}

function parseEmail(email: unknown): Identifier {
  // Asked for by phone, operators paste the number; it deserves a better answer than "not an address".
  if (typeof email === "string" && /^\s*(tel:)?\+?[0-9(][0-9 ()./-]{5,30}\s*$/.test(email)) {
    throw new DsrError("UNSUPPORTED_REQUEST", { at: "email", reason: "it is a phone number; find the person's email address first" });
  }
  try {
    return Identifier.parse("email", email);
  } catch (error) {
    if (error instanceof DsrError) throw new DsrError("IDENTIFIER_INVALID", { at: "email", ...error.facts });
    throw error;
  }
}

function judged(rest: object): RequestIntake {
  const choicesIn = (list: unknown): unknown => (Array.isArray(list) ? list.map((choice: unknown) => (isPlainObject(choice) ? ownMembers(new ChoiceIntake(), choice).file : choice)) : list);
  const { exclude, also, ...said } = rest as { exclude?: unknown; also?: unknown };
  return judge(new RequestIntake(), { ...said, exclude: choicesIn(exclude), also: choicesIn(also) }, "request");
}

function contextOf({ ref, received, due, law, verified, operator, lang }: RequestIntake, nowMs: number): Omit<RequestInput, "identifier"> {
  const receivedAt = received == null ? undefined : parsePastDate(received, "received", nowMs);
  const dueAt = due == null ? undefined : parseDate(due, "due");
  if (dueAt !== undefined && dueAt < (receivedAt ?? new Date(nowMs - 86_400_000).toISOString())) throw new DsrError("REQUEST_INVALID", { at: "due", reason: "it lies before the date of receipt" });
  return {
    ...(ref == null ? {} : { reference: ref }),
    ...(receivedAt === undefined ? {} : { receivedAt }),
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(law == null ? {} : { law }),
    ...(verified == null ? {} : { verified: verification(verified, nowMs) }),
    ...(operator == null ? {} : { operator }),
    ...(lang == null ? {} : { language: checkLanguage(lang) }),
  };
}

function verification(text: string, nowMs: number): { readonly method: string; readonly at: string } {
  const [method = "", date = ""] = text.split("@");
  return { method: method.trim(), at: parsePastDate(date, "verified", nowMs) };
}

/** @throws DsrError `REQUEST_INVALID` */
export function checkLanguage(code: string): string {
  try {
    return Intl.getCanonicalLocales(code)[0] ?? code;
  } catch {
    throw new DsrError("REQUEST_INVALID", { at: "lang", reason: "it is a language code, as in en or pt-BR" });
  }
}

function choicesOf({ erase, only, exclude, also, extents }: RequestIntake): PlanChoices {
  const chosen = (choices: readonly ChoiceIntake[]): readonly Choice[] => choices.map(({ id = "", reason = "" }) => ({ id, reason }));
  return {
    ...(erase == null || erase === "subject" ? {} : { erase }),
    ...(only == null ? {} : { only }),
    ...(exclude == null ? {} : { exclude: chosen(exclude) }),
    ...(also == null ? {} : { also: chosen(also) }),
    ...(extents == null || extents.length === 0 ? {} : { extents: [...new Set(extents)].sort() }),
  };
}

function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
