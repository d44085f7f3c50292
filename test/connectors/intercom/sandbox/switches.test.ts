import { expect } from "chai";
import type { Switches } from "../../../../connectors/intercom/sandbox/switches.js";
import { DEFAULT_SWITCHES } from "../../../../connectors/intercom/sandbox/switches.js";
import { ALL_SCOPES } from "../../../../connectors/intercom/sandbox/scopes.js";
import { DescribedSandbox } from "./described-sandbox.js";

type Observe = (intercom: DescribedSandbox) => Promise<unknown>;
type Case = { observe: Observe; answers: [unknown, unknown][] };

const NOBODY = "/contacts/ffffffffffffffffffffffff";
const contactBy = (intercom: DescribedSandbox, find: string) =>
  [...intercom.sandbox.state.contacts.values()].find(({ email, status }) => email === find || status === find)!.id;
const ada = (intercom: DescribedSandbox) => contactBy(intercom, "ada@example.test");
const searchStatus = (query: unknown): Observe => async (intercom) => (await intercom.call("POST", "/contacts/search", { query })).status;
const tokenWithout = (intercom: DescribedSandbox, ...scopes: string[]) =>
  ({ token: intercom.sandbox.issueToken({ scopes: ALL_SCOPES.filter((scope) => !scopes.includes(scope)) }) });

const conversationOf = (intercom: DescribedSandbox, participants: number) =>
  [...intercom.sandbox.state.conversations.values()].find(({ contactIds }) => contactIds.length === participants)!.id;
const searchTickets = (intercom: DescribedSandbox) =>
  intercom.call("POST", "/tickets/search", { query: { field: "open", operator: "=", value: false }, pagination: { per_page: 150 } });
const inactive = (intercom: DescribedSandbox, query = "") => intercom.call("GET", `/contacts/deleted${query}`, undefined, { version: "Preview" });
const deleteAda = async (intercom: DescribedSandbox) => {
  await intercom.call("DELETE", `/contacts/${ada(intercom)}`);
  intercom.advance(60_000);
  await intercom.call("GET", "/me");
};

/** For each switch: what is looked at, and what it shows in every position. */
const CASES: Record<keyof Switches, Case> = {
  emailSearch: {
    observe: async (intercom) => (await intercom.search("case.person@example.test")).body.total_count,
    answers: [["case_insensitive", 1], ["case_sensitive", 0]],
  },
  inOperator: {
    observe: searchStatus({ field: "email", operator: "IN", value: ["grace@example.test"] }),
    answers: [["allowed", 200], ["rejected", 400]],
  },
  inOperatorMaxValues: {
    observe: searchStatus({ field: "id", operator: "IN", value: ["1", "2", "3"] }),
    answers: [[3, 200], [2, 400]],
  },
  searchShowsBlocked: {
    observe: async (intercom) => (await intercom.search("blocked@example.test")).body.total_count,
    answers: [[true, 1], [false, 0]],
  },
  scopeCheckBeforeExistence: {
    observe: async (intercom) => (await intercom.call("DELETE", NOBODY, undefined, tokenWithout(intercom, "write_users_companies"))).status,
    answers: [[true, 401], [false, 404]],
  },
  listScopeCoversSingle: {
    observe: async (intercom) => (await intercom.call("GET", `/contacts/${ada(intercom)}`, undefined, tokenWithout(intercom, "read_single_user"))).status,
    answers: [[true, 200], [false, 401]],
  },
  tagsNeedReadTags: {
    observe: async (intercom) => (await intercom.call("GET", `/contacts/${ada(intercom)}/tags`, undefined, tokenWithout(intercom, "read_tags"))).status,
    answers: [[true, 401], [false, 200]],
  },
  readWriteUsersDeletes: {
    observe: async (intercom) => (await intercom.call("DELETE", NOBODY, undefined, tokenWithout(intercom, "write_users_companies"))).status,
    answers: [[true, 404], [false, 401]],
  },
  missingScopeShape: {
    observe: async (intercom) => (await intercom.call("GET", NOBODY, undefined, tokenWithout(intercom, "read_single_user"))).body.errors[0].code,
    answers: [["by_endpoint", "token_unauthorized"], ["token_unauthorized", "token_unauthorized"], ["forbidden", "forbidden"]],
  },
  revokedTokenAnswers: {
    observe: async (intercom) =>
      (await intercom.call("GET", "/me", undefined, { token: intercom.sandbox.issueToken({ revoked: true }) })).body.errors[0].code,
    answers: [["unauthorized", "unauthorized"], ["token_revoked", "token_revoked"]],
  },
  grantsAt: {
    observe: async (intercom) => {
      const { clientId: client_id, clientSecret: client_secret } = intercom.sandbox.app;
      const statuses = async (host: string) => [
        (await intercom.call("POST", "/auth/eagle/token", { code: "made-up", client_id, client_secret }, { token: null, host })).status,
        (await intercom.call("POST", "/auth/uninstall", {}, { host, token: intercom.sandbox.issueToken({ workspace: { ...intercom.sandbox.workspace, region: "EU" } }) })).status,
      ];
      return [await statuses("https://api.intercom.io"), await statuses("https://api.eu.intercom.io")];
    },
    answers: [["first_region", [[401, 200], [404, 404]]], ["every_region", [[401, 200], [401, 200]]]],
  },
  wrongCodeAnswers: {
    observe: async (intercom) => (await intercom.call("POST", "/auth/eagle/token", { code: "made-up" }, { token: null })).body.errors[0].code,
    answers: [["unauthorized", "unauthorized"], ["token_not_found", "token_not_found"]],
  },
  formerTeammateToken: {
    observe: async (intercom) => {
      intercom.sandbox.removeTeammate(intercom.sandbox.token);
      return (await intercom.call("GET", "/me")).status;
    },
    answers: [["rejected", 401], ["accepted", 200]],
  },
  foreignRegionTokenRejected: {
    observe: async (intercom) => (await intercom.call("GET", "/me", undefined, { host: "https://api.eu.intercom.io" })).status,
    answers: [[true, 401], [false, 200]],
  },
  meRole: {
    observe: async (intercom) => (await intercom.call("GET", "/me")).body.role?.name,
    answers: [["absent", undefined], ["present", "Admin"]],
  },
  deleteOfMergedAnswers: {
    observe: async (intercom) => (await intercom.call("DELETE", `/contacts/${contactBy(intercom, "merged")}`)).status,
    answers: [[404, 404], [410, 410], [200, 200]],
  },
  secondDeleteAnswers: {
    observe: async (intercom) => {
      const path = `/contacts/${ada(intercom)}`;
      await intercom.call("DELETE", path);
      return (await intercom.call("DELETE", path)).status;
    },
    answers: [[404, 404], [200, 200]],
  },
  missingContactWording: {
    observe: async (intercom) => (await intercom.call("GET", NOBODY)).body.errors[0].message,
    answers: [["Contact Not Found", "Contact Not Found"], ["User Not Found", "User Not Found"]],
  },
  mergeLink: {
    observe: async (intercom) => {
      const [first, second, third] = ["a", "b", "c"].map((name) => intercom.sandbox.build.addContact({ name }));
      intercom.sandbox.build.mergeContact(first!, second!);
      intercom.sandbox.build.mergeContact(second!, third!);
      const link = (await intercom.call("GET", `/contacts/${first!.id}`)).headers.get("link") ?? "";
      return link.includes(third!.id) ? "third" : link.includes(second!.id) ? "second" : link;
    },
    answers: [["final", "third"], ["next_hop", "second"]],
  },
  lastPageNext: {
    observe: async (intercom) => "next" in (await intercom.search("grace@example.test")).body.pages,
    answers: [["absent", false], ["null", true]],
  },
  fullLastPageHasNext: {
    observe: async (intercom) => {
      const query = { field: "email", operator: "=", value: "twins@example.test" };
      const first = await intercom.call("POST", "/contacts/search", { query, pagination: { per_page: 2 } });
      const starting_after = first.body.pages.next?.starting_after;
      if (starting_after === undefined) return "one page";
      const second = await intercom.call("POST", "/contacts/search", { query, pagination: { per_page: 2, starting_after } });
      return second.body.data.length;
    },
    answers: [[true, 0], [false, "one page"]],
  },
  subListNext: {
    observe: async (intercom) => {
      const path = `/contacts/${ada(intercom)}/notes?per_page=1`;
      const { next } = (await intercom.call("GET", path)).body.pages;
      if (typeof next === "string") return "link";
      return (await intercom.call("GET", `${path}&starting_after=${next.starting_after}`)).body.pages.page;
    },
    answers: [["url", "link"], ["cursor_object", 2]],
  },
  subListMaxPerPage: {
    observe: async (intercom) => (await intercom.call("GET", `/contacts/${ada(intercom)}/notes?per_page=500`)).body.pages.per_page,
    answers: [[50, 50], [150, 150]],
  },
  companiesKey: {
    observe: async (intercom) => {
      const response = await intercom.sandbox.fetch(new Request(`https://api.intercom.io/contacts/${ada(intercom)}/companies`, {
        headers: { authorization: `Bearer ${intercom.sandbox.token}` },
      }));
      return Object.keys((await response.json()) as object)[1];
    },
    answers: [["data", "data"], ["companies", "companies"]],
  },
  uninstallAnswers: {
    observe: async (intercom) => {
      const request = new Request("https://api.intercom.io/auth/uninstall", { method: "POST", headers: { authorization: `Bearer ${intercom.sandbox.token}` } });
      const response = await intercom.sandbox.fetch(request);
      return [response.status, await response.text()].join(" ").trim();
    },
    answers: [["empty_200", "200"], ["json_200", "200 {}"], ["no_content_204", "204"]],
  },
  groupOnContactDelete: {
    observe: async (intercom) => {
      const group = conversationOf(intercom, 2);
      await deleteAda(intercom);
      return intercom.sandbox.state.conversations.get(group)?.contactIds.length ?? 0;
    },
    answers: [["kept", 2], ["detached", 1], ["deleted", 0]],
  },
  ticketsOnContactDelete: {
    observe: async (intercom) => {
      await deleteAda(intercom);
      return [...intercom.sandbox.state.tickets.values()].map(({ category }) => category);
    },
    answers: [["kept", ["Customer", "Tracker"]], ["deleted", ["Tracker"]]],
  },
  customObjectsOnContactDelete: {
    observe: async (intercom) => {
      await deleteAda(intercom);
      return intercom.sandbox.state.customObjects.size;
    },
    answers: [["kept", 1], ["deleted", 0]],
  },
  cascadeListsConversations: {
    observe: async (intercom) => {
      await deleteAda(intercom);
      return (await intercom.call("GET", "/conversations/deleted")).body.total_count;
    },
    answers: [[true, 3], [false, 0]],
  },
  secondConversationDeleteAnswers: {
    observe: async (intercom) => {
      const path = `/conversations/${conversationOf(intercom, 1)}`;
      await intercom.call("DELETE", path);
      return (await intercom.call("DELETE", path)).status;
    },
    answers: [[404, 404], [200, 200]],
  },
  missingTicketCode: {
    observe: async (intercom) => (await intercom.call("GET", "/tickets/1")).body.errors[0].code,
    answers: [["ticket_not_found", "ticket_not_found"], ["not_found", "not_found"]],
  },
  ticketSearchShowsParts: {
    observe: async (intercom) => "ticket_parts" in (await searchTickets(intercom)).body.tickets[0],
    answers: [[true, true], [false, false]],
  },
  ticketSearchMaxPerPage: {
    observe: async (intercom) => (await searchTickets(intercom)).body.pages.per_page,
    answers: [[50, 50], [150, 150]],
  },
  conversationSearchMaxPerPage: {
    observe: async (intercom) => (await intercom.call("POST", "/conversations/search", { query: { field: "open", operator: "=", value: true }, pagination: { per_page: 150 } })).body.pages.per_page,
    answers: [[50, 50], [150, 150]],
  },
  partCount: {
    observe: async (intercom) => {
      const parts = Array.from({ length: 700 }, (_, number) => ({ body: `Part ${number}` }));
      const { id } = intercom.sandbox.build.addConversation({ contacts: [], parts });
      return (await intercom.call("GET", `/conversations/${id}`)).body.conversation_parts.total_count;
    },
    answers: [["all", 700], ["shown", 500]],
  },
  notRedactableAnswers: {
    observe: async (intercom) => {
      const conversation = intercom.sandbox.build.addConversation({ contacts: [], parts: [{ body: null, partType: "close" }] });
      const body = { type: "conversation_part", conversation_id: conversation.id, conversation_part_id: conversation.parts[0]!.id };
      return (await intercom.call("POST", "/conversations/redact", body)).status;
    },
    answers: [[400, 400], [422, 422]],
  },
  attachmentLinkLifetimeMs: {
    observe: async (intercom) => {
      const { body } = await intercom.call("GET", `/conversations/${conversationOf(intercom, 1)}`);
      intercom.advance(60_000);
      return (await intercom.sandbox.fetch(new Request(body.source.attachments[0].url))).status;
    },
    answers: [[1_800_000, 200], [30_000, 403]],
  },
  eventsOfNobody: {
    observe: async (intercom) => (await intercom.call("GET", "/events?type=user&intercom_user_id=nobody")).status,
    answers: [["not_found", 404], ["empty", 200]],
  },
  eventsOfSilent: {
    observe: async (intercom) => {
      const contact = intercom.sandbox.build.addContact({ email: "silent@example.test" });
      return (await intercom.call("GET", `/events?type=user&intercom_user_id=${contact.id}`)).status;
    },
    answers: [["empty", 200], ["not_found", 404]],
  },
  eventsMaxPerPage: {
    observe: async (intercom) => {
      const contact = intercom.sandbox.state.contacts.get(ada(intercom))!;
      for (let number = 0; number < 60; number += 1) intercom.sandbox.build.addEvent(contact, "click", intercom.now - number);
      return (await intercom.call("GET", `/events?type=user&intercom_user_id=${contact.id}&per_page=500`)).body.events.length;
    },
    answers: [[15, 15], [50, 50]],
  },
  customObjectsMaxPerPage: {
    observe: async (intercom) => (await intercom.call("GET", `/custom_object_instances/${[...intercom.sandbox.state.customObjectTypes][0]}?per_page=500`)).body.pages.per_page,
    answers: [[50, 50], [150, 150]],
  },
  callsNeed: {
    observe: async (intercom) =>
      (await intercom.call("POST", "/calls/search", { conversation_ids: ["1"] }, { token: intercom.sandbox.issueToken({ scopes: [] }) })).status,
    answers: [["read_conversations", 401], ["nothing", 200]],
  },
  callsOnConversationDelete: {
    observe: async (intercom) => {
      const [call] = intercom.sandbox.state.phoneCalls.values();
      await intercom.call("DELETE", `/conversations/${call!.conversationId}`);
      return (await intercom.call("GET", `/calls/${call!.id}/transcript`)).status;
    },
    answers: [["kept", 200], ["deleted", 404]],
  },
  inactiveList: {
    observe: async (intercom) => (await inactive(intercom)).status,
    answers: [["offered", 200], ["unknown_version", 400], ["not_found", 404]],
  },
  inactiveListKey: {
    observe: async (intercom) => Object.keys((await inactive(intercom)).body)[1],
    answers: [["data", "data"], ["contacts", "contacts"]],
  },
  inactiveListNext: {
    observe: async (intercom) => typeof (await inactive(intercom, "?per_page=1")).body.pages.next,
    answers: [["url", "string"], ["cursor_object", "object"]],
  },
  inactiveListMaxPerPage: {
    observe: async (intercom) => (await inactive(intercom, "?per_page=1000")).body.pages.per_page,
    answers: [[150, 150], [50, 50]],
  },
  inactiveListEscapes: {
    observe: async (intercom) => {
      intercom.sandbox.build.addContact({ email: "a&b@example.test", status: "archived" });
      const emails = await Promise.all(["true", "false"].map(async (wish) => (await inactive(intercom, `?per_page=150&escape_identity=${wish}`)).body.data.map(({ email }: { email: string }) => email)));
      return emails.map((all) => all.includes("a&amp;b@example.test"));
    },
    answers: [["unless_told", [true, false]], ["always", [true, true]], ["never", [false, false]]],
  },
  inactiveListShowsDeleted: {
    observe: async (intercom) => {
      const id = ada(intercom);
      await deleteAda(intercom);
      return (await inactive(intercom, "?per_page=150")).body.data.some((each: { id: string }) => each.id === id);
    },
    answers: [[true, true], [false, false]],
  },
  errorRequestId: {
    observe: async (intercom) => typeof (await intercom.call("GET", NOBODY)).body.request_id,
    answers: [["present", "string"], ["null", "object"], ["absent", "undefined"]],
  },
};

describe("the sandbox's switches", () => {
  for (const [name, { observe, answers }] of Object.entries(CASES)) {
    for (const [position, expected] of answers) {
      it(`answers ${JSON.stringify(expected) ?? "nothing"} with ${name} at ${JSON.stringify(position)}`, async () => {
        expect(await observe(new DescribedSandbox({ switches: { [name]: position } }))).to.deep.equal(expected);
      });
    }
  }

  it("start in a position that is tested", () => {
    for (const [name, position] of Object.entries(DEFAULT_SWITCHES)) {
      const tested = CASES[name as keyof Switches].answers.map(([value]) => value);
      if (name !== "inOperatorMaxValues") expect(tested, name).to.include(position);
    }
  });
});
