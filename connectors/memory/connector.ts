import { DsrError, Identifier, callsOf, collectLists, emailSpellings, everyItem, fileMark, findByEmail, isDsrError, listAt, maybeTextAt, sameId, textAt, timeOf, valueAt } from "../../core/index.js";
import type { AuthPort, Connector, ConnectorContext, DeletionOutline, ErasureWish, FoundFile, IdentifierLookupPort, ListPage, Match, RequestExecutorPort, Target, VendorProtocol } from "../../core/index.js";
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
    { method: "GET", path: "/people/archived", effect: "read", scope: "read_people" },
    { method: "GET", path: "/team", effect: "read", scope: "read_team" },
    { method: "GET", path: "/people/{id}", effect: "read", scope: "read_people", answers: [404] },
    { method: "GET", path: "/people/{id}/orders", effect: "read", scope: "read_orders", answers: [404] },
    { method: "GET", path: "/people/{id}/messages", effect: "read", scope: "read_messages", answers: [404] },
    { method: "DELETE", path: "/people/{id}", effect: "mutation", scope: "delete_people", answers: [404] },
    { method: "GET", path: "/messages/{id}", effect: "read", scope: "read_messages", answers: [404] },
    { method: "DELETE", path: "/messages/{id}", effect: "mutation", scope: "delete_messages", answers: [404] },
  ],
  // Only the vendor's own words tell of a missing permission; the page of some proxy does not.
  faults: [{ status: 403, vendorCode: "scope_missing", means: "SCOPE_MISSING" }, { status: 403, vendorCode: { none: true }, means: "VENDOR_UNAVAILABLE" }],
  errorCode: (body) => maybeTextAt(body, "error", "code"),
  headers: { Accept: "application/json" },
  requestIdHeader: "x-request-id",
  // The API is only called at its own origin; files are fetched from here, without the token.
  fileHosts: ["files.memory.example"],
};

const call = callsOf(protocol);

function auth(context: ConnectorContext): AuthPort {
  const account = async () => (await call(context, "GET", "/account")).body;
  return {
    authoriseUrl: ({ clientId, state }) => `${context.appOrigin}/authorise?${new URLSearchParams({ client_id: clientId, state }).toString()}`,
    exchangeCode: async ({ clientId, clientSecret, code }) => {
      try {
        // The secret goes into the body: URLs end up in logs.
        return textAt((await call(context, "POST", "/oauth/token", { client_id: clientId, client_secret: clientSecret, code })).body, "access_token");
      } catch (error) {
        throw isDsrError(error, "VENDOR_REJECTED") ? new DsrError("OAUTH_DENIED") : error;
      }
    },
    account: async () => {
      const body = await account();
      const workspace = { id: textAt(body, "workspace", "id"), name: textAt(body, "workspace", "name"), region: textAt(body, "workspace", "region") };
      return { workspace, authorisedBy: { id: textAt(body, "user", "id"), role: textAt(body, "user", "role") } };
    },
    // This vendor lists a token's scopes. Where one does not, probe with a call that needs the scope and can hit nobody.
    probe: async (scopeId) => ({ status: listAt(await account(), "scopes").includes(scopeId) ? "granted" : "missing", basis: "observed" }),
    teammates: async () => listAt((await call(context, "GET", "/team")).body, "team").map((each) => Identifier.parse("email", textAt(each, "email"))),
    revoke: async () => void (await call(context, "DELETE", "/token")),
  };
}

function lookup(context: ConnectorContext): IdentifierLookupPort {
  return {
    find: (identifiers) => findByEmail(context, identifiers, { ...PEOPLE, where: "people/search", page: async (cursor) => {
      const { body } = await call(context, "POST", "/people/search", { email_in: identifiers.flatMap((each) => emailSpellings(each.reveal())), cursor });
      return { items: listAt(body, "people"), next: maybeTextAt(body, "next") };
    } }),
    // A list that nobody was asked for in particular shows everybody: who is of another address is no mistake there.
    findIn: async (_, identifiers) => {
      const results = await findByEmail(context, identifiers, { ...PEOPLE, where: "people/archived", page: (cursor) => listed(context, "/people/archived", "people", cursor) });
      return results.map((result) => ({ ...result, dropped: 0 }));
    },
    findById: async (id) => {
      const { record } = await read(context, { category: "person", id });
      return record === undefined ? undefined : { ...toMatch(record, "chosen"), identifiers: [Identifier.parse("email", textAt(record, "email"))] };
    },
  };
}

const PEOPLE = { category: "person", emailOf: (person: unknown) => textAt(person, "email"), idOf: (person: unknown) => textAt(person, "id"), toMatch };

/** Two customers may be two people, so a human decides between them; a person may well be a prospect several times. */
function toMatch(person: unknown, matchedBy: Match["matchedBy"]): Match {
  return { id: textAt(person, "id"), kind: textAt(person, "kind"), matchedBy, primary: textAt(person, "kind") === "customer", holds: {} };
}

function executor(context: ConnectorContext): RequestExecutorPort {
  return {
    collect: (input) => collectLists(input, LISTS, async ({ id }, { category, below, key }, cursor) => {
      const { status, body, requestId } = await call(context, "GET", paged(pathOf({ category: "person", id }) + below, cursor));
      if (status === 404) return undefined;
      const found = key === undefined ? [withoutLinks(sameId(body, id))] : listAt(body, key).map((data) => ({ data, files: [] }));
      const provenance = { endpoint: `GET /people/{id}${below}`, apiVersion: "1", ...requestId, at: timeOf(context) };
      return { records: found.map(({ data }) => ({ category, id: textAt(data, "id"), data, provenance })), files: found.flatMap(({ files }) => files), next: maybeTextAt(body, "next") };
    }),
    // Links to files end after a while: the record tells new ones.
    renewFiles: async ({ recordId }) => withoutLinks((await read(context, { category: "person", id: recordId })).record).files,
    planDeletion: (matches, _, wish) => planDeletion(context, matches, wish),
    erase: async (target) => {
      const { status, body, requestId } = await call(context, "DELETE", pathOf(target));
      if (status === 404) return { answer: "absent", ...requestId };
      const reference = maybeTextAt(body, "job");
      if (reference !== undefined) return { answer: "accepted", reference, ...requestId };
      // The vendor's own word about this very record, not the status, is a deletion. Any other word leaves it open, and it will be read.
      return { answer: valueAt(sameId(body, target.id, { otherwise: "OUTCOME_UNKNOWN" }), "deleted") === true ? "deleted" : "not_deleted", ...requestId };
    },
    // By id and never by search: a search lags behind. Who is archived is not shown by id, so that only the list of those tells.
    look: async (target) => {
      const { record, requestId } = await read(context, target);
      const isArchived = async () => (await everyItem((cursor) => listed(context, "/people/archived", "people", cursor))).some((person) => textAt(person, "id") === target.id);
      return { answer: record !== undefined || (target.extent === "archived" && (await isArchived())) ? "present" : "absent", ...requestId };
    },
  };
}

/** In the order in which they are read. */
const LISTS = [{ category: "person", below: "", key: undefined }, { category: "order", below: "/orders", key: "orders" }, { category: "message", below: "/messages", key: "messages" }] as const;

/** A message goes with the person; where that is wished, it is deleted by itself before. One that others have a part in is theirs, too. */
async function planDeletion(context: ConnectorContext, matches: readonly Match[], wish?: ErasureWish): Promise<DeletionOutline> {
  const people = matches.map(({ id }) => ({ category: "person", id }));
  const covered = context.categories.includes("message");
  const lists = await Promise.all((covered ? people : []).map((person) => everyItem((cursor) => listed(context, `${pathOf(person)}/messages`, "messages", cursor))));
  const messages = [...new Map(lists.flat().map((message) => [textAt(message, "id"), message])).values()];
  const isOwn = (message: unknown) => listAt(message, "people").every((one) => people.some(({ id }) => id === one));
  const goes = (message: unknown) => isOwn(message) && wish?.erase === "related";
  const toTarget = (message: unknown) => ({ category: "message", id: textAt(message, "id") });
  return {
    targets: [...messages.filter(goes).map(toTarget), ...people],
    dependents: messages.filter((each) => !goes(each)).map(toTarget),
    kept: messages.filter((each) => !isOwn(each)).map((each) => ({ ...toTarget(each), reason: "others have a part in it" })),
    unseen: covered ? [] : [{ category: "message", scope: "Read messages" }],
    warnings: [],
  };
}

/** A link is a secret as long as it works: the record keeps a mark in its place, and the file goes beside it. */
function withoutLinks(person: unknown): { readonly data: unknown; readonly files: readonly FoundFile[] } {
  if (valueAt(person, "files") === undefined) return { data: person, files: [] };
  const files = listAt(person, "files").map((file, n) => ({ category: "person", recordId: textAt(person, "id"), id: String(n + 1), place: textAt(file, "url").split("?")[0] ?? "", url: textAt(file, "url") }));
  return { data: { ...(person as object), files: listAt(person, "files").map((file, n) => ({ ...(file as object), url: fileMark(String(n + 1)) })) }, files };
}

/** One record by its id; undefined where the vendor says that there is none. */
async function read(context: ConnectorContext, target: Target) {
  const { status, body, requestId } = await call(context, "GET", pathOf(target));
  return { record: status === 404 ? undefined : sameId(body, target.id), requestId };
}

/** A page of a list; of nobody, none. */
async function listed(context: ConnectorContext, path: string, key: string, cursor: string | undefined): Promise<ListPage<unknown>> {
  const { status, body } = await call(context, "GET", paged(path, cursor));
  return status === 404 ? { items: [] } : { items: listAt(body, key), next: maybeTextAt(body, "next") };
}

const PLACES: Readonly<Record<string, string>> = { person: "people", message: "messages" };

const pathOf = ({ category, id }: Target) => `/${PLACES[category]}/${encodeURIComponent(id)}`;
const paged = (path: string, cursor: string | undefined) => (cursor === undefined ? path : `${path}?cursor=${encodeURIComponent(cursor)}`);
