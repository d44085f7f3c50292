import { compareEmail, emailSpellings } from "../../core/email.js";
import { DsrError, isDsrError } from "../../core/errors.js";
import { fileMark, type FoundFile } from "../../core/files.js";
import { Identifier } from "../../core/identifier.js";
import type { AuthPort, CollectInput, CollectedPage, Connector, ConnectorContext, DeletionOutline, ErasureWish, IdentifierLookupPort, LookupResult, Match, RequestExecutorPort } from "../../core/ports.js";
import type { VendorProtocol } from "../../core/vendor-protocol.js";
import { memoryManifest } from "./manifest.js";
import { call, list, maybe, sameId, text } from "./wire.js";

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
    { method: "GET", path: "/people/archived", effect: "read", scope: "read_people" },
    { method: "GET", path: "/team", effect: "read", scope: "read_team" },
    { method: "GET", path: "/people/{id}", effect: "read", scope: "read_people", answers: [404] },
    { method: "GET", path: "/people/{id}/orders", effect: "read", scope: "read_orders", answers: [404] },
    { method: "GET", path: "/people/{id}/messages", effect: "read", scope: "read_messages", answers: [404] },
    { method: "DELETE", path: "/people/{id}", effect: "mutation", scope: "delete_people", answers: [404] },
    { method: "GET", path: "/messages/{id}", effect: "read", scope: "read_messages", answers: [404] },
    { method: "DELETE", path: "/messages/{id}", effect: "mutation", scope: "delete_messages", answers: [404] },
  ],
  faults: [
    { status: 403, vendorCode: "scope_missing", means: "SCOPE_MISSING" },
    // Only the vendor's own words tell of a missing permission; the page of some proxy does not.
    { status: 403, vendorCode: { none: true }, means: "VENDOR_UNAVAILABLE" },
  ],
  errorCode: (body) => maybe(body, "error", "code"),
  headers: { Accept: "application/json" },
  requestIdHeader: "x-request-id",
  // The API is only called at its own origin; files are fetched from here, without the token.
  fileHosts: ["files.memory.example"],
};

function auth(context: ConnectorContext): AuthPort {
  const account = async () => (await call(context, "GET", "/account")).body;
  return {
    authoriseUrl: ({ clientId, state }) => `${context.appOrigin}/authorise?${new URLSearchParams({ client_id: clientId, state }).toString()}`,
    exchangeCode: async ({ clientId, clientSecret, code }) => {
      try {
        // The secret goes into the body: URLs end up in logs.
        return text((await call(context, "POST", "/oauth/token", { client_id: clientId, client_secret: clientSecret, code })).body, "access_token");
      } catch (error) {
        throw isDsrError(error, "VENDOR_REJECTED") ? new DsrError("OAUTH_DENIED") : error;
      }
    },
    account: async () => {
      const body = await account();
      const workspace = { id: text(body, "workspace", "id"), name: text(body, "workspace", "name"), region: text(body, "workspace", "region") };
      return { workspace, authorisedBy: { id: text(body, "user", "id"), role: text(body, "user", "role") } };
    },
    // This vendor lists a token's scopes. Where one does not, probe with a call that needs the scope and can hit nobody.
    probe: async (scopeId) => ({ status: list(await account(), "scopes").includes(scopeId) ? "granted" : "missing", basis: "observed" }),
    teammates: async () => list((await call(context, "GET", "/team")).body, "team").map((each) => Identifier.parse("email", text(each, "email"))),
    revoke: async () => void (await call(context, "DELETE", "/token")),
  };
}

function lookup(context: ConnectorContext): IdentifierLookupPort {
  return {
    find: (identifiers) => Promise.all(identifiers.map((identifier) => find(context, identifier, "search"))),
    findIn: (_, identifiers) => Promise.all(identifiers.map((identifier) => find(context, identifier, "archived"))),
    findById: async (id) => {
      const { status, body } = await call(context, "GET", `/people/${encodeURIComponent(id)}`);
      return status === 404 ? undefined : toMatch(sameId(body, id), "chosen");
    },
  };
}

/** Reads every page, and compares every record again: whom the vendor returns by mistake must not be exported or deleted. */
async function find(context: ConnectorContext, identifier: Identifier, where: "search" | "archived"): Promise<LookupResult> {
  const searched = [{ identifier: identifier.category, where: `people/${where}`, at: new Date(context.clock.now()).toISOString() }];
  let result: LookupResult = { matches: [], nearMatches: [], searched, notCovered: [], gaps: [], dropped: 0 };
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const { body } = where === "search" ? await call(context, "POST", "/people/search", { email_in: emailSpellings(identifier.reveal()), cursor }) : await archivedPage(context, cursor);
    for (const person of list(body, "people")) {
      const compared = compareEmail(identifier.reveal(), text(person, "email"));
      if ("match" in compared) result = { ...result, matches: [...result.matches, toMatch(person, compared.match)] };
      else if ("near" in compared) result = { ...result, nearMatches: [...result.nearMatches, { id: text(person, "id"), why: compared.near }] };
      // A list that nobody was asked for in particular shows everybody.
      else if (where === "search") result = { ...result, dropped: result.dropped + 1 };
    }
    const next = maybe(body, "next");
    // A vendor that goes round in circles would otherwise be followed for ever.
    if (next !== undefined && next === cursor) return { ...result, gaps: [{ category: "person", code: "PAGING" }] };
    cursor = next;
  }
  return result;
}

function archivedPage(context: ConnectorContext, cursor: string | undefined) {
  return call(context, "GET", `/people/archived${cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`}`);
}

/** Two customers may be two people, so a human decides between them; a person may well be a prospect several times. */
function toMatch(person: unknown, matchedBy: Match["matchedBy"]): Match {
  const kind = text(person, "kind");
  return { id: text(person, "id"), kind, matchedBy, primary: kind === "customer", holds: {} };
}

function executor(context: ConnectorContext): RequestExecutorPort {
  return {
    collect: (input) => collect(context, input),
    // Links to files end after a while: the record tells new ones.
    renewFiles: async ({ recordId }) => {
      const { status, body } = await call(context, "GET", `/people/${encodeURIComponent(recordId)}`);
      return status === 404 ? [] : withoutLinks(sameId(body, recordId)).files;
    },
    planDeletion: (matches, _, wish) => planDeletion(context, matches, wish),
    erase: async ({ category, id }) => {
      const { status, body, requestId } = await call(context, "DELETE", `/${PLACES[category]}/${encodeURIComponent(id)}`);
      if (status === 404) return { answer: "absent", ...requestId };
      const reference = maybe(body, "job");
      if (reference !== undefined) return { answer: "accepted", reference, ...requestId };
      // The vendor's own word about this very record, not the status, is a deletion. Any other word leaves it open, and it will be read.
      const { deleted } = sameId(body, id, "OUTCOME_UNKNOWN");
      return { answer: deleted === true ? "deleted" : "not_deleted", ...requestId };
    },
    // By id and never by search: a search lags behind. Who is archived is not shown by id, so that only the list of those tells.
    look: async ({ category, id, extent }) => {
      const { status, body, requestId } = await call(context, "GET", `/${PLACES[category]}/${encodeURIComponent(id)}`);
      if (status !== 404) sameId(body, id);
      const present = status !== 404 || (extent === "archived" && (await isArchived(context, id)));
      return { answer: present ? "present" : "absent", ...requestId };
    },
  };
}

async function isArchived(context: ConnectorContext, id: string): Promise<boolean> {
  for await (const person of everyItem(context, "/people/archived", "people")) if (text(person, "id") === id) return true;
  return false;
}

const PLACES: Readonly<Record<string, string>> = { person: "people", message: "messages" };

/** A message goes with the person; where that is wished, it is deleted by itself before. One that others have a part in is theirs, too. */
async function planDeletion(context: ConnectorContext, matches: readonly Match[], wish?: ErasureWish): Promise<DeletionOutline> {
  const people = matches.map(({ id }) => id);
  const covered = context.categories.includes("message");
  const own = new Map<string, boolean>();
  for (const id of covered ? people : []) {
    for await (const message of everyItem(context, `/people/${encodeURIComponent(id)}/messages`, "messages")) own.set(text(message, "id"), list(message, "people").every((each) => people.includes(String(each))));
  }
  const messages = (fit: (isOwn: boolean) => boolean) => [...own].filter(([, isOwn]) => fit(isOwn)).map(([id]) => ({ category: "message", id }));
  const goes = (isOwn: boolean) => isOwn && wish?.erase === "related";
  return {
    targets: [...messages(goes), ...people.map((id) => ({ category: "person", id }))],
    dependents: messages((isOwn) => !goes(isOwn)),
    kept: messages((isOwn) => !isOwn).map((message) => ({ ...message, reason: "others have a part in it" })),
    unseen: covered ? [] : [{ category: "message", scope: "Read messages" }],
    warnings: [],
  };
}

/** The items of all pages; of nobody, none. */
async function* everyItem(context: ConnectorContext, path: string, key: string): AsyncIterable<unknown> {
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const { status, body } = await call(context, "GET", cursor === undefined ? path : `${path}?cursor=${encodeURIComponent(cursor)}`);
    if (status === 404) return;
    yield* list(body, key);
    const next = maybe(body, "next");
    if (next !== undefined && next === cursor) throw new DsrError("VENDOR_MALFORMED");
    cursor = next;
  }
}

const STEPS = [
  { category: "person", path: "", key: undefined },
  { category: "order", path: "/orders", key: "orders" },
  { category: "message", path: "/messages", key: "messages" },
] as const;

/** One call a page. The checkpoint says where to go on, in ids and positions only, since it is kept in clear. */
async function* collect(context: ConnectorContext, { matches, categories, checkpoint }: CollectInput): AsyncIterable<CollectedPage> {
  const steps = STEPS.filter(({ category }) => categories.includes(category));
  type Position = readonly [match: number, step: number, cursor: string | null];
  let at: Position = checkpoint === undefined ? [0, 0, null] : (JSON.parse(checkpoint) as Position);
  for (let match = matches[at[0]]; match !== undefined; match = matches[at[0]]) {
    const [number, position, cursor] = at;
    const step = steps[position];
    if (step === undefined) {
      at = [number + 1, 0, null];
      continue;
    }
    const { status, body, requestId } = await call(context, "GET", `/people/${encodeURIComponent(match.id)}${step.path}${cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`}`);
    const found = status === 404 ? [] : step.key === undefined ? [sameId(body, match.id)] : list(body, step.key);
    const next = maybe(body, "next");
    const code = status === 404 ? "CHANGED_DURING_RUN" : next !== undefined && next === cursor ? "PAGING" : undefined;
    at = next === undefined || next === cursor ? [number, position + 1, null] : [number, position, next];
    const provenance = { endpoint: `GET /people/{id}${step.path}`, apiVersion: "1", ...requestId, at: new Date(context.clock.now()).toISOString() };
    const kept = step.category === "person" ? found.map(withoutLinks) : found.map((data) => ({ data, files: [] }));
    yield {
      records: kept.map(({ data }) => ({ category: step.category, id: text(data, "id"), data, provenance })),
      files: kept.flatMap(({ files }) => files),
      gaps: code === undefined ? [] : [{ category: step.category, code, id: match.id }],
      checkpoint: JSON.stringify(at),
    };
  }
}

/** A link is a secret as long as it works: the record keeps a mark in its place, and the file goes beside it. */
function withoutLinks(person: unknown): { readonly data: unknown; readonly files: readonly FoundFile[] } {
  const { files: listed, ...rest } = person as { readonly files?: readonly { readonly size: number; readonly url: string }[] };
  if (listed === undefined) return { data: person, files: [] };
  const files = listed.map(({ size, url }, n) => ({ category: "person", recordId: text(person, "id"), id: String(n + 1), place: url.split("?")[0] ?? "", url, bytes: size }));
  return { data: { ...rest, files: files.map(({ id, bytes }) => ({ size: bytes, url: fileMark(id) })) }, files };
}
