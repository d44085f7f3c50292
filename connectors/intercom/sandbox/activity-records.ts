/** Something that a contact did, as the customer's own app reported it. */
export type EventRecord = { readonly id: string; readonly name: string; readonly createdAt: number; readonly metadata: Record<string, unknown> };

export type PhoneCallRecord = {
  readonly id: string;
  readonly workspaceId: string;
  readonly conversationId: string;
  readonly contactId: string;
  readonly adminId: string;
  readonly phone: string;
  readonly createdAt: number;
  readonly lines: readonly { readonly speaker: string; readonly text: string }[];
};

/** One instance of a type that the customer defined. */
export type CustomObjectRecord = {
  readonly id: string;
  readonly workspaceId: string;
  readonly type: string;
  readonly externalId: string;
  readonly contactIds: readonly string[];
  readonly createdAt: number;
  readonly customAttributes: Record<string, unknown>;
};
