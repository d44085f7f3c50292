import { DsrError, TOKENS_ONLY, callsOf, collectLists, cursorAt, emailSpellings, emailsAt, findByEmail, idAt, isAddressOf, isDsrError, listAt, maybeTextAt, sameId, textAt, timeOf, valueAt, type AuthPort, type Connector, type ConnectorContext, type IdentifierLookupPort, type Match, type RequestExecutorPort, type VendorProtocol } from "dsr-connect/core";
import { manifest } from "./manifest.js";

const protocol: VendorProtocol = {
  operations: [
    { method: "GET", path: "/v2/me", effect: "read" },
    { method: "POST", path: "/v2/subscribers/query", effect: "read", scope: "subscribers.read" },
    { method: "GET", path: "/v2/subscribers/{uid}", effect: "read", scope: "subscribers.read", answers: [404] },
    { method: "GET", path: "/v2/subscribers/{uid}/letters", effect: "read", scope: "letters.read", answers: [404] },
    { method: "GET", path: "/v2/subscribers/{uid}/visits", effect: "read", scope: "letters.read", answers: [404] },
    { method: "DELETE", path: "/v2/subscribers/{uid}", effect: "mutation", scope: "subscribers.write", answers: [404, 410] },
  ],
  faults: [{ status: 403, vendorCode: "insufficient_scope", means: "SCOPE_MISSING" }],
  errorCode: (body) => /^[a-z]+(?:_[a-z]+)*$/.exec(maybeTextAt(body, "error") ?? "")?.[0],
  headers: { Accept: "application/json" },
  tokenHeader: { name: "x-quill-token" },
};

export const connector: Connector = { manifest, protocol, auth, lookup, executor };

const call = callsOf(protocol);

function auth(context: ConnectorContext): AuthPort {
  return {
    ...TOKENS_ONLY,
    account: async () => {
      const { body } = await call(context, "GET", "/v2/me");
      const workspace = { id: idAt(body, "organisation", "uid"), name: textAt(body, "organisation", "title"), region: "world" };
      return { workspace, authorisedBy: { id: idAt(body, "member", "uid"), role: textAt(body, "member", "level") } };
    },
    probe: async (scopeId) => {
      try {
        await PROBES[scopeId]?.(context);
        return { status: "granted", basis: "inferred" };
      } catch (error) {
        if (isDsrError(error, "SCOPE_MISSING")) return { status: "missing", basis: "observed" };
        throw error;
      }
    },
  };
}

/** Nobody has the number 0: such a call reads and changes nobody, and is refused all the same where the permission is missing. */
const PROBES: Readonly<Record<string, (context: ConnectorContext) => Promise<unknown>>> = {
  "subscribers.read": (context) => call(context, "GET", "/v2/subscribers/0"),
  "letters.read": (context) => call(context, "GET", "/v2/subscribers/0/letters"),
  "subscribers.write": (context) => call(context, "DELETE", "/v2/subscribers/0"),
};

function lookup(context: ConnectorContext): IdentifierLookupPort {
  return {
    find: (identifiers) =>
      findByEmail(context, identifiers, {
        where: "subscribers/query",
        category: "subscriber",
        page: async (cursor) => {
          const email = identifiers.flatMap((identifier) => emailSpellings(identifier.reveal()));
          const { body } = await call(context, "POST", "/v2/subscribers/query", { filter: { email }, cursor });
          return { items: listAt(body, "items"), next: cursorAt(body, "cursor") };
        },
        emailOf: (each) => textAt(each, "email"),
        idOf: (each) => idAt(each, "uid"),
        toMatch,
      }),
    findById: async (id) => {
      const subscriber = await read(context, id);
      return subscriber === undefined ? undefined : { ...toMatch(subscriber, "chosen"), identifiers: emailsAt(subscriber, "email") };
    },
  };
}

function toMatch(subscriber: unknown, matchedBy: Match["matchedBy"]): Match {
  return { id: idAt(subscriber, "uid"), kind: textAt(subscriber, "kind"), matchedBy, primary: true, holds: {} };
}

/** Undefined where there is none, and where nothing but a number is left of it. */
async function read(context: ConnectorContext, id: string): Promise<unknown> {
  const { status, body } = await call(context, "GET", pathOf(id));
  return status === 404 || isTombstone(sameId(body, id, { key: "uid" })) ? undefined : body;
}

function isTombstone(subscriber: unknown): boolean {
  return maybeTextAt(subscriber, "deleted_at") !== undefined && valueAt(subscriber, "email") === undefined;
}

const LISTS = [{ category: "subscriber" }, { category: "letter" }, { category: "visit" }] as const;
const BELOW = { subscriber: "", letter: "/letters", visit: "/visits" };

function executor(context: ConnectorContext): RequestExecutorPort {
  return {
    collect: (input) =>
      collectLists(input, LISTS, async ({ id }, { category }, cursor) => {
        const provenance = { endpoint: `GET /v2/subscribers/{uid}${BELOW[category]}`, apiVersion: "2", at: timeOf(context) };
        if (category === "subscriber") {
          const data = await read(context, id);
          if (data === undefined) return undefined;
          // The query is behind: the subscriber's own record tells whose it is.
          return isAddressOf(input.identifiers, maybeTextAt(data, "email")) ? { records: [{ category, id, data, provenance }], next: undefined } : "somebody_elses";
        }
        if (category === "visit") {
          const page = cursor ?? "1";
          const { status, body } = await call(context, "GET", `${pathOf(id)}/visits?page=${page}`);
          if (status === 404) return undefined;
          return { records: listAt(body, "items").map((data) => ({ category, id: idAt(data, "uid"), data, provenance })), next: pageAfter(body, page) };
        }
        const { status, body } = await call(context, "GET", `${pathOf(id)}/letters${cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`}`);
        if (status === 404) return undefined;
        return { records: listAt(body, "items").map((data) => ({ category, id: idAt(data, "uid"), data, provenance })), next: cursorAt(body, "cursor") };
      }),
    planDeletion: async (matches) => ({ targets: matches.map(({ id }) => ({ category: "subscriber", id })), kept: [], unseen: [], warnings: [] }),
    erase: async ({ id }) => {
      const { status, body } = await call(context, "DELETE", pathOf(id));
      if (status === 404 || status === 410) return { answer: "absent" };
      sameId(body, id, { key: "uid", otherwise: "OUTCOME_UNKNOWN" });
      return textAt(body, "state") === "queued" ? { answer: "accepted", reference: textAt(body, "operation") } : { answer: "not_deleted" };
    },
    look: async ({ id }) => ({ answer: (await read(context, id)) === undefined ? "absent" : "present" }),
  };
}

/** A vendor that shows another page than the one that was asked for shows one twice, and another one never. */
function pageAfter(body: unknown, page: string): string | undefined {
  const pages = valueAt(body, "pages");
  if (idAt(body, "page") !== page || typeof pages !== "number" || !Number.isSafeInteger(pages) || pages < 0) throw new DsrError("VENDOR_MALFORMED");
  return Number(page) < pages ? String(Number(page) + 1) : undefined;
}

const pathOf = (id: string) => `/v2/subscribers/${encodeURIComponent(id)}`;
