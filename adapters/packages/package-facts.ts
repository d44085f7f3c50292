import type { ConnectionThen, PackageHeader } from "../../core/host-ports.js";
import type { Gap } from "../../core/outcome.js";
import type { Redaction } from "../../core/ports.js";
import { settingsOf, type RequestSettings } from "../../core/request-settings.js";
import type { PackageAbout } from "./about.js";
import { isBlank } from "./hidden-characters.js";
import { listConversations, type ListedConversation } from "./listed-conversations.js";
import { field } from "./json-fields.js";
import type { WrittenRecords } from "./record-files.js";
import type { RecordSurvey } from "./record-survey.js";
import { chooseTexts, inLanguage } from "./texts/choose-texts.js";
import type { PackageTexts } from "./texts/package-texts.js";

/** What every page and the statement tell from: one truth, worked out once. */
export interface PackageFacts {
  readonly header: PackageHeader;
  readonly texts: PackageTexts;
  readonly about: PackageAbout;
  readonly company: string;
  /** Whether there is no record of the person: then no category was read, and nothing is said of any. */
  readonly nothingFound: boolean;
  readonly categories: readonly CategoryFacts[];
  readonly gaps: readonly Gap[];
  /** Places that the vendor had blanked before, by category. */
  readonly redactions: ReadonlyMap<string, number>;
  readonly settings: RequestSettings;
  /** What was taken out because it concerns others, by rule. */
  readonly withheld: readonly Redaction[];
  readonly conversations: readonly ListedConversation[];
  /** How many files of records are in the package. */
  readonly attachments: number;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
}

export interface CategoryFacts {
  readonly id: string;
  readonly label: Wording;
  readonly holds: Wording | undefined;
  readonly purpose: string | undefined;
  /** The vendor's own label. */
  readonly permission: string | undefined;
  readonly count: number;
  readonly incomplete: boolean;
}

/** A text, and its language where that is not the page's. */
export interface Wording {
  readonly text: string;
  readonly language?: string;
}

export interface FactSources {
  readonly header: PackageHeader;
  readonly about: PackageAbout;
  readonly records: WrittenRecords;
  readonly survey: RecordSurvey;
  readonly attachments: number;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
}

/** Manifests are written in English. */
const MANIFEST_LANGUAGE = "en";

export function packageFacts({ header, about, records, survey, attachments, madeAtMs, expiresAtMs }: FactSources): PackageFacts {
  const { request, connection, manifest, summary } = header;
  const texts = chooseTexts(request.context.language);
  const gaps = distinct([...summary.gaps, ...records.gaps]);
  const hasRecords = (id: string): boolean => Object.hasOwn(records.counts, id);
  const turnedOutNotCovered = (id: string): boolean => summary.notCovered.some(({ category }) => category === id);
  const declared = manifest.dataCategories.map(({ id }) => id).filter((id) => hasRecords(id) || (connection.categories.includes(id) && !turnedOutNotCovered(id)));
  const nothingFound = summary.matches.length === 0 && Object.keys(records.counts).length === 0;
  const ids = nothingFound ? [] : [...new Set([...declared, ...Object.keys(records.counts)])];
  return {
    header,
    texts,
    about,
    company: about.company === undefined ? accountName(connection) : inLanguage(about.company, request.context.language),
    nothingFound,
    categories: ids.map((id) => categoryFacts(id, header, texts, about, Number(field(records.counts, id) ?? 0), gaps)),
    gaps,
    redactions: survey.redactions(),
    settings: settingsOf(request),
    withheld: survey.withheld(),
    conversations: listConversations(survey.conversations(), gaps),
    attachments,
    madeAtMs,
    expiresAtMs,
  };
}

function categoryFacts(id: string, { manifest, request }: PackageHeader, texts: PackageTexts, about: PackageAbout, count: number, gaps: readonly Gap[]): CategoryFacts {
  const declared = manifest.dataCategories.find((category) => category.id === id);
  const purpose = about.categoryPurposes !== undefined && Object.hasOwn(about.categoryPurposes, id) ? about.categoryPurposes[id] : undefined;
  return {
    id,
    label: categoryLabel(id, manifest, texts),
    holds: declared === undefined ? undefined : fromConnector(declared.holds, manifest, texts),
    purpose: purpose === undefined ? undefined : inLanguage(purpose, request.context.language),
    permission: declared === undefined ? undefined : (manifest.scopes.find((scope) => scope.id === declared.scope)?.label ?? declared.scope),
    count,
    incomplete: gaps.some((gap) => gap.category === id),
  };
}

/** Its id where it has no name, or none that is known any more. */
export function accountName({ workspace: { id, name = "" } }: ConnectionThen): string {
  return isBlank(name) ? id : name;
}

/** In the manifest's words, in another language in the catalogue's, else its id made readable. */
export function categoryLabel(id: string, manifest: PackageHeader["manifest"], texts: PackageTexts): Wording {
  const declared = manifest.dataCategories.find((category) => category.id === id)?.label;
  const known = field(texts.category.names, id);
  if (declared !== undefined && (texts.language === MANIFEST_LANGUAGE || known === undefined)) return fromConnector(declared, manifest, texts);
  return typeof known === "string" ? { text: known } : fromConnector(readable(id), manifest, texts);
}

/** A text of the connector's in the page's language, where the manifest translates it; marked as English where it does not. */
export function fromConnector(text: string, { translations = [] }: Pick<PackageHeader["manifest"], "translations">, texts: PackageTexts): Wording {
  if (texts.language === MANIFEST_LANGUAGE) return { text };
  const translated = translations.find(({ language }) => language === texts.language)?.texts.find(({ of }) => of === text)?.text;
  return translated === undefined ? { text, language: MANIFEST_LANGUAGE } : { text: translated };
}

/** `signed_up_at` as `Signed up at`; what does not look like such a name stays as it is. */
export function readable(name: string): string {
  return /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name) ? `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("_", " ")}` : name;
}

function distinct(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map(({ category, code, id, have, of }) => [JSON.stringify([category, code, id, have, of]), { category, code, ...(id === undefined ? {} : { id }), ...(have === undefined ? {} : { have }), ...(of === undefined ? {} : { of }) }])).values()];
}
