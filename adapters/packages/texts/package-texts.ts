import type { TargetOutcome } from "../../../core/outcome.js";
import type { RequestState } from "../../../core/request.js";
import type { NotCoveredReason } from "../../../core/outcome.js";
import type { WITHHELD_MARKS } from "../../../core/withheld.js";

/**
 * Every word of ours that a data subject reads. One catalogue per language, complete by its type. What a connector's manifest says, and what
 * the vendor's records say, is not in here.
 */
export interface PackageTexts {
  /** BCP 47. */
  readonly language: string;
  readonly title: (company: string) => string;
  readonly statementTitle: string;
  readonly number: (count: number) => string;
  readonly records: (count: number) => string;
  readonly parts: (count: number) => string;
  /** How large a file is. */
  readonly bytes: (count: number) => string;
  /** Of a file that the vendor does not name. */
  readonly noName: string;

  /** Above everything, where the data does not come from the vendor itself. */
  readonly notVendorsOwn: string;
  readonly facts: {
    readonly heading: string;
    readonly company: string;
    readonly system: string;
    readonly region: string;
    readonly request: string;
    readonly reference: string;
    readonly receivedAt: string;
    readonly madeAt: string;
    /** Up to when the system was asked. */
    readonly seenAt: string;
    readonly keptUntil: string;
    readonly outcome: string;
  };
  readonly complete: string;
  readonly completeWithGaps: string;
  readonly nothingFound: string;
  /** Beside either, where something was not looked at. */
  readonly notAllCovered: string;

  readonly contents: string;
  readonly skip: string;
  readonly files: { readonly heading: string; readonly intro: string; readonly statement: string; readonly manifest: string; readonly schema: string; readonly json: string; readonly csv: string; readonly attachments: string };

  readonly incomplete: {
    readonly heading: string;
    readonly none: string;
    readonly codes: Readonly<Record<KnownGap, string>>;
    readonly otherCode: string;
    /** Where the others were left out by right. */
    readonly included: (have: number, of: number) => string;
    readonly haveOf: (have: number, of: number) => string;
    readonly have: (have: number) => string;
    readonly of: (of: number) => string;
    readonly times: (count: number) => string;
    readonly concerns: (ids: string) => string;
    readonly more: (count: number) => string;
    /** Where there is no such file. */
    readonly notListed: (count: number) => string;
    readonly mark: string;
    readonly inCategory: string;
  };
  readonly redactions: { readonly heading: string; readonly none: string; readonly found: (places: number, category: string) => string };
  /** What concerns others, and notes: what was decided, and what was taken out. */
  readonly others: {
    readonly heading: string;
    readonly withheld: string;
    /** In place of the same where there was nothing to take out. */
    readonly nothingWithheld: string;
    readonly included: string;
    readonly freeText: string;
    readonly notesWithheld: string;
    readonly rules: Readonly<Record<KnownRedaction, string>>;
    /** What stands on pages in the place of withheld words. */
    readonly marks: Readonly<Record<keyof typeof WITHHELD_MARKS, string>>;
    readonly otherRule: string;
    readonly places: (rule: string, count: number) => string;
  };
  readonly notCovered: { readonly heading: string; readonly none: string; readonly nothingLookedAt: string; readonly intro: string; readonly reasons: Readonly<Record<NotCoveredReason, string>>; readonly permission: (label: string) => string };

  readonly category: {
    readonly names: Readonly<Record<KnownCategory, string>>;
    readonly nothingFound: string;
    readonly purpose: string;
    readonly permission: string;
    readonly pages: (from: number, to: number) => string;
    readonly pagesIntro: string;
    readonly back: string;
    readonly page: (number: number) => string;
    readonly next: string;
    readonly previous: string;
  };
  readonly record: {
    readonly heading: (number: number, of: number) => string;
    readonly id: string;
    readonly readAt: (when: string, endpoint: string) => string;
    readonly notFilledIn: string;
    readonly emptyText: string;
    readonly emptyList: string;
    readonly noFields: string;
    readonly yes: string;
    readonly no: string;
    readonly asText: string;
  };
  readonly conversations: {
    readonly intro: (count: number) => string;
    readonly search: string;
    /** `{shown}` and `{all}` are filled in by the page. */
    readonly found: string;
    readonly noDate: string;
    readonly noSubject: string;
    readonly title: (number: number, of: number) => string;
    readonly back: string;
    readonly newer: string;
    readonly older: string;
    readonly messages: string;
    readonly noMessages: string;
    readonly noAuthor: string;
    readonly noText: string;
    readonly redacted: string;
    readonly attachments: string;
    readonly notIncluded: string;
    readonly details: string;
    readonly about: string;
    readonly shownAsText: string;
  };
  readonly html: { readonly image: string; readonly embedded: string; readonly script: string };

  readonly statement: {
    readonly searched: string;
    /** A place by what lies there, with what the vendor calls it. */
    readonly place: (category: string, where: string) => string;
    readonly searchedLine: (identifier: string, where: string, when: string) => string;
    readonly identifiers: Readonly<Record<"email" | "contact_id" | "conversation_id" | "object_id", string>>;
    readonly exactOnly: string;
    readonly chosen: (count: number) => string;
    readonly nearMatches: (count: number) => string;
    /** Records that a search returned and that do not carry the identifier. */
    readonly dropped: (count: number) => string;
    readonly found: string;
    readonly attachments: (count: number) => string;
    readonly matches: (count: number) => string;
    /** In place of the same where there is none of the person's own. */
    readonly noneOwn: string;
    readonly foundLine: (category: string, records: string) => string;
    readonly notVendorsOwn: string;
    readonly deletionTitle: string;
    readonly state: string;
    readonly states: Readonly<Record<RequestState, string>>;
    readonly notSearched: string;
    /** What was found, before anything was searched. */
    readonly notKnown: string;
    /** How many records of the person there were. */
    readonly records: (count: number) => string;
    /** Of what carries the person's address and hangs on none of those. */
    readonly loose: (count: number) => string;
    /** Of what only the search showed before anything was deleted. */
    readonly vanished: (count: number) => string;
    readonly deleted: string;
    readonly nothingDeleted: string;
    readonly outcomes: Readonly<Record<TargetOutcome, string>>;
    /** Of what a deletion has not come to. */
    readonly untouched: string;
    /** Of what hung on the person's records and was not deleted by a call of its own. */
    readonly wentAlong: string;
    readonly seenGone: (when: string) => string;
    /** What looking for the person again, days later, came to; `Besides`: where some of what was found was to stay. */
    readonly laterLooks: Readonly<Record<"absent" | "absentBesides" | "incomplete" | "incompleteBesides" | "back" | "restored" | "restoredAndBack" | "missed", (when: string) => string>>;
    readonly remains: string;
    /** What this program itself saw to stay; the vendor's own residuals are the connector's. */
    readonly residuals: Readonly<Record<"STILL_READABLE" | "NOT_LOOKED_AT", string>>;
    /** What a later look saw: of the person's records, how many there are again. */
    readonly thereAgain: (count: number) => string;
    readonly planned: (reason: string) => string;
    readonly nothingRemains: string;
    readonly nothingTouched: string;
    readonly relatedIncomplete: string;
    readonly nothingGone: string;
    readonly notPackaged: string;
    readonly earlier: string;
    readonly excluded: (n: number) => string;
    readonly limits: string;
    readonly limitsText: (when: string) => string;
    readonly nothingShown: string;
  };
  readonly about: {
    readonly heading: { readonly gdpr: string; readonly other: string };
    readonly blank: string;
    readonly topics: Readonly<Record<AboutTopic, string>>;
  };
}

/** Codes of gaps that have a sentence of their own; any other has its code and a general one. */
export type KnownGap = "ARCHIVED_NOT_LISTED" | "ARCHIVED_NOT_READABLE" | "ATTACHMENT_HOST_REFUSED" | "ATTACHMENT_NOT_AS_DECLARED" | "ATTACHMENT_NOT_FETCHED" | "ATTACHMENT_TOO_LARGE" | "BEGUN_AS_TEAMMATE" | "CALLER_NOT_KNOWN" | "CHANGED_DURING_RUN" | "CONTACT_NOT_SHOWN" | "COUNT_MISMATCH" | "COUNTS_DIFFER" | "DELETION_UNDER_WAY" | "EVENTS_90_DAYS" | "EVENTS_NOT_SHOWN" | "NOT_PERMITTED" | "NOT_THE_PERSONS" | "OBJECT_NOT_READ" | "OBJECT_OF_SHARED_THREAD" | "PAGING" | "PARTS_CAPPED" | "PARTS_NOT_SHOWN" | "RECORD_NOT_SHOWN" | "TICKETS_NOT_SHOWN" | "TRANSCRIPT_NOT_READ" | "TYPE_NOT_READ";

/** Rules of redaction that have a text of their own; any other has its name. */
export type KnownRedaction = "address" | "name_in_text" | "note" | "participant" | "participant_text" | "speaker" | "teammate";

/** Ids of data categories that connectors share, for those that no manifest describes and for languages other than the manifest's. */
export type KnownCategory =
  | "archived_contacts"
  | "attachments"
  | "call_recordings"
  | "calls"
  | "case_variants"
  | "companies"
  | "company_notes"
  | "contacts"
  | "conversations"
  | "conversations_as_teammate"
  | "custom_objects"
  | "data_connector_results"
  | "email_headers"
  | "event_summaries"
  | "events"
  | "fin_voice_calls"
  | "handling_events"
  | "notes"
  | "outbound_messages"
  | "quality_reviews"
  | "segments"
  | "side_conversations"
  | "subscriptions"
  | "tags"
  | "teammates"
  | "tickets"
  | "visitors";

/** What the controller itself has to tell: GDPR Art. 15(1)(a), (c) to (h) and (2), and whom to ask. */
export type AboutTopic = "purposes" | "recipients" | "transfers" | "retention" | "rights" | "authority" | "source" | "automatedDecisions" | "contact";
