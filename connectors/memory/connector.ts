import { DsrError, callsOf, collectLists, cursorAt, emailSpellings, emailsAt, everyItem, fileMark, findByEmail, isAddressOf, isDsrError, listAt, maybeTextAt, sameId, textAt, timeOf, valueAt } from "../../core/index.js";
import type { AuthPort, CollectedList, CollectedRecord, CollectInput, Connector, ConnectorContext, DeletionOutline, ErasureWish, FoundFile, IdentifierLookupPort, ListPage, Match, RequestExecutorPort, Target } from "../../core/index.js";
import { memoryManifest, memoryProtocol } from "./manifest.js";

/** The reference connector: everything that one can do, against a vendor that is a program in the same process. */
export function createMemoryConnector(deletion: "synchronous" | "asynchronous" = "synchronous"): Connector {
  return { manifest: memoryManifest(deletion), protocol: memoryProtocol, auth, lookup, executor };
}

const call = callsOf(memoryProtocol);

function auth(context: ConnectorContext): AuthPort {
  const account = async () => (await call(context, "GET", "/account")).body;
  return {
    authoriseUrl: ({ clientId, state, redirectUri }) => `${context.appOrigin}/authorise?${new URLSearchParams({ client_id: clientId, state, ...(redirectUri && { redirect_uri: redirectUri }) }).toString()}`,
    exchangeCode: async ({ clientId, clientSecret, code, redirectUri }) => {
      try {
        // The secret goes into the body: URLs end up in logs.
        return textAt((await call(context, "POST", "/oauth/token", { client_id: clientId, client_secret: clientSecret, code, redirect_uri: redirectUri })).body, "access_token");
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
    teammates: async () => listAt((await call(context, "GET", "/team")).body, "team").flatMap((each) => emailsAt(each, "email").map((identifier) => ({ identifier }))),
    revoke: async () => void (await call(context, "DELETE", "/token")),
  };
}

function lookup(context: ConnectorContext): IdentifierLookupPort {
  return {
    find: (identifiers) => findByEmail(context, identifiers, { ...PEOPLE, where: "people/search", page: async (cursor) => {
      const { body } = await call(context, "POST", "/people/search", { email_in: identifiers.flatMap((each) => emailSpellings(each.reveal())), cursor });
      return { items: listAt(body, "people"), next: cursorAt(body, "next") };
    } }),
    // A list that nobody was asked for in particular shows everybody: who is of another address is no mistake there.
    findIn: async (_, identifiers) => {
      const results = await findByEmail(context, identifiers, { ...PEOPLE, where: "people/archived", page: (cursor) => listed(context, "/people/archived", "people", cursor) });
      return results.map((result) => ({ ...result, dropped: 0 }));
    },
    findById: async (id, _, extent) => {
      const record = extent === undefined ? (await read(context, { category: "person", id })).record : await readArchived(context, id);
      return record === undefined ? undefined : { ...toMatch(record, "chosen"), identifiers: emailsAt(record, "email") };
    },
  };
}

const PEOPLE = { category: "person", emailOf: (person: unknown) => textAt(person, "email"), idOf: (person: unknown) => textAt(person, "id"), toMatch };

/** Two customers may be two people, so a human decides between them; a person may well be a prospect several times. Of other kinds nothing is known. */
function toMatch(person: unknown, matchedBy: Match["matchedBy"]): Match {
  return { id: textAt(person, "id"), kind: textAt(person, "kind"), matchedBy, primary: textAt(person, "kind") !== "prospect", holds: {} };
}

function executor(context: ConnectorContext): RequestExecutorPort {
  return {
    collect: (input) => collectLists(input, LISTS, async ({ id, extent }, { category, below, key }, cursor) => {
      const { status, body, requestId } = await call(context, "GET", paged(pathOf({ category: "person", id }) + below, cursor));
      // What was merged into another record is another one's by now.
      if (status === 410) return undefined;
      if (status === 404) return extent === undefined ? undefined : collectArchived(context, input, id, category);
      const told = key === undefined ? [withoutLinks(sameId(body, id))] : listAt(body, key).map((data) => ({ data, files: [] }));
      // The search lags behind: the record itself tells whose it is.
      if (key === undefined && !isAddressOf(input.identifiers, maybeTextAt(body, "email"))) return "somebody_elses";
      const found = told.map(({ data, files }) => ({ ...disclosed(data, input), files }));
      const provenance = { endpoint: `GET /people/{id}${below}`, apiVersion: "1", ...requestId, at: timeOf(context) };
      return { records: found.map(({ files: _, ...record }) => ({ category, id: textAt(record.data, "id"), ...record, provenance })), files: found.flatMap(({ files }) => files), next: cursorAt(body, "next") };
    }),
    // Links to files end after a while: the record tells new ones.
    renewFiles: async ({ recordId }) => withoutLinks((await read(context, { category: "person", id: recordId })).record).files,
    planDeletion: (matches, _, wish) => planDeletion(context, matches, wish),
    // Somebody may have got a part in a message since the plan: then it is not the person's alone any more.
    confirm: async (target, { ids }) => {
      const { record } = await read(context, target);
      if (record !== undefined && !isOf(record, ids)) throw new DsrError("PLAN_STALE");
    },
    erase: async (target) => {
      const { status, body, requestId } = await call(context, "DELETE", pathOf(target));
      if (status === 404) return { answer: "absent", ...requestId };
      const reference = maybeTextAt(body, "job");
      if (reference !== undefined) return { answer: "accepted", reference, ...requestId };
      // The vendor's own word about this very record, not the status, is a deletion. Any other word leaves it open, and it will be read.
      return { answer: valueAt(sameId(body, target.id, { otherwise: "OUTCOME_UNKNOWN" }), "deleted") === true ? "deleted" : "not_deleted", ...requestId };
    },
    // By id and never by search: a search lags behind.
    look: async (target) => {
      const { record, into, requestId } = await read(context, target);
      // Not gone: it lives on in another one.
      if (into !== undefined) return { answer: "merged", into, ...requestId };
      const isThere = record !== undefined || (target.extent === "archived" && (await readArchived(context, target.id)) !== undefined);
      return { answer: isThere ? "present" : "absent", ...requestId };
    },
  };
}

/** Of who is archived the vendor shows no more than what stands in the list of those. It lags behind what was found there: the entry itself tells whose it is. */
async function collectArchived(context: ConnectorContext, input: CollectInput, id: string, category: string): Promise<CollectedList | "somebody_elses" | undefined> {
  const notReadable = { next: undefined, gap: "ARCHIVED_NOT_READABLE" };
  if (category !== "person") return { ...notReadable, records: [] };
  const entry = await readArchived(context, id);
  if (entry === undefined) return undefined;
  if (!isAddressOf(input.identifiers, maybeTextAt(entry, "email"))) return "somebody_elses";
  return { ...notReadable, records: [{ category, id, ...disclosed(entry, input), provenance: { endpoint: "GET /people/archived", apiVersion: "1", at: timeOf(context) } }] };
}

/** In the order in which they are read. */
const LISTS = [{ category: "person", below: "", key: undefined }, { category: "order", below: "/orders", key: "orders" }, { category: "message", below: "/messages", key: "messages" }] as const;

/** A message goes with the person; where that is wished, it is deleted by itself before. One that others have a part in is theirs, too. */
async function planDeletion(context: ConnectorContext, matches: readonly Match[], wish?: ErasureWish): Promise<DeletionOutline> {
  const covered = context.categories.includes("message");
  const notShown: Match[] = [];
  const lists = (covered ? matches : []).map((match) => everyItem((cursor) => listed(context, `${pathOf(toPerson(match))}/messages`, "messages", cursor, () => notShown.push(match))));
  const messages = [...new Map((await Promise.all(lists)).flat().map((message) => [textAt(message, "id"), message])).values()];
  const isOwn = (message: unknown) => isOf(message, matches.map(({ id }) => id));
  const goes = (message: unknown) => isOwn(message) && wish?.erase === "related";
  const toTarget = (message: unknown) => ({ category: "message", id: textAt(message, "id") });
  const alone = messages.filter(goes).map(toTarget);
  return {
    targets: [...alone, ...matches.map(toPerson)],
    dependents: messages.filter((each) => !goes(each)).map(toTarget),
    kept: messages.filter((each) => !isOwn(each)).map((each) => ({ ...toTarget(each), reason: "others have a part in it" })),
    unseen: covered ? [] : [{ category: "message", scope: "Read messages" }],
    // A list that is not shown is no empty one.
    warnings: notShown.map(({ id, extent }) => ({ code: "RELATED_INCOMPLETE", category: "message", gap: extent === undefined ? "CHANGED_DURING_RUN" : "ARCHIVED_NOT_READABLE", id })),
    confirmed: { targets: alone.length, afterMs: 0 },
  };
}

const toPerson = ({ id }: Pick<Match, "id">) => ({ category: "person", id });

/** Whether nobody else has a part in a message. One that tells of nobody may be anybody's. */
function isOf(message: unknown, ids: readonly string[]): boolean {
  const people = listAt(message, "people").map((one) => textAt(one, "id"));
  return people.length > 0 && people.every((id) => ids.includes(id));
}

/** Who else has a part in a record, and what the staff noted down, is told as the host decided; what is withheld is counted. */
function disclosed(record: unknown, { matches, settings: { otherPeople, notes } }: CollectInput): Pick<CollectedRecord, "data" | "redactions"> {
  const rules = [
    { rule: "participant", list: "people", stays: (one: unknown) => otherPeople === "include" || matches.some(({ id }) => id === textAt(one, "id")) },
    { rule: "teammate", list: "staff", stays: () => otherPeople === "include" },
    { rule: "note", list: "notes", stays: () => notes === "include" },
  ];
  return rules.reduce<Pick<CollectedRecord, "data" | "redactions">>(({ data, redactions = [] }, { rule, list, stays }) => {
    const all = valueAt(data, list) === undefined ? [] : listAt(data, list);
    const left = all.filter(stays);
    if (left.length === all.length) return { data, redactions };
    return { data: { ...(data as object), [list]: left }, redactions: [...redactions, { rule, count: all.length - left.length }] };
  }, { data: record });
}

/** A link is a secret as long as it works: the record keeps a mark in its place, and the file goes beside it. */
function withoutLinks(person: unknown): { readonly data: unknown; readonly files: readonly FoundFile[] } {
  if (valueAt(person, "files") === undefined) return { data: person, files: [] };
  const files = listAt(person, "files").map((file, n) => ({ category: "person", recordId: textAt(person, "id"), id: String(n + 1), place: textAt(file, "url").split("?")[0] ?? "", url: textAt(file, "url") }));
  return { data: { ...(person as object), files: listAt(person, "files").map((file, n) => ({ ...(file as object), url: fileMark(String(n + 1)) })) }, files };
}

/** One record by its id; undefined where the vendor says that there is none, or into whose it was merged. */
async function read(context: ConnectorContext, target: Target) {
  const { status, body, requestId } = await call(context, "GET", pathOf(target));
  if (status === 410) return { record: undefined, into: textAt(body, "into"), requestId };
  return { record: status === 404 ? undefined : sameId(body, target.id), requestId };
}

/** Who is archived is not shown by their id: only the list of those tells. */
async function readArchived(context: ConnectorContext, id: string): Promise<unknown> {
  return (await everyItem((cursor) => listed(context, "/people/archived", "people", cursor))).find((person) => textAt(person, "id") === id);
}

/** A page of a list; of whom the vendor does not show, none. */
async function listed(context: ConnectorContext, path: string, key: string, cursor: string | undefined, onNotShown = () => 0): Promise<ListPage<unknown>> {
  const { status, body } = await call(context, "GET", paged(path, cursor));
  if (status === 404) onNotShown();
  return status === 404 ? { items: [] } : { items: listAt(body, key), next: cursorAt(body, "next") };
}

const PLACES: Readonly<Record<string, string>> = { person: "people", message: "messages" };

const pathOf = ({ category, id }: Target) => `/${PLACES[category]}/${encodeURIComponent(id)}`;
const paged = (path: string, cursor: string | undefined) => (cursor === undefined ? path : `${path}?cursor=${encodeURIComponent(cursor)}`);
