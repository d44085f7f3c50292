import type { Connection } from "../../../core/connection.js";
import { Identifier } from "../../../core/identifier.js";
import type { JournalEntry } from "../../../core/journal.js";
import type { RequestOutcome } from "../../../core/outcome.js";
import { replay } from "../../../core/replay.js";
import type { PrivacyRequest } from "../../../core/request.js";

/** Stands for a data subject; no file of a home may ever hold it in the clear. */
export const CANARY_ADDRESS = "canary.quetzal@example.com";
export const CANARY_TOKEN = "tok_CANARY_7f3a91c2";

let made = 0;

export function sampleRequest(changes: Partial<PrivacyRequest> = {}): PrivacyRequest {
  return {
    id: `r${++made}`,
    type: "access",
    connector: "memory",
    connectorVersion: "1.0.0",
    connection: "acme",
    vendorsOwn: true,
    openedAt: "2026-01-15T09:00:00.000Z",
    context: { receivedAt: "2026-01-14T00:00:00.000Z", law: "gdpr", language: "en" },
    subjectKey: "subject-key",
    state: "running",
    ...changes,
  };
}

export function withReference(reference: string, changes: Partial<PrivacyRequest> = {}): PrivacyRequest {
  const request = sampleRequest(changes);
  return { ...request, context: { ...request.context, reference } };
}

export function sampleConnection(changes: Partial<Connection> = {}): Connection {
  return {
    name: "acme",
    connector: "memory",
    connectorVersion: "1.0.0",
    region: "us",
    apiOrigin: "https://api.memory.example",
    vendorsOwn: true,
    capabilities: ["access", "deletion"],
    categories: ["contacts"],
    workspace: { id: "w1", name: "Acme", region: "US" },
    authorisedBy: { id: "a1", role: null },
    scopes: [],
    account: { required: "Admin", status: "ok", fix: "Ask an admin." },
    connectedAt: "2026-01-01T00:00:00.000Z",
    checkedAt: "2026-01-01T00:00:00.000Z",
    status: "connected",
    ...changes,
  };
}

export function email(address: string = CANARY_ADDRESS): Identifier {
  return Identifier.parse("email", address);
}

export function callsEntry(apiCalls: number): JournalEntry {
  return { at: "2026-01-15T09:00:01.000Z", kind: "calls", apiCalls };
}

export function intentEntry(id: string): JournalEntry {
  return { at: "2026-01-15T09:00:01.000Z", kind: "intent", target: { category: "contact", id }, attempt: 1 };
}

/** A look after a verified deletion, at which nobody was found. */
export function lookedAgainEntry(): JournalEntry {
  return { at: "2026-01-16T09:00:02.000Z", kind: "looked_again", searched: [{ identifier: "email", where: "people/search", at: "2026-01-16T09:00:02.000Z" }], gaps: [], shown: [] };
}

/** What is written when a request's key is destroyed: what its journal says, without names. */
export function keyDestroyedEntry(outcome: RequestOutcome = "verified"): Extract<JournalEntry, { kind: "key_destroyed" }> {
  return { at: "2026-01-22T09:00:02.000Z", kind: "key_destroyed", remains: replay([{ at: "2026-01-15T09:00:02.000Z", kind: "ended", outcome }]) };
}

export function endedEntry(outcome: "complete" | "needs_attention" | "verified" | "parked"): JournalEntry {
  return { at: "2026-01-15T09:00:02.000Z", kind: "ended", outcome };
}
