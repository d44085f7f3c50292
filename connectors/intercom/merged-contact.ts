import { mergedInto, type IntercomClient } from "./client.js";

/** As far as Intercom itself follows a chain of merges. Source: `GET /contacts/{contact_id}` of version 2.16. */
const MERGE_HOPS = 3;

/** Where a merged contact lives on by now. Only ids are taken from the links; the calls go to our own address. */
export async function survivorOf(client: IntercomClient, merged: Response): Promise<string | undefined> {
  let into = mergedInto(merged);
  for (let hop = 1; hop < MERGE_HOPS && into !== undefined; hop++) {
    const { response } = await client.GET("/contacts/{contact_id}", { params: { path: { contact_id: into } } });
    if (response.status !== 410) return into;
    into = mergedInto(response);
  }
  return into;
}
