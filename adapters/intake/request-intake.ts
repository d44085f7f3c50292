import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsNotEmptyObject, IsOptional, IsString, Length, Matches, ValidateNested } from "class-validator";
import { NOT_BLANK, PLAIN, WITHOUT_ADDRESS } from "./free-text.js";

const REF = { message: "it is text of 1 to 200 characters without control characters" };
const NO_ADDRESS = { message: "it looks like an address; a reference is the ticket's number" };
const OPERATOR = { message: "it is a name of 1 to 200 characters, without control characters and no address" };
const LAW = { message: "it is gdpr, ccpa or other" };
const VERIFIED = { message: "it is METHOD@DATE, as in passport@2026-01-31" };
const DATE = { message: "it is a date, as in 2026-01-31 or 2026-01-31T09:00:00Z" };
const LANG = { message: "it is a language code, as in en or pt-BR" };
const ID = { message: "an id has 1 to 128 letters, digits, - and _, or two such parts with a colon between them" };
const REASON = { message: "a reason has 1 to 200 characters, no control characters and no address" };
const EXTENT = { message: "an extent is named as the connector's manifest names it" };
const ERASE = { message: "it is subject or related" };
const LIST = { message: "it is a list of 1 to 1000 choices" };

const METHOD_WITHOUT_ADDRESS = /^(?!.*\sat\s.*\sdot\s)/i;
const EXTENT_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
/** Of two parts where a record is known by its kind and an id within that. */
const RECORD_ID = /^[A-Za-z0-9_-]{1,128}(?::[A-Za-z0-9_-]{1,128})?$/;

/** One record that was decided on by hand, and why. */
export class ChoiceIntake {
  @IsString(ID)
  @Matches(RECORD_ID, ID)
  id?: string;

  @IsString(REASON)
  @Length(1, 200, REASON)
  @Matches(PLAIN, REASON)
  @Matches(NOT_BLANK, REASON)
  @Matches(WITHOUT_ADDRESS, REASON)
  reason?: string;
}

/** What a host platform or the command line says of a request, before any of it is believed. The address is judged by `Identifier`. */
export class RequestIntake {
  @IsOptional()
  @IsString(REF)
  @Length(1, 200, REF)
  @Matches(PLAIN, REF)
  @Matches(NOT_BLANK, REF)
  @Matches(WITHOUT_ADDRESS, NO_ADDRESS)
  ref?: string;

  @IsOptional()
  @IsString(DATE)
  @Length(1, 40, DATE)
  received?: string;

  @IsOptional()
  @IsString(DATE)
  @Length(1, 40, DATE)
  due?: string;

  @IsOptional()
  @IsIn(["gdpr", "ccpa", "other"], LAW)
  law?: "gdpr" | "ccpa" | "other";

  @IsOptional()
  @IsString(VERIFIED)
  @Matches(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}@[^@]{1,40}$/u, VERIFIED)
  @Matches(METHOD_WITHOUT_ADDRESS, VERIFIED)
  verified?: string;

  @IsOptional()
  @IsString(OPERATOR)
  @Length(1, 200, OPERATOR)
  @Matches(PLAIN, OPERATOR)
  @Matches(NOT_BLANK, OPERATOR)
  @Matches(WITHOUT_ADDRESS, OPERATOR)
  operator?: string;

  @IsOptional()
  @IsString(LANG)
  @Matches(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,6}$/, LANG)
  lang?: string;

  @IsOptional()
  @IsIn(["subject", "related"], ERASE)
  erase?: "subject" | "related";

  @IsOptional()
  @IsArray(LIST)
  @ArrayNotEmpty(LIST)
  @ArrayMaxSize(1000, LIST)
  @IsString({ ...ID, each: true })
  @Matches(RECORD_ID, { ...ID, each: true })
  only?: string[];

  @IsOptional()
  @IsArray(LIST)
  @ArrayMaxSize(1000, LIST)
  @IsString({ ...EXTENT, each: true })
  @Matches(EXTENT_ID, { ...EXTENT, each: true })
  extents?: string[];

  @IsOptional()
  @IsArray(LIST)
  @ArrayNotEmpty(LIST)
  @ArrayMaxSize(1000, LIST)
  @IsNotEmptyObject({ nullable: false }, { ...LIST, each: true })
  @ValidateNested({ each: true })
  exclude?: ChoiceIntake[];

  @IsOptional()
  @IsArray(LIST)
  @ArrayNotEmpty(LIST)
  @ArrayMaxSize(1000, LIST)
  @IsNotEmptyObject({ nullable: false }, { ...LIST, each: true })
  @ValidateNested({ each: true })
  also?: ChoiceIntake[];
}
