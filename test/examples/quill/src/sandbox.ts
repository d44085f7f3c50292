import type { VendorSandbox } from "dsr-connect/contracts";

interface Subscriber {
  readonly uid: number;
  readonly email: string;
  readonly kind: string;
  readonly full_name: string;
  readonly letters: readonly { readonly uid: number; readonly subject: string }[];
  readonly visits: readonly { readonly uid: number; readonly title: string }[];
}

type Reply = readonly [status: number, json: unknown];

const PAGE = 3;

/** The vendor, as its description has it: in this process, with a memory, and knowing nothing of the connector. */
export function createQuillSandbox(): VendorSandbox {
  const subscribers = new Map<number, Subscriber>();
  const tombstones = new Map<number, string>();
  const queue = new Set<number>();
  const tokens = new Map<string, { readonly scopes: Set<string>; readonly level: string; readonly organisation: number }>();
  const calls: { method: string; path: string; effect: boolean }[] = [];
  // The query is behind: it sees a copy, until `settleIndex`.
  let index: readonly Subscriber[] = [];
  let count = 0;
  const remove = (uid: number) => void (subscribers.delete(uid) && tombstones.set(uid, "2026-01-15T09:00:00Z"));

  const answer = (request: Request, { pathname: path, searchParams }: URL, body: { readonly filter?: { readonly email: readonly string[] }; readonly cursor?: string }): Reply => {
    const token = tokens.get(request.headers.get("x-quill-token") ?? "");
    if (token === undefined) return [401, { error: "bad_token" }];
    const needs = (scope: string, reply: () => Reply): Reply => (token.scopes.has(scope) ? reply() : [403, { error: "insufficient_scope" }]);
    if (path === "/v2/me") return [200, { organisation: { uid: token.organisation, title: "Readers" }, member: { uid: 7, level: token.level } }];
    if (path === "/v2/subscribers/query") {
      const asked = new Set((body.filter?.email ?? []).map((email) => email.toLowerCase()));
      return needs("subscribers.read", () => [200, page(index.filter(({ email }) => asked.has(email.toLowerCase())).map(shown), body.cursor)]);
    }
    const [, number, list] = /^\/v2\/subscribers\/(\d+)(\/letters|\/visits)?$/.exec(path) ?? [];
    const uid = Number(number ?? NaN);
    const subscriber = subscribers.get(uid);
    const deletedAt = tombstones.get(uid);
    if (request.method === "DELETE") {
      return needs("subscribers.write", () => {
        if (subscriber === undefined) return deletedAt === undefined ? [404, { error: "not_found" }] : [410, { error: "gone" }];
        queue.add(uid);
        return [202, { uid, operation: `op-${uid}`, state: "queued" }];
      });
    }
    if (list !== undefined) {
      return needs("letters.read", () => {
        if (subscriber === undefined) return [404, { error: "not_found" }];
        return [200, list === "/letters" ? page(subscriber.letters, searchParams.get("cursor")) : numbered(subscriber.visits, Number(searchParams.get("page") ?? 1))];
      });
    }
    return needs("subscribers.read", () => (subscriber !== undefined ? [200, shown(subscriber)] : deletedAt === undefined ? [404, { error: "not_found" }] : [200, { uid, deleted_at: deletedAt }]));
  };

  return {
    apiOrigin: "https://api.quill.example",
    workspaceId: "4711",
    searchPageSize: PAGE,
    fetch: async (request) => {
      const url = new URL(request.url);
      const state = () => `${subscribers.size} ${queue.size}`;
      const before = state();
      const [status, json] = answer(request, url, JSON.parse((await request.text()) || "{}") as Parameters<typeof answer>[2]);
      calls.push({ method: request.method, path: url.pathname, effect: state() !== before });
      return Response.json(json, { status });
    },
    issueToken: ({ scopes, role = "owner", elsewhere = false }) => {
      const token = `token-${++count}-of-quill`;
      tokens.set(token, { scopes: new Set(scopes), level: role, organisation: elsewhere ? 4712 : 4711 });
      return token;
    },
    withdraw: (token, scopeId) => void tokens.get(token)?.scopes.delete(scopeId),
    revoke: (token) => void tokens.delete(token),
    addSubject: ({ identifier, kind = "reader", text, volume }) => {
      const uid = ++count + 1000;
      const several = <T>(make: (n: number) => T): readonly T[] => Array.from({ length: { bare: 0, one: 1, paged: 2 * PAGE + 1, full: 2 * PAGE }[volume] }, (_, n) => make(n));
      const letters = several((n) => ({ uid: uid * 100 + n, subject: `${text} letter ${n}.` }));
      const visits = several((n) => ({ uid: uid * 100 + n, title: `${text} visit ${n}.` }));
      const subscriber = { uid, email: identifier.value, kind, full_name: `${text} name.`, letters, visits };
      subscribers.set(uid, subscriber);
      index = [...index, subscriber];
      return { id: String(uid), texts: { subscriber: [subscriber.full_name], letter: letters.map(({ subject }) => subject), visit: visits.map(({ title }) => title) } };
    },
    remove: (id) => remove(Number(id)),
    isHeld: (id) => subscribers.has(Number(id)),
    calls: () => calls,
    settleIndex: () => {
      for (const uid of queue) remove(uid);
      queue.clear();
      index = [...subscribers.values()];
    },
    denyDeletion: ({ status, body }) => ({ status, body: body.replace("queued", "refused") }),
  };
}

function shown({ uid, email, kind, full_name }: Subscriber) {
  return { uid, email, kind, full_name, deleted_at: null };
}

function page(items: readonly unknown[], cursor: string | null | undefined) {
  const from = Number(cursor || 0);
  return { items: items.slice(from, from + PAGE), cursor: from + PAGE < items.length ? String(from + PAGE) : "" };
}

function numbered(items: readonly unknown[], number: number) {
  return { items: items.slice((number - 1) * PAGE, number * PAGE), page: number, pages: Math.max(1, Math.ceil(items.length / PAGE)) };
}
