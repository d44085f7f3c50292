import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addressOf, type Job } from "./job.js";
import type { Work } from "./ours.js";

interface Page {
  readonly data?: readonly { readonly id: string }[];
  readonly conversations?: readonly { readonly id: string }[];
  readonly pages?: { readonly next?: { readonly starting_after?: string } | null };
}

/** The same script with `fetch` alone: what the calls themselves cost. */
export function bareFetch({ kind, people, url, token }: Job, folder: string): Promise<Work> {
  const headers = { authorization: `Bearer ${token}`, "intercom-version": "2.16", "content-type": "application/json", accept: "application/json" };
  const call = async (method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly json: unknown }> => {
    const response = await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    return { status: response.status, json: await response.json() };
  };
  const search = async (what: "contacts" | "conversations", query: object): Promise<string[]> => {
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = (await call("POST", `/${what}/search`, { query, pagination: { per_page: 50, ...(after === undefined ? {} : { starting_after: after }) } })).json as Page;
      ids.push(...(page.data ?? page.conversations ?? []).map(({ id }) => id));
      after = page.pages?.next?.starting_after;
      if (after === undefined) return ids;
    }
  };
  const deleteAll = async (): Promise<number> => {
    let done = 0;
    for (let n = 0; n < people; n++) {
      for (const id of await search("contacts", { field: "email", operator: "=", value: addressOf(n) })) {
        const { deleted } = (await call("DELETE", `/contacts/${id}`)).json as { deleted?: boolean };
        if (deleted === true && (await call("GET", `/contacts/${id}`)).status === 404) done += 1;
      }
    }
    return done;
  };
  const readAll = async (): Promise<number> => {
    const [id = ""] = await search("contacts", { field: "email", operator: "=", value: addressOf(0) });
    const all: unknown[] = [(await call("GET", `/contacts/${id}`)).json];
    let parts = 0;
    for (const thread of await search("conversations", { field: "contact_ids", operator: "=", value: id })) {
      const { json } = await call("GET", `/conversations/${thread}`);
      parts += (json as { conversation_parts?: { conversation_parts?: unknown[] } }).conversation_parts?.conversation_parts?.length ?? 0;
      all.push(json);
    }
    writeFileSync(join(folder, "person.json"), JSON.stringify(all));
    return parts;
  };
  return Promise.resolve({ run: kind === "deletion" ? deleteAll : readAll, close: () => Promise.resolve() });
}
