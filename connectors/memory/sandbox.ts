/** The vendor of the reference connector: stateful, in this process, answering as `fetch` does. It knows nothing of the connector. */
export function createMemorySandbox({ asynchronousDeletion = false } = {}) {
  const people = new Map<string, Person>();
  // Whoever has a part in a message finds it; it goes when the last of them does.
  const messages = new Map<string, Message>();
  const messagesOf = (id: string) => [...messages.values()].filter((message) => message.people.includes(id));
  const named = (message?: Message) => message && { ...message, people: message.people.map((id) => ({ id, name: people.get(id)?.name })) };
  const remove = (id: string) => {
    for (const message of messagesOf(id)) {
      if (message.people.length === 1) messages.delete(message.id);
      else messages.set(message.id, { ...message, people: message.people.filter((each) => each !== id) });
    }
    return people.delete(id) || messages.delete(id);
  };
  // What a search sees: a copy that lags behind, as real ones do, until `settleIndex`.
  let index: readonly Person[] = [];
  const deleting = new Set<string>();
  // Neither found by a search nor shown by their id; their list shows them, and they can be deleted.
  const archived = new Set<string>();
  // Who became part of somebody else: by their id the vendor tells of whom.
  const merged = new Map<string, string>();
  const team: string[] = [];
  const tokens = new Map<string, Token>();
  const codes = new Set<string>();
  const calls: { method: string; path: string; effect: boolean }[] = [];
  let count = 0;
  let linkKey = 1;
  const issueToken = ({ scopes, role = "Admin", elsewhere = false }: { scopes: readonly string[]; role?: string; elsewhere?: boolean }) => {
    const token = `token-${++count}-of-memory`;
    tokens.set(token, { scopes: new Set(scopes), role, workspace: elsewhere ? "memory-2" : "memory-1" });
    return token;
  };
  const answer = (method: string, path: string, token: Token, cursor: string | null, body: Body): Reply => {
    const [, place, id = "", list] = /^\/(people|messages)\/([^/]+)(?:\/(\w+))?$/.exec(path) ?? [];
    const person = method === "GET" && archived.has(id) ? undefined : people.get(id);
    const record = place === "messages" ? named(messages.get(id)) : person && shown(person, linkKey);
    const needs = (scope: string, reply: () => Reply): Reply => (token.scopes.has(scope) ? reply() : failure(403, "scope_missing"));
    const known = (reply: (person: Person) => Reply): Reply => (person === undefined ? failure(404, "not_found") : reply(person));
    const needsOf = place === "messages" ? ["read_messages", "delete_messages"] : ["read_people", "delete_people"];
    if (path === "/account") return [200, { workspace: { id: token.workspace, name: "Memory", region: "EU" }, user: { id: "user-1", role: token.role }, scopes: [...token.scopes] }];
    if (path === "/token" && method === "DELETE") return [200, { revoked: tokens.delete([...tokens].find(([, each]) => each === token)?.[0] ?? "") }];
    if (path === "/team") return needs("read_team", () => [200, { team: team.map((email) => ({ email })) }]);
    if (path === "/people/archived") return needs("read_people", () => [200, page("people", [...people.values()].filter((each) => archived.has(each.id)).map((each) => shown(each)), cursor)]);
    if (path === "/people/search") return needs("read_people", () => [200, page("people", index.filter((each) => body.email_in?.some((email) => email.toLowerCase() === each.email.toLowerCase())).map((each) => shown(each)), body.cursor)]);
    if (list === "orders") return needs("read_orders", () => known(({ orders }) => [200, page("orders", orders, cursor)]));
    if (list === "messages") return needs("read_messages", () => known(() => [200, page("messages", messagesOf(id).map((each) => named(each)), cursor)]));
    if (place === "people" && method === "GET" && merged.has(id)) return needs("read_people", () => [410, { error: { code: "merged" }, into: merged.get(id) }]);
    if (record === undefined || method === "GET") return needs(needsOf[0] ?? "", () => (record === undefined ? failure(404, "not_found") : [200, record]));
    return needs(needsOf[1] ?? "", () => {
      if (!asynchronousDeletion) return [200, { id, deleted: remove(id) }];
      deleting.add(id);
      return [202, { job: `job-${id}` }];
    });
  };
  const fileAt = (path: string): Attached | undefined => {
    const [, id = "", n = ""] = path.split("/");
    return people.get(id)?.files[Number(n)];
  };
  return {
    apiOrigin: "https://api.memory.example",
    workspaceId: "memory-1",
    searchPageSize: PAGE,
    repeatableKind: "prospect",
    issueToken,
    withdraw: (token: string, scope: string) => void tokens.get(token)?.scopes.delete(scope),
    revoke: (token: string) => void tokens.delete(token),
    /** Adds a person as if it had been there for long, with `text` in every record; `paged` gives lists of more than one page. */
    addSubject: ({ identifier, kind = "customer", text, volume }: { identifier: { value: string }; kind?: string; text: string; volume: "bare" | "one" | "paged" | "full" }) => {
      const id = `P${++count}x`;
      const texts = (list: string) => Array.from({ length: { bare: 0, one: 1, paged: 2 * PAGE + 1, full: 2 * PAGE }[volume] }, (_, n) => `${text} ${list} ${n}.`);
      const records = (list: string) => texts(list).map((each, n) => ({ id: `${id}-${list}-${n}`, text: each }));
      const person = { id, kind, email: identifier.value, name: `${text} name.`, orders: records("order"), notes: [], files: [] };
      for (const message of records("message")) messages.set(message.id, { ...message, people: [id] });
      people.set(id, person);
      index = [...index, person];
      return { id, texts: { person: [person.name], order: texts("order"), message: texts("message") } };
    },
    hide: (id: string) => {
      archived.add(id);
      index = index.filter((each) => each.id !== id);
    },
    /** What was the one's is the other's from then on. */
    merge: (id: string, into: string) => {
      for (const message of messagesOf(id)) messages.set(message.id, { ...message, people: [...new Set(message.people.map((each) => (each === id ? into : each)))] });
      people.delete(id);
      merged.set(id, into);
    },
    employ: ({ value }: { value: string }) => void team.push(value),
    remove: (id: string) => void remove(id),
    isHeld: (id: string) => people.has(id),
    staff: {
      write: (id: string, name: string, text: string) => void messages.set(`m${++count}`, { id: `m${count}`, text, people: [id], staff: [{ name }] }),
      note: (id: string, _: string, text: string) => void people.get(id)?.notes.push({ text }),
    },
    related: {
      add: (category: string, ids: readonly string[], text: string) => {
        if (category !== "message") return undefined;
        const id = `m${++count}`;
        messages.set(id, { id, text, people: ids });
        return id;
      },
      share: (_: string, id: string, person: string) => {
        const message = messages.get(id);
        if (message !== undefined) messages.set(id, { ...message, people: [...message.people, person] });
        return message !== undefined;
      },
      remove: (_: string, id: string) => void remove(id),
      isHeld: (_: string, id: string) => messages.has(id),
    },
    calls: () => calls,
    /** Lets what takes its time be done: deletions that were accepted, and the search index. */
    settleIndex: () => {
      for (const id of deleting) remove(id);
      deleting.clear();
      index = [...people.values()].filter(({ id }) => !archived.has(id));
    },
    // An order is denied in other words than it is accepted in: without a job.
    ...(asynchronousDeletion && {
      denyDeletion: ({ status, body }: { status: number; body: string }) => ({ status, body: JSON.stringify({ id: (JSON.parse(body) as { job: string }).job.slice("job-".length), deleted: false }) }),
    }),
    // Files lie on a host of their own, behind links that end.
    files: {
      attach: (id: string, file: Attached) => void people.get(id)?.files.push(file),
      endLinks: () => void (linkKey += 1),
    },
    oauth: {
      clientId: "client-1",
      clientSecret: "secret-of-client-1",
      /** The admin's visit to the page on which the app is authorised. */
      authorise: (url: string) => {
        const [code, asked] = [`code-${++count}`, new URL(url).searchParams];
        // Whoever exchanges it has to tell the same place again.
        codes.add(`${code} ${asked.get("redirect_uri")}`);
        return { code, state: asked.get("state") };
      },
    },
    fetch: async (request: Request): Promise<Response> => {
      const { origin, pathname, searchParams } = new URL(request.url);
      if (origin === FILES) return searchParams.get("key") === String(linkKey) ? new Response(fileAt(pathname)?.text, { headers: { "content-type": "text/plain" } }) : new Response("", { status: 403 });
      const body = JSON.parse((await request.text()) || "{}") as Body;
      const token = tokens.get(request.headers.get("authorization")?.slice("Bearer ".length) ?? "");
      const state = () => `${people.size} ${messages.size} ${deleting.size} ${tokens.size}`;
      const before = state();
      const exchange = (): Reply => (body.client_secret === "secret-of-client-1" && codes.delete(`${body.code} ${body.redirect_uri ?? null}`) ? [200, { access_token: issueToken({ scopes: ALL_SCOPES }) }] : failure(400, "code_invalid"));
      const [status, json] = pathname === "/oauth/token" ? exchange() : token === undefined ? failure(401, "token_invalid") : answer(request.method, pathname, token, searchParams.get("cursor"), body);
      calls.push({ method: request.method, path: pathname, effect: state() !== before });
      return Response.json(json, { status, headers: { "x-request-id": `call-${calls.length}` } });
    },
  };
}

type Token = { readonly scopes: Set<string>; readonly role: string; readonly workspace: string };
type Item = { readonly id: string; readonly text: string };
type Message = Item & { readonly people: readonly string[]; readonly staff?: readonly { readonly name: string }[] };
type Person = { readonly id: string; readonly kind: string; readonly email: string; readonly name: string; readonly orders: readonly Item[]; readonly notes: { readonly text: string }[]; readonly files: Attached[] };
type Attached = { readonly text: string; readonly elsewhere?: boolean };
type Body = { readonly email_in?: readonly string[]; readonly cursor?: string; readonly code?: string; readonly client_secret?: string; readonly redirect_uri?: string };
type Reply = readonly [status: number, json: unknown];

const PAGE = 2;
const FILES = "https://files.memory.example";
const ALL_SCOPES = ["read_people", "read_orders", "read_messages", "read_team", "delete_people", "delete_messages"];

function failure(status: number, code: string): Reply {
  return [status, { error: { code } }];
}

/** By its own address, a person is shown with what the staff noted down, and with links to the files. */
function shown({ id, kind, email, name, notes, files }: Person, linkKey?: number) {
  const links = files.map(({ text, elsewhere }, n) => ({ size: text.length, url: `${elsewhere === true ? "https://files.example" : FILES}/${id}/${n}?key=${linkKey}` }));
  return { id, kind, email, name, ...(linkKey === undefined || notes.length === 0 ? {} : { notes }), ...(linkKey === undefined || files.length === 0 ? {} : { files: links }) };
}

/** A cursor is the vendor's own business, and holds signs that mean something in URLs. */
function page(key: string, items: readonly unknown[], cursor: string | null = null): unknown {
  const from = cursor === null ? 0 : Number(/^at\/(\d+)\+$/.exec(cursor)?.[1]);
  return { [key]: items.slice(from, from + PAGE), next: from + PAGE < items.length ? `at/${from + PAGE}+` : null };
}
