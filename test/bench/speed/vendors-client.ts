import { IntercomClient } from "intercom-client";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addressOf, type Job } from "./job.js";
import type { Work } from "./ours.js";

/** The script that somebody would write with the vendor's own client: it searches, deletes, and reads back; or reads everything into a file. */
export function vendorsClient({ kind, people, url, token }: Job, folder: string): Promise<Work> {
  const client = new IntercomClient({ token, baseUrl: url });
  const idsOf = async (value: string): Promise<string[]> => {
    const ids: string[] = [];
    for await (const { id = "" } of await client.contacts.search({ query: { field: "email", operator: "=", value } })) ids.push(id);
    return ids;
  };
  const isGone = (contact_id: string): Promise<boolean> => client.contacts.find({ contact_id }).then(() => false, (error: unknown) => (error as { statusCode?: number }).statusCode === 404);
  const deleteAll = async (): Promise<number> => {
    let done = 0;
    for (let n = 0; n < people; n++) {
      for (const contact_id of await idsOf(addressOf(n))) {
        const { deleted } = await client.contacts.delete({ contact_id });
        if (deleted === true && (await isGone(contact_id))) done += 1;
      }
    }
    return done;
  };
  const readAll = async (): Promise<number> => {
    const [contact_id = ""] = await idsOf(addressOf(0));
    const all: unknown[] = [await client.contacts.find({ contact_id })];
    let parts = 0;
    for await (const { id } of await client.conversations.search({ query: { field: "contact_ids", operator: "=", value: contact_id } })) {
      const whole = await client.conversations.find({ conversation_id: id ?? "" });
      parts += whole.conversation_parts?.conversation_parts?.length ?? 0;
      all.push(whole);
    }
    writeFileSync(join(folder, "person.json"), JSON.stringify(all));
    return parts;
  };
  return Promise.resolve({ run: kind === "deletion" ? deleteAll : readAll, close: () => Promise.resolve() });
}
