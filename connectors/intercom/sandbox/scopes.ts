/** The permissions of an Intercom app, with the words that its settings page shows. https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/oauth-scopes */
export const SCOPE_LABELS = {
  read_users_companies: "Read and list users and companies",
  read_single_user: "Read one user and one company",
  read_write_users: "Read and write users",
  write_users_companies: "Write users and companies",
  read_tags: "Read tags",
  read_conversations: "Read conversations",
  write_conversations: "Write conversations",
  delete_conversations_and_metrics: "Delete conversations and metrics",
  read_tickets: "Read tickets",
  write_tickets: "Write tickets",
  read_events: "Read events",
  read_admins: "Read admins",
  read_one_admin: "Read one admin",
  custom_objects: "Read and write custom object instances",
} as const;

export type ScopeId = keyof typeof SCOPE_LABELS;

export const ALL_SCOPES: readonly ScopeId[] = Object.keys(SCOPE_LABELS).filter(isScopeId);

export function isScopeId(text: string): text is ScopeId {
  return Object.hasOwn(SCOPE_LABELS, text);
}
