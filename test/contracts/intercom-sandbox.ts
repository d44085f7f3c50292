import type { ContactRecord, Workspace } from "../../connectors/intercom/sandbox/records.js";
import { createIntercomSandbox } from "../../connectors/intercom/sandbox/sandbox.js";
import { isScopeId, type ScopeId } from "../../connectors/intercom/sandbox/scopes.js";
import type { IntercomSandboxOptions } from "../../connectors/intercom/sandbox/options.js";
import type { SubjectWish, VendorSandbox } from "../../contracts/index.js";

const REDIRECT_URI = "https://host.example/back";
const ELSEWHERE: Workspace = { id: "sandbox2", name: "Another workspace", region: "US" };

/** The sandbox's largest page of a contact's own lists. */
const PAGE = 50;

/** And of what is read only where its permission is granted: small, since each conversation, ticket and call is read by itself besides. */
const TRAFFIC_PAGE = 2;
const TRAFFIC_PAGES = { conversationSearchMaxPerPage: TRAFFIC_PAGE, ticketSearchMaxPerPage: TRAFFIC_PAGE, eventsMaxPerPage: TRAFFIC_PAGE, customObjectsMaxPerPage: TRAFFIC_PAGE };

/** So many conversations are asked about at once for their calls. Source: `POST /calls/search` of version 2.16. */
const CALLS_OF = 20;

const colleague = (name: string) => ({ type: "admin", id: "colleague", name, email: "colleague@workspace.example" }) as const;

/** The local Intercom, as the contract wants a vendor: time stands still in it until `settleIndex`. */
export function intercomContractSandbox(options: Partial<IntercomSandboxOptions> = {}): VendorSandbox {
  let nowMs = Date.UTC(2026, 0, 15, 9);
  const clock = { now: () => nowMs };
  const sandbox = createIntercomSandbox({ clock, fixture: "empty", rateLimit: "off", switches: { inactiveListEscapes: "always", ...TRAFFIC_PAGES }, app: { redirectUris: [REDIRECT_URI] }, ...options });
  const { build, state, workspace } = sandbox;
  const known = (id: string): ContactRecord => {
    const contact = state.contacts.get(id);
    if (contact === undefined) throw new Error("the sandbox never had this contact");
    return contact;
  };
  /** What is read only where its permission is granted. A conversation has one call; full lists have more of them than can be asked for at once. */
  const plantTraffic = (contact: ContactRecord, volume: SubjectWish["volume"], named: (list: string, count: number) => readonly string[]): Record<string, readonly string[]> => {
    const count = { bare: 0, one: 1, paged: TRAFFIC_PAGE + 1, full: 2 * TRAFFIC_PAGE }[volume];
    const threads = volume === "full" ? CALLS_OF + TRAFFIC_PAGE : count;
    const texts = { conversations: named("conversation", threads), calls: named("call", threads), tickets: named("ticket", count), events: named("event", count), custom_objects: named("object", count) };
    const held = texts.conversations.map((body) => build.addConversation({ contacts: [contact], channel: "phone_call", source: { body } }));
    for (const [n, conversation] of held.entries()) build.addPhoneCall(conversation, contact, [{ speaker: "user", text: texts.calls[n] ?? "" }]);
    for (const description of texts.tickets) build.addTicket({ contacts: [contact], description });
    for (const name of texts.events) build.addEvent(contact, name, build.daysAgo(1));
    for (const text of texts.custom_objects) build.addCustomObject("Order", [contact], { text });
    // Summaries repeat the events' names, and hold no text of their own.
    return { ...texts, event_summaries: [] };
  };
  const plant = (contact: ContactRecord, { text, volume }: SubjectWish): Record<string, readonly string[]> => {
    const named = (list: string, count: number) => Array.from({ length: volume === "bare" ? 0 : count }, (_, n) => `${text} ${list} ${n}.`);
    const pages = { bare: 0, one: 1, paged: PAGE + 1, full: 2 * PAGE }[volume];
    const texts = { companies: named("company", pages), notes: named("note", pages), tags: named("tag", pages), segments: named("segment", 1), subscriptions: named("subscription", 1) };
    for (const name of texts.companies) build.addCompany(name, [contact]);
    for (const body of texts.notes) build.addNote(contact, body);
    for (const name of texts.tags) build.addTag(contact, name);
    for (const name of texts.segments) build.addSegment(contact, name);
    for (const name of texts.subscriptions) build.addSubscription(contact, name);
    return { ...texts, ...plantTraffic(contact, volume, named) };
  };
  return {
    apiOrigin: "https://api.intercom.io",
    workspaceId: workspace.id,
    searchPageSize: 150,
    repeatableKind: "lead",
    fetch: (request) => sandbox.fetch(request),
    issueToken: ({ scopes, role = "Admin", elsewhere = false }) => sandbox.issueToken({ scopes: scopes.map(scopeOf), role, workspace: elsewhere ? ELSEWHERE : workspace }),
    withdraw: (token, scope) => sandbox.withdrawScope(token, scopeOf(scope)),
    revoke: (token) => sandbox.revokeToken(token),
    addSubject: (wish) => {
      // Two users of one address are two by the ids that the workspace itself gave them.
      const role = wish.kind === "lead" ? { role: "lead" } as const : { role: "user", externalId: `own-${state.contacts.size}` } as const;
      const contact = build.addContact({ email: wish.identifier.value, name: `${wish.text} name.`, ...role });
      return { id: contact.id, texts: { contacts: [`${wish.text} name.`], ...plant(contact, wish) } };
    },
    hide: (id) => build.archiveContact(known(id)),
    merge: (id, into) => {
      const [part, whole] = [known(id), known(into)];
      part.status = "merged";
      part.mergedInto = whole.id;
      whole.mergeHistory.push({ sourceId: part.id, sourceRole: part.role, mergedAt: nowMs });
      state.contactIndex.changed(part.id, "update", nowMs);
    },
    employ: ({ value }) => void state.admins.set(`employed ${value}`, { id: `employed-${state.admins.size}`, workspace, name: "A colleague", email: value, role: "Support", emailVerified: true }),
    remove: (id) => state.deleteContact(known(id), nowMs),
    isHeld: (id) => state.contact(id, workspace.id, nowMs) !== undefined,
    staff: {
      write: (id, name, text) => void build.addConversation({ contacts: [known(id)], parts: [{ from: colleague(name), body: text }] }),
      note: (id, name, text) => void build.addConversation({ contacts: [known(id)], parts: [{ from: colleague(name), body: text, partType: "note" }] }),
    },
    related: {
      add: (category, people, text) => {
        const contacts = people.map(known);
        // What others wrote is theirs: in capitals, so that it can be told from what the first of them wrote.
        const parts = contacts.slice(1).map((from) => ({ from, body: text.toUpperCase() }));
        if (category === "conversations") return build.addConversation({ contacts, source: { body: text }, parts }).id;
        if (category === "tickets") return build.addTicket({ contacts, description: text, parts }).id;
        // Which contacts refer to an object is told nowhere, so that a shared one cannot be known from any other.
        return contacts.length > 1 ? undefined : `Order:${build.addCustomObject("Order", contacts, { text }).id}`;
      },
      // Who wrote a ticket's description is not told.
      anonymous: ["tickets"],
      share: (category, id, person) => {
        const record = { conversations: state.conversations, tickets: state.tickets }[category]?.get(id);
        record?.contactIds.push(known(person).id);
        return record !== undefined;
      },
      remove: (category, id) => {
        const [conversation, ticket, object] = [state.conversations.get(id), state.tickets.get(id), state.customObjects.get(id.replace(/^Order:/, ""))];
        if (category === "conversations" && conversation !== undefined) state.deleteConversation(conversation, nowMs, true);
        if (category === "tickets" && ticket !== undefined) state.deleteTicket(ticket, nowMs);
        if (category === "custom_objects" && object !== undefined) state.deleteCustomObject(object);
      },
      isHeld: (category, id) => ({ conversations: state.conversations, tickets: state.tickets, custom_objects: state.customObjects })[category]?.has(id.replace(/^Order:/, "")) ?? false,
    },
    calls: () => sandbox.calls.records,
    settleIndex: () => {
      nowMs += 3_600_000;
      state.schedule.settle(nowMs);
    },
    files: {
      attach: (id, { text, elsewhere = false }) => {
        const bytes = new TextEncoder().encode(text);
        const file = build.file("canary.txt", "text/plain", bytes, elsewhere ? { url: "https://files.example/canary.txt?signature=x" } : {});
        build.addConversation({ contacts: [known(id)], parts: [{ attachments: [file] }] });
      },
      endLinks: () => void (nowMs += 3_600_000),
    },
    oauth: {
      clientId: sandbox.app.clientId,
      clientSecret: sandbox.app.clientSecret,
      redirectUri: REDIRECT_URI,
      authorise: async (url) => {
        const { headers } = await sandbox.handle(new Request(`${url}&decision=authorise`));
        const back = new URL(headers["location"] ?? "").searchParams;
        return { code: back.get("code") ?? "", state: back.get("state") };
      },
    },
  };
}

function scopeOf(id: string): ScopeId {
  if (!isScopeId(id)) throw new Error("the sandbox has no such scope");
  return id;
}
