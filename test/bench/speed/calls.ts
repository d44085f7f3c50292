import { IntercomClient } from "intercom-client";
import { join } from "node:path";
import { systemClock, systemRandom } from "../../../adapters/clock/system-clock.js";
import { createSeam } from "../../../adapters/http/seam.js";
import { SEAM_LIMITS } from "../../../adapters/http/seam-limits.js";
import { createUndiciTransport } from "../../../adapters/http/undici-transport.js";
import { createPacer } from "../../../adapters/limits/pacer.js";
import { openSqliteWindow } from "../../../adapters/limits/sqlite-window.js";
import { createIntercomClient } from "../../../connectors/intercom/client.js";
import { protocol } from "../../../connectors/intercom/protocol.js";
import { addressOf, type CallKind, type Job } from "./job.js";
import type { Work } from "./ours.js";

type Calls = Readonly<Record<CallKind, (id: string) => Promise<unknown>>>;

const SEARCH = { query: { field: "email", operator: "=", value: addressOf(0) } } as const;
/** So many calls come before those that are measured: every side's code is as fast by then as it gets. */
const BEFORE = 500;

/** Calls of one kind, one after the other, as each side makes them: nothing but the call, and what stands between it and the network. */
export async function callsOf(side: "ours" | "intercom-client" | "bare fetch", { call = "read a contact", ids = [], url, token }: Job, folder: string): Promise<Work> {
  const { calls, close } = { ours: throughTheSeam, "intercom-client": withTheirClient, "bare fetch": withFetchAlone }[side](url, token, folder);
  for (const id of ids.slice(0, BEFORE)) await calls[call](id);
  return {
    run: async () => {
      const rest = ids.slice(BEFORE);
      for (const id of rest) await calls[call](id);
      return rest.length;
    },
    close,
  };
}

interface Side {
  readonly calls: Calls;
  close(): Promise<void>;
}

/** The window is short, so that it holds as many calls as at the vendor's own pace, and not all that are made in ten seconds without one. */
const WINDOW_MS = 200;

function throughTheSeam(url: string, token: string, folder: string): Side {
  const windows = openSqliteWindow(join(folder, "limits.db"));
  const transport = createUndiciTransport({ userAgent: "bench", allowPrivateHosts: true });
  const { signal } = new AbortController();
  const fetch = createSeam({
    protocol,
    apiOrigin: url,
    credential: () => Promise.resolve(token),
    pacer: createPacer({ key: "bench", limit: 1_000_000, windowMs: WINDOW_MS, store: windows, clock: systemClock, random: systemRandom }),
    transport: transport.send,
    clock: systemClock,
    random: systemRandom,
    signal,
    limits: SEAM_LIMITS,
  });
  const client = createIntercomClient({ fetch, clock: systemClock, signal, apiOrigin: url, appOrigin: url, workspaceId: undefined, categories: [] });
  return {
    calls: {
      "search for a contact": () => client.POST("/contacts/search", { body: SEARCH }),
      "read a contact": (contact_id) => client.GET("/contacts/{contact_id}", { params: { path: { contact_id } } }),
      "read a conversation of 20 parts": (conversation_id) => client.GET("/conversations/{conversation_id}", { params: { path: { conversation_id } } }),
      "delete a contact": (contact_id) => client.DELETE("/contacts/{contact_id}", { params: { path: { contact_id } } }),
    },
    close: async () => {
      await transport.close();
      windows.close();
    },
  };
}

function withTheirClient(url: string, token: string): Side {
  const client = new IntercomClient({ token, baseUrl: url });
  return {
    calls: {
      "search for a contact": () => client.contacts.search(SEARCH),
      "read a contact": (contact_id) => client.contacts.find({ contact_id }),
      "read a conversation of 20 parts": (conversation_id) => client.conversations.find({ conversation_id }),
      "delete a contact": (contact_id) => client.contacts.delete({ contact_id }),
    },
    close: () => Promise.resolve(),
  };
}

function withFetchAlone(url: string, token: string): Side {
  const headers = { authorization: `Bearer ${token}`, "intercom-version": "2.16", "content-type": "application/json", accept: "application/json" };
  const call = async (method: string, path: string, body?: object): Promise<unknown> => (await fetch(url + path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })).json();
  return {
    calls: {
      "search for a contact": () => call("POST", "/contacts/search", SEARCH),
      "read a contact": (id) => call("GET", `/contacts/${id}`),
      "read a conversation of 20 parts": (id) => call("GET", `/conversations/${id}`),
      "delete a contact": (id) => call("DELETE", `/contacts/${id}`),
    },
    close: () => Promise.resolve(),
  };
}
