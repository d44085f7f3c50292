import { canonicalJson } from "./canonical-json.js";
import type { Connection } from "./connection.js";
import { canonicalEmail } from "./email.js";
import { DsrError } from "./errors.js";
import type { Destination, Digest, Host } from "./host-ports.js";
import type { Identifier } from "./identifier.js";
import type { Manifest } from "./manifest.js";
import { sameExtents } from "./plan.js";
import { historyOf } from "./replay.js";
import type { RequestHistory } from "./request-history.js";
import { DEFAULT_SETTINGS, type RequestSettings } from "./request-settings.js";
import { computeDueAt, type Law, type PrivacyRequest, type RequestContext, type RequestType } from "./request.js";

/** What a caller says when asking for a request. Dates are ISO 8601; everything but the identifier has a default. */
export interface RequestInput {
  readonly identifier: Identifier;
  readonly reference?: string;
  readonly receivedAt?: string;
  readonly law?: Law;
  readonly dueAt?: string;
  readonly verified?: { readonly method: string; readonly at: string };
  readonly operator?: string;
  readonly language?: string;
}

/** What is asked for of an access request beyond whom it is about: it is finished so, whoever goes on with it. */
export interface Asked extends Destination {
  /** Where to look beyond the vendor's search, by the manifest's `lookupExtents`. */
  readonly extents?: readonly string[];
}

/** A request's id begins with when it was made, in milliseconds, so that stores keep together what is opened together. What follows is random: 80 bits of the host's 120. */
export function newRequestId({ clock, random }: Pick<Host, "clock" | "random">): string {
  // A host's clock may well tell parts of milliseconds.
  return Math.floor(Math.max(0, clock.now())).toString(36).padStart(8, "0") + random.id().slice(8);
}

/**
 * Opens a request, or finds the one that was opened with the same reference and the same input; that one keeps the settings that it was opened
 * with, and what was asked for. `id` is its own where it has been reserved. Calls no vendor.
 * @throws DsrError `UNSUPPORTED_REQUEST`, `REQUEST_INVALID`, `IDEMPOTENCY_CONFLICT`
 */
export async function openRequest(host: Host, manifest: Manifest, connection: Connection, type: RequestType, input: RequestInput, settings: RequestSettings = DEFAULT_SETTINGS, asked: Asked = {}, id = newRequestId(host)): Promise<PrivacyRequest> {
  refuseUndeclared(manifest, connection, type, input.identifier);
  refuseWrongDates(input);
  const now = new Date(host.clock.now()).toISOString();
  const law = input.law ?? "gdpr";
  const receivedAt = input.receivedAt ?? now;
  const dueAt = input.dueAt ?? computeDueAt(law, receivedAt);
  const context: RequestContext = {
    ...(input.reference === undefined ? {} : { reference: input.reference }),
    receivedAt,
    law,
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(input.verified === undefined ? {} : { verified: input.verified }),
    ...(input.operator === undefined ? {} : { operator: input.operator }),
    language: input.language ?? "en",
  };
  const request: PrivacyRequest = {
    id,
    type,
    connector: manifest.id,
    connectorVersion: manifest.version,
    connection: connection.name,
    vendorsOwn: connection.vendorsOwn,
    openedAt: now,
    context,
    settings,
    subjectKey: subjectKey(host.digest, input.identifier),
    state: "running",
  };
  const { extents = [], directory, recipient } = asked;
  const first = { ...(extents.length === 0 ? {} : { choices: { extents } }), ...(directory === undefined ? {} : { directory }), ...(recipient === undefined ? {} : { recipient }) };
  const stored = await host.journal.open(request, [input.identifier], ...(Object.keys(first).length === 0 ? [] : [{ at: now, kind: "asked" as const, ...first }]));
  if (stored.id === request.id) return stored;
  if (!sameInput(stored, request, input)) throw new DsrError("IDEMPOTENCY_CONFLICT");
  await refuseAnotherAccounts(host, connection, stored);
  return stored;
}

/**
 * Who asks for a sealed package must not be given one that lies about in the clear, nor who asks for more places what was found without them. `defaults` hold where
 * the request was begun without. @throws DsrError `IDEMPOTENCY_CONFLICT`
 */
export function refuseAnotherAnswer({ recipient, choices, keyDestroyedAt }: RequestHistory, asked: Asked & { readonly defaults?: Destination }): void {
  const wanted = keyDestroyedAt !== undefined ? recipient : (asked.recipient ?? recipient ?? asked.defaults?.recipient);
  if (wanted !== recipient) throw new DsrError("IDEMPOTENCY_CONFLICT", { at: "recipient", reason: "the package of this reference was not written for that key" });
  if (asked.extents !== undefined && !sameExtents(asked.extents, choices.extents)) throw new DsrError("IDEMPOTENCY_CONFLICT", { at: "extents", reason: "the request of this reference did not look in the same places" });
}

/** The connection may have been made anew, under the same name, to another account: what the former one holds is no answer of this one. */
async function refuseAnotherAccounts({ journal }: Host, { workspace }: Connection, { id }: PrivacyRequest): Promise<void> {
  const { workspace: asked } = await historyOf(journal, id);
  if (asked !== undefined && asked !== workspace.id) throw new DsrError("IDEMPOTENCY_CONFLICT", { at: "reference", reason: "its request was carried out in another account, to which a connection of this name led then" });
}

/** Keyed digest of one person's identifier, equal for spellings that match each other. */
export function subjectKey(digest: Digest, identifier: Identifier): string {
  const value = identifier.reveal();
  return digest.keyed(`subject:${identifier.category}:${identifier.category === "email" ? canonicalEmail(value) : value}`);
}

function refuseUndeclared(manifest: Manifest, connection: Connection, type: RequestType, identifier: Identifier): void {
  if (!manifest.requestTypes.includes(type)) throw new DsrError("UNSUPPORTED_REQUEST", { at: "request type", reason: "the connector does not declare it" });
  if (!connection.capabilities.includes(type)) throw new DsrError("UNSUPPORTED_REQUEST", { at: "request type", reason: "it was not selected when this account was connected" });
  if (!manifest.identifierCategories.includes(identifier.category)) throw new DsrError("UNSUPPORTED_REQUEST", { at: "identifier category", reason: "the connector does not declare it" });
}

function refuseWrongDates({ receivedAt, dueAt, verified }: RequestInput): void {
  for (const [at, date] of Object.entries({ receivedAt, dueAt, "verified.at": verified?.at })) {
    if (date !== undefined && Number.isNaN(Date.parse(date))) throw new DsrError("REQUEST_INVALID", { at, reason: "it is no date" });
  }
}

/** Defaults that depend on the moment (the date of receipt, and what is computed from it) are not part of the input. */
function sameInput(stored: PrivacyRequest, request: PrivacyRequest, input: RequestInput): boolean {
  const said = (r: PrivacyRequest) => {
    const { receivedAt, dueAt, ...rest } = r.context;
    return canonicalJson({ ...rest, receivedAt: input.receivedAt === undefined ? undefined : receivedAt, dueAt: input.dueAt === undefined ? undefined : dueAt, subjectKey: r.subjectKey });
  };
  return said(stored) === said(request);
}
