import type { FoundFile } from "../../core/files.js";
import type { ConnectorContext } from "../../core/ports.js";
import { withoutFileLinks } from "./attachments.js";
import { createIntercomClient, expectId, type IntercomClient } from "./client.js";
import { member } from "./json-values.js";

type Read = (client: IntercomClient, id: string) => Promise<{ readonly data?: unknown; readonly response: Response }>;

/** Records that can be read again by their id. Links inside others end with the reading that showed them. */
const READERS: Readonly<Record<string, Read>> = {
  contacts: (client, id) => client.GET("/contacts/{contact_id}", { params: { path: { contact_id: id } } }),
  conversations: (client, id) => client.GET("/conversations/{conversation_id}", { params: { path: { conversation_id: id } } }),
  tickets: (client, id) => client.GET("/tickets/{ticket_id}", { params: { path: { ticket_id: id } } }),
};

/** Where a record's files can be fetched now: a link to a file works for half an hour. Source: the file attribute of version 2.16. */
export async function renewFiles(context: ConnectorContext, { category, recordId }: Pick<FoundFile, "category" | "recordId">): Promise<readonly FoundFile[]> {
  const read = Object.hasOwn(READERS, category) ? READERS[category] : undefined;
  if (read === undefined) return [];
  const { data, response } = await read(createIntercomClient(context), recordId);
  if (!response.ok) return [];
  expectId({ id: member(data, "id") }, recordId);
  return withoutFileLinks(data).files.map((file) => ({ category, recordId, ...file }));
}
