import { IsArray, IsIn, IsInt, IsNumber, IsObject, IsOptional, IsString, Length, Matches, Max, Min, ValidateBy, type ValidationArguments } from "class-validator";

const RETENTION = { message: "it is a whole number of days from 1 to 365" };
const DIRECTORY = { message: "it is the path of a folder" };
const RECIPIENT = { message: "it is a public key of age, which begins with age1" };
const MODULES = { message: "it is a list of packages or files that export a connector" };
const PLAN_HOURS = { message: "it is a whole number of hours from 1 to 720" };
const RATE = { message: "it is a whole number from 1 to 150; it only lowers the vendor's rate" };
const LOOKS = { message: "it is an ascending list of 1 to 10 numbers of seconds, each from 0 to 86400" };
const LATER_LOOKS = { message: "it is an ascending list of 1 to 10 numbers of hours, each from 0 to 2160" };
const KEPT = { message: "it is a whole number of days from 0 to 365" };
const PARK = { message: "it is a whole number of minutes from 1 to 1440" };

const ATTACHMENT = { message: "it is a whole number of MiB from 1 to 10240" };
const DISCLOSURE = { message: 'it is the word "withhold" or the word "include"' };
const CONNECTORS = { message: "it is an object with the settings of each connector, by its id" };

/** `config.json`, as it may be written. Every key may be left out; no other key is accepted. */
export class SettingsFile {
  /** How long an access package may be kept. */
  @IsOptional()
  @IsInt(RETENTION)
  @Min(1, RETENTION)
  @Max(365, RETENTION)
  packageRetentionDays?: number;

  /** Where access packages go; relative to the file's own folder. */
  @IsOptional()
  @IsString(DIRECTORY)
  @Length(1, 1000, DIRECTORY)
  @Matches(/^[^\p{Cc}]+$/u, DIRECTORY)
  packagesDirectory?: string;

  /** An age public key: packages are written for it alone. */
  @IsOptional()
  @Matches(/^age1[a-z0-9]{20,4000}$/, RECIPIENT)
  packageRecipient?: string;

  /** Packages, or files relative to this one's folder, that export a connector each. */
  @IsOptional()
  @IsArray(MODULES)
  @IsString({ ...MODULES, each: true })
  @Length(1, 1000, { ...MODULES, each: true })
  connectorModules?: string[];

  @IsOptional()
  @IsInt(PLAN_HOURS)
  @Min(1, PLAN_HOURS)
  @Max(720, PLAN_HOURS)
  planValidHours?: number;

  @IsOptional()
  @IsInt(RATE)
  @Min(1, RATE)
  @Max(150, RATE)
  requestsPerTenSeconds?: number;

  /** When a deleted object is looked at, counted from the vendor's answer. */
  @IsOptional()
  @IsArray(LOOKS)
  @IsNumber({ allowNaN: false, allowInfinity: false }, { ...LOOKS, each: true })
  @Min(0, { ...LOOKS, each: true })
  @Max(86_400, { ...LOOKS, each: true })
  @IsAscending(LOOKS)
  looksSeconds?: number[];

  /** When a person whose deletion was verified is looked for again, counted from its end. */
  @IsOptional()
  @IsArray(LATER_LOOKS)
  @IsNumber({ allowNaN: false, allowInfinity: false }, { ...LATER_LOOKS, each: true })
  @Min(0, { ...LATER_LOOKS, each: true })
  @Max(2160, { ...LATER_LOOKS, each: true })
  @IsAscending(LATER_LOOKS)
  laterLooksHours?: number[];

  /** How long the address and the vendor's ids of a request that was refused, cancelled or found nothing are kept after its end. */
  @IsOptional()
  @IsInt(KEPT)
  @Min(0, KEPT)
  @Max(365, KEPT)
  identifiersKeptDays?: number;

  /** How long a parked request waits before it is worth resuming. */
  @IsOptional()
  @IsInt(PARK)
  @Min(1, PARK)
  @Max(1440, PARK)
  parkMinutes?: number;

  /** The largest attached file that is put into a package. */
  @IsOptional()
  @IsInt(ATTACHMENT)
  @Min(1, ATTACHMENT)
  @Max(10_240, ATTACHMENT)
  attachmentMaxMiB?: number;

  /** Whether packages hold teammates' names, and other participants' names, addresses and words. */
  @IsOptional()
  @IsIn(["withhold", "include"], DISCLOSURE)
  otherPeople?: "withhold" | "include";

  /** Whether packages hold what staff noted down about the person. */
  @IsOptional()
  @IsIn(["withhold", "include"], DISCLOSURE)
  notes?: "withhold" | "include";

  /** What each connector's manifest offers to be set. */
  @IsOptional()
  @IsObject(CONNECTORS)
  connectors?: Record<string, Record<string, string[]>>;
}

function IsAscending(options: { readonly message: string }): PropertyDecorator {
  const validate = (value: unknown, _?: ValidationArguments): boolean =>
    Array.isArray(value) && value.length >= 1 && value.length <= 10 && value.every((each, index) => index === 0 || Number(value[index - 1]) < Number(each));
  return ValidateBy({ name: "isAscending", validator: { validate } }, options);
}
