import type { AttachmentRecord } from "./attachments.js";

/** Somebody who wrote; null where the vendor knows nobody any more. */
export type AuthorRecord = { readonly type: "user" | "lead" | "admin" | "bot"; readonly id: string; readonly name: string | null; readonly email: string | null } | null;

export type PartRecord = {
  readonly id: string;
  readonly partType: string;
  /** HTML. */
  body: string | null;
  readonly createdAt: number;
  readonly author: AuthorRecord;
  readonly attachments: readonly AttachmentRecord[];
  redacted: boolean;
  /** Addresses in the headers of an email; nothing can be searched for here. */
  readonly emailHeaders: readonly { readonly type: "from" | "to" | "cc"; readonly email: string }[];
};

export type RatingRecord = { readonly rating: number; readonly remark: string | null; readonly contactId: string; readonly createdAt: number };

export type ConversationRecord = {
  readonly id: string;
  readonly workspaceId: string;
  /** More than one makes it a group. */
  contactIds: string[];
  readonly createdAt: number;
  updatedAt: number;
  readonly open: boolean;
  readonly channel: string;
  readonly subject: string;
  /** The message that started it; it is not one of the parts. */
  readonly source: PartRecord;
  readonly parts: PartRecord[];
  rating: RatingRecord | null;
  readonly customAttributes: Record<string, unknown>;
  readonly recipients: readonly string[];
};

export type TicketRecord = {
  /** Internal; shares its numbers with conversations. */
  readonly id: string;
  /** What people see. */
  readonly ticketId: string;
  readonly workspaceId: string;
  contactIds: string[];
  readonly category: "Customer" | "Back-office" | "Tracker";
  readonly title: string;
  readonly description: string;
  readonly attributes: Record<string, unknown>;
  readonly files: readonly AttachmentRecord[];
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly open: boolean;
  readonly parts: PartRecord[];
};

export type DeletedConversation = { readonly id: string; readonly workspaceId: string; readonly metricsRetained: boolean; readonly deletedAt: number };

/** What reporting still knows of a conversation after it went. */
export type ReportingRow = { readonly conversationId: string; readonly contactIds: readonly string[]; readonly rating: RatingRecord | null };
