/**
 * What nobody has confirmed about Intercom, as switches: code that must hold either way is tested either way. The default is
 * the answer that seems likelier, or, where both do, the one that is harder on the connector.
 */
export type Switches = {
  /** Whether `email` `=` looks at upper and lower case. */
  readonly emailSearch: "case_insensitive" | "case_sensitive";
  /** Whether a search accepts the `IN` operator on `email`. */
  readonly inOperator: "allowed" | "rejected";
  /** How many values one `IN` may hold. */
  readonly inOperatorMaxValues: number;
  /** Whether a search still finds a blocked contact; the list of inactive contacts suggests that it does not. */
  readonly searchShowsBlocked: boolean;
  /** Whether a missing permission is noticed before a missing object. */
  readonly scopeCheckBeforeExistence: boolean;
  /** Whether the permission to list people also opens the endpoints of one person. */
  readonly listScopeCoversSingle: boolean;
  /** Whether a contact's tags need Read tags beside the user permissions. */
  readonly tagsNeedReadTags: boolean;
  /** Whether Read and write users is enough to create and delete a contact. */
  readonly readWriteUsersDeletes: boolean;
  /** How a missing permission looks: as each endpoint does it, or one shape everywhere. */
  readonly missingScopeShape: "by_endpoint" | "token_unauthorized" | "forbidden";
  /** The error code of a token that was withdrawn. */
  readonly revokedTokenAnswers: "unauthorized" | "token_revoked";
  /** Whether a regional host refuses the token of another region. */
  readonly foreignRegionTokenRejected: boolean;
  /** Whether tokens are given out and taken back at each region's address, or only at the one that Intercom's pages name. */
  readonly grantsAt: "first_region" | "every_region";
  /** The error code of a one-time code that is wrong. */
  readonly wrongCodeAnswers: "unauthorized" | "token_not_found";
  /** What becomes of a token when the teammate who authorised it leaves. */
  readonly formerTeammateToken: "rejected" | "accepted";
  /** Whether `/me` names the role of the teammate, as Preview does. */
  readonly meRole: "absent" | "present";
  /** What deleting a merged contact's id answers. */
  readonly deleteOfMergedAnswers: 404 | 410 | 200;
  /** What the second delete of one contact answers. */
  readonly secondDeleteAnswers: 404 | 200;
  /** Which words stand in the 404 of a contact. */
  readonly missingContactWording: "Contact Not Found" | "User Not Found";
  /** Whether the Link of a merged contact leads to the end of the chain or only one step on. */
  readonly mergeLink: "final" | "next_hop";
  /** Whether the last page says `next: null` or leaves `next` out. */
  readonly lastPageNext: "absent" | "null";
  /** Whether a last page that is exactly full promises one more, which is then empty. */
  readonly fullLastPageHasNext: boolean;
  /** Whether notes and companies continue by a link or by a cursor object. */
  readonly subListNext: "url" | "cursor_object";
  /** The largest page of notes and companies. */
  readonly subListMaxPerPage: 50 | 150;
  /** The key that holds a contact's companies; the vendor's schema and its examples disagree. */
  readonly companiesKey: "data" | "companies";
  /** What withdrawing a token answers. */
  readonly uninstallAnswers: "empty_200" | "json_200" | "no_content_204";
  /** What a contact's deletion does to conversations that others take part in. */
  readonly groupOnContactDelete: "kept" | "detached" | "deleted";
  /** What a contact's deletion does to tickets that are theirs alone. */
  readonly ticketsOnContactDelete: "kept" | "deleted";
  /** What a contact's deletion does to custom object instances that refer to it. */
  readonly customObjectsOnContactDelete: "kept" | "deleted";
  /** Whether conversations that went with their contact appear among the deleted ones. */
  readonly cascadeListsConversations: boolean;
  /** What the second delete of one conversation answers. */
  readonly secondConversationDeleteAnswers: 404 | 200;
  /** The error code of a ticket that is not there, when it is read. */
  readonly missingTicketCode: "ticket_not_found" | "not_found";
  /** Whether a search of tickets brings their parts along. */
  readonly ticketSearchShowsParts: boolean;
  /** The largest page of a search of tickets; Intercom says 150 for all searches, and a page may hold less than was asked for. */
  readonly ticketSearchMaxPerPage: number;
  /** The same of a search of conversations. */
  readonly conversationSearchMaxPerPage: number;
  /** Whether the count of a long conversation's parts includes those that cannot be read. */
  readonly partCount: "all" | "shown";
  /** The status of a redaction that is not possible. */
  readonly notRedactableAnswers: 400 | 422;
  /** How long a link to an attachment works. */
  readonly attachmentLinkLifetimeMs: number;
  /** What a listing of events says about somebody unknown. */
  readonly eventsOfNobody: "not_found" | "empty";
  /** What a listing of events says about a contact that has none. */
  readonly eventsOfSilent: "empty" | "not_found";
  /** The largest page of events. */
  readonly eventsMaxPerPage: number;
  /** The largest page of custom object instances. */
  readonly customObjectsMaxPerPage: number;
  /** Which permission the endpoints of calls need. */
  readonly callsNeed: "read_conversations" | "nothing";
  /** What a conversation's deletion does to its phone calls. */
  readonly callsOnConversationDelete: "kept" | "deleted";
  /** Whether the list of inactive contacts is there at all, and how its absence looks. */
  readonly inactiveList: "offered" | "unknown_version" | "not_found";
  /** The key that holds the inactive contacts. */
  readonly inactiveListKey: "data" | "contacts";
  /** Whether that list continues by a link or by a cursor object. */
  readonly inactiveListNext: "url" | "cursor_object";
  /** The largest page of that list. */
  readonly inactiveListMaxPerPage: 150 | 50;
  /** Whether addresses in that list come HTML-escaped. */
  readonly inactiveListEscapes: "unless_told" | "always" | "never";
  /** Whether that list shows contacts that were deleted. */
  readonly inactiveListShowsDeleted: boolean;
  /** Whether error bodies carry their request id. */
  readonly errorRequestId: "present" | "null" | "absent";
};

export const DEFAULT_SWITCHES: Switches = {
  emailSearch: "case_insensitive",
  inOperator: "allowed",
  inOperatorMaxValues: 50,
  searchShowsBlocked: false,
  scopeCheckBeforeExistence: true,
  listScopeCoversSingle: false,
  tagsNeedReadTags: false,
  readWriteUsersDeletes: false,
  missingScopeShape: "by_endpoint",
  revokedTokenAnswers: "unauthorized",
  foreignRegionTokenRejected: true,
  grantsAt: "first_region",
  wrongCodeAnswers: "unauthorized",
  formerTeammateToken: "rejected",
  meRole: "absent",
  deleteOfMergedAnswers: 404,
  secondDeleteAnswers: 404,
  missingContactWording: "Contact Not Found",
  mergeLink: "final",
  lastPageNext: "absent",
  fullLastPageHasNext: false,
  subListNext: "url",
  subListMaxPerPage: 50,
  companiesKey: "data",
  uninstallAnswers: "empty_200",
  groupOnContactDelete: "kept",
  ticketsOnContactDelete: "kept",
  customObjectsOnContactDelete: "kept",
  cascadeListsConversations: true,
  secondConversationDeleteAnswers: 404,
  missingTicketCode: "ticket_not_found",
  ticketSearchShowsParts: true,
  ticketSearchMaxPerPage: 150,
  conversationSearchMaxPerPage: 150,
  partCount: "all",
  notRedactableAnswers: 422,
  attachmentLinkLifetimeMs: 1_800_000,
  eventsOfNobody: "not_found",
  eventsOfSilent: "empty",
  eventsMaxPerPage: 50,
  customObjectsMaxPerPage: 150,
  callsNeed: "read_conversations",
  callsOnConversationDelete: "kept",
  inactiveList: "offered",
  inactiveListKey: "data",
  inactiveListNext: "url",
  inactiveListMaxPerPage: 150,
  inactiveListEscapes: "unless_told",
  inactiveListShowsDeleted: true,
  errorRequestId: "present",
};
