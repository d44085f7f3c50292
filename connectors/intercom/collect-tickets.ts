import { relatedTypes } from "./custom-object-types.js";
import type { Found, Reading, Step } from "./reading.js";
import { readThreads, THREADS_START, type ThreadKind, type ThreadsAt } from "./threads.js";

const TICKETS: ThreadKind = {
  category: "tickets",
  partsCategory: "ticket_parts",
  endpoint: "GET /tickets/{ticket_id}",
  search: (client, body) => client.POST("/tickets/search", { body }),
  read: (client, id) => client.GET("/tickets/{ticket_id}", { params: { path: { ticket_id: id } } }),
};

export async function ticketStage(reading: Reading, found: Found, at: unknown): Promise<Step | undefined> {
  if (!reading.covers("tickets")) return undefined;
  const step = await readThreads(reading, found, TICKETS, (at as ThreadsAt | undefined) ?? THREADS_START, () => false);
  if (step === undefined) return undefined;
  const { records, gaps, files = [], next, thread, announced, searched } = step;
  for (const record of records) reading.tickets.note(record);
  const told = { ...(announced === undefined ? {} : { announced }), ...(searched === undefined ? {} : { searched }) };
  return { records, gaps, files, ...told, next, found: { ...found, types: relatedTypes(found.types, thread) } };
}
