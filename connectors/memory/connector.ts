import { compareEmail, emailSpellings } from "../../core/email.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import type { Identifier } from "../../core/identifier.js";
import type { AuthPort, CollectInput, CollectedPage, Connector, ConnectorContext, IdentifierLookupPort, LookupResult, Match, RequestExecutorPort } from "../../core/ports.js";
import type { VendorProtocol } from "../../core/vendor-protocol.js";
import { memoryManifest } from "./manifest.js";

/** The reference connector: everything that one can do, against a vendor that is a program in the same process. */
export function createMemoryConnector(deletion: "synchronous" | "asynchronous" = "synchronous"): Connector {
  return { manifest: memoryManifest(deletion), protocol, auth, lookup, executor };
}

/** What is particular to this vendor's HTTP, as data: the seam does the retries, the waiting and the mapping of faults. */
const protocol: VendorProtocol = {
  operations: [
    { method: "POST", path: "/oauth/token", effect: "mutation", authorised: false },
    { method: "DELETE", path: "/token", effect: "mutation" },
    { method: "GET", path: "/account", effect: "read" },
    // A POST, so that no address stands in a URL; a read all the same, so that the seam may repeat it.
    { method: "POST", path: "/people/search", effect: "read", scope: "read_people" },
    { method: "GET", path: "/people/{id}", effect: "read", scope: "read_people", answers: [404] },
    { method: "GET", path: "/people/{id}/orders", effect: "read", scope: "read_orders", answers: [404] },
    { method: "GET", path: "/people/{id}/messages", effect: "read", scope: "read_messages", answers: [404] },
    { method: "DELETE", path: "/people/{id}", effect: "mutation", scope: "delete_people", answers: [404] },
  ],
  faults: [
    { status: 403, vendorCode: "scope_missing", means: "SCOPE_MISSING" },
    // Only the vendor's own words tell of a missing permission; the page of some proxy does not.
    { status: 403, vendorCode: { none: true }, means: "VENDOR_UNAVAILABLE" },
  ],
  errorCode: (body) => text(member(member(body, "error"), "code")),
  headers: { Accept: "application/json" },
  requestIdHeader: "x-request-id",
};

function auth(context: ConnectorContext): AuthPort {
  const account = () => call(context, "GET", "/account");
  return {
    authoriseUrl: ({ clientId, state }) => `${context.appOrigin}/authorise?${new URLSearchParams({ client_id: clientId, state }).toString()}`,
    exchangeCode: async ({ clientId, clientSecret, code }) => {
      try {
        // The secret goes into the body: URLs end up in logs.
        const { body } = await call(context, "POST", "/oauth/token", { client_id: clientId, client_secret: clientSecret, code });
        return needed(text(member(body, "access_token")));
      } catch (error) {
        throw isDsrError(error, "VENDOR_REJECTED") ? new DsrError("OAUTH_DENIED") : error;
      }
    },
    account: async () => {
      const { body } = await account();
      const of = (part: string, key: string) => needed(text(member(member(body, part), key)));
      return { workspace: { id: of("workspace", "id"), name: of("workspace", "name"), region: of("workspace", "region") }, authorisedBy: { id: of("user", "id"), role: of("user", "role") } };
    },
    // This vendor lists a token's scopes. Where one does not, probe with a call that needs the scope and can hit nobody.
    probe: async (scopeId) => ({ status: list((await account()).body, "scopes").includes(scopeId) ? "granted" : "missing", basis: "observed" }),
    revoke: async () => void (await call(context, "DELETE", "/token")),
  };
}

function lookup(context: ConnectorContext): IdentifierLookupPort {
  return {
    find: (identifiers) => Promise.all(identifiers.map((identifier) => find(context, identifier))),
    findById: async (id) => {
      const { status, body } = await call(context, "GET", `/people/${encodeURIComponent(id)}`);
      return status === 404 ? undefined : toMatch(sameId(body, id), "chosen");
    },
  };
}

/** Reads every page, and compares every record again: whom the vendor returns by mistake must not be exported or deleted. */
async function find(context: ConnectorContext, identifier: Identifier): Promise<LookupResult> {
  const result = { matches: [] as Match[], nearMatches: [] as LookupResult["nearMatches"][number][], gaps: [] as LookupResult["gaps"][number][], dropped: 0 };
  for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page++) {
    const { body } = await call(context, "POST", "/people/search", { email_in: emailSpellings(identifier.reveal()), cursor });
    for (const person of list(body, "people")) {
      const compared = compareEmail(identifier.reveal(), needed(text(member(person, "email"))));
      const match = toMatch(person, "match" in compared ? compared.match : "exact");
      if ("match" in compared) result.matches.push(match);
      else if ("near" in compared) result.nearMatches.push({ id: match.id, why: compared.near });
      else result.dropped += 1;
    }
    const next = text(member(body, "next"));
    // A vendor that goes in circles would otherwise be followed for ever.
    if (next !== undefined && next === cursor) result.gaps.push({ category: "person", code: "PAGING" });
    cursor = next === cursor ? undefined : next;
  }
  return { ...result, searched: [{ identifier: identifier.category, where: "people/search", at: now(context) }], notCovered: [] };
}

function executor(context: ConnectorContext): RequestExecutorPort {
  return {
    collect: (input) => collect(context, input),
    planDeletion: (matches) => Promise.resolve({ targets: matches.map(({ category, id }) => ({ category, id })), kept: [], unseen: [], warnings: [] }),
    erase: async ({ id }) => {
      const { status, body, requestId } = await call(context, "DELETE", `/people/${encodeURIComponent(id)}`);
      if (status === 404) return { answer: "absent", ...requestId };
      const job = text(member(body, "job"));
      if (job !== undefined) return { answer: "accepted", reference: job, ...requestId };
      // The vendor's own word about this very record, not the status, is a deletion.
      return { answer: member(sameId(body, id, "OUTCOME_UNKNOWN"), "deleted") === true ? "deleted" : "not_deleted", ...requestId };
    },
    // By id and never by search: a search lags behind.
    look: async ({ id }) => {
      const { status, body, requestId } = await call(context, "GET", `/people/${encodeURIComponent(id)}`);
      if (status !== 404) sameId(body, id);
      return { answer: status === 404 ? "absent" : "present", ...requestId };
    },
  };
}

const STEPS = [
  { category: "person", path: "", key: undefined },
  { category: "order", path: "/orders", key: "orders" },
  { category: "message", path: "/messages", key: "messages" },
] as const;

/** One call a page. The checkpoint says where to go on, in ids and positions only, since it is kept in clear. */
async function* collect(context: ConnectorContext, { matches, categories, checkpoint }: CollectInput): AsyncIterable<CollectedPage> {
  type Position = readonly [person: number, step: number, cursor: string | null];
  let at: Position = checkpoint === undefined ? [0, 0, null] : (JSON.parse(checkpoint) as Position);
  for (let match = matches[at[0]]; match !== undefined; match = matches[at[0]]) {
    const step = STEPS[at[1]];
    if (step === undefined || !categories.includes(step.category)) {
      at = step === undefined ? [at[0] + 1, 0, null] : [at[0], at[1] + 1, null];
      continue;
    }
    const cursor = at[2] === null ? "" : `?cursor=${encodeURIComponent(at[2])}`;
    const { status, body, requestId } = await call(context, "GET", `/people/${encodeURIComponent(match.id)}${step.path}${cursor}`);
    const found = status === 404 ? [] : step.key === undefined ? [sameId(body, match.id)] : list(body, step.key);
    const provenance = { endpoint: `GET /people/{id}${step.path}`, apiVersion: "1", ...requestId, at: now(context) };
    const next = text(member(body, "next"));
    const stuck = next !== undefined && next === at[2];
    const code = status === 404 ? "CHANGED_DURING_RUN" : stuck ? "PAGING" : undefined;
    at = next === undefined || stuck ? [at[0], at[1] + 1, null] : [at[0], at[1], next];
    yield {
      records: found.map((data) => ({ category: step.category, id: needed(text(member(data, "id"))), data, provenance })),
      gaps: code === undefined ? [] : [{ category: step.category, code, id: match.id }],
      checkpoint: JSON.stringify(at),
    };
  }
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly requestId: { readonly vendorRequestId?: string };
}

/** What arrives here was accepted by the seam: JSON of a success, or an error status that the operation declares as an answer. */
async function call(context: ConnectorContext, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await context.fetch(new Request(context.apiOrigin + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }));
  const id = response.headers.get("x-request-id");
  return { status: response.status, body: response.status === 204 ? undefined : await response.json(), requestId: id === null ? {} : { vendorRequestId: id } };
}

// Shapes are checked where they are used: an answer without its list is malformed, and never an empty list.

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function needed<T>(value: T | undefined): T {
  if (value === undefined) throw new DsrError("VENDOR_MALFORMED");
  return value;
}

function list(body: unknown, key: string): readonly unknown[] {
  const found = member(body, key);
  return needed(Array.isArray(found) ? (found as readonly unknown[]) : undefined);
}

/** The record that was asked for, and no other one. After a deletion only reading can tell what an answer about another record meant. */
function sameId(body: unknown, id: string, otherwise: "VENDOR_MALFORMED" | "OUTCOME_UNKNOWN" = "VENDOR_MALFORMED"): unknown {
  if (member(body, "id") !== id) throw new DsrError(otherwise);
  return body;
}

/** Two customers may be two people, so a human decides between them; a person may well be a prospect several times. */
function toMatch(person: unknown, matchedBy: Match["matchedBy"]): Match {
  const kind = needed(text(member(person, "kind")));
  return { id: needed(text(member(person, "id"))), category: "person", kind, matchedBy, primary: kind === "customer", holds: {} };
}

function now(context: ConnectorContext): string {
  return new Date(context.clock.now()).toISOString();
}
