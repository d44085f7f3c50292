import type { Manifest } from "../../core/manifest.js";
import { DATA_CATEGORIES } from "./data-categories.js";
import { ERASURE_POLICIES } from "./erasure-policies.js";
import { GERMAN } from "./german.js";
import { API_VERSION } from "./protocol.js";

const WHERE_TO_GRANT = "In Intercom's Developer Hub open the app, then Configure > Authentication, tick the permission, save, and authorise the app again.";

/** What this connector can do at Intercom, what it needs for that, what it covers and what it leaves behind. */
export const manifest: Manifest = {
  id: "intercom",
  version: "0.1.0",
  vendor: { name: "Intercom", url: "https://www.intercom.com" },
  product: "Privacy",
  requestTypes: ["access", "deletion"],
  identifierCategories: ["email"],
  subjectCategory: "contact",
  access: { type: "synchronous" },
  deletion: { type: "synchronous" },
  // A conservative ceiling below what Intercom allows by default; its rate headers are obeyed on top.
  rateLimit: { requests: 150, windowMs: 10_000 },
  auth: [
    {
      kind: "oauth2",
      label: "Connect with Intercom",
      steps: ["Choose \"Connect with Intercom\".", "Log in to Intercom if you are asked to, and authorise the permissions that are shown."],
    },
    {
      kind: "access_token",
      label: "Access token",
      steps: ["In the Developer Hub open the app, then Configure > Authentication, and copy the access token.", "Hand it to `dsr connect intercom` on standard input with --token-stdin."],
    },
  ],
  account: { role: "Admin", fix: "In Intercom open Settings > Teammates and give the person who connects the role Admin, or let an Admin connect." },
  api: { name: "REST API v2", version: API_VERSION, documentation: "https://developers.intercom.com/docs/references/rest-api/api.intercom.io" },
  regions: [
    { id: "us", label: "United States", apiOrigin: "https://api.intercom.io", appOrigin: "https://app.intercom.com", vendorId: "US" },
    { id: "eu", label: "Europe", apiOrigin: "https://api.eu.intercom.io", appOrigin: "https://app.eu.intercom.com", vendorId: "EU" },
    { id: "au", label: "Australia", apiOrigin: "https://api.au.intercom.io", appOrigin: "https://app.au.intercom.com", vendorId: "AU" },
  ],
  scopes: [
    { id: "read_users_companies", label: "Read and list users and companies", purpose: "Finds every contact of an address.", neededFor: ["always"], fix: WHERE_TO_GRANT },
    { id: "read_single_user", label: "Read one user and one company", purpose: "Reads a found contact whole, with its lists, and looks whether it is gone after a deletion.", neededFor: ["always"], fix: WHERE_TO_GRANT },
    { id: "write_users_companies", label: "Write users and companies", purpose: "Deletes contacts.", neededFor: ["deletion"], fix: WHERE_TO_GRANT },
    { id: "read_conversations", label: "Read conversations", purpose: "Reads the person's conversations, with ratings, and the transcripts of phone calls.", neededFor: [], fix: WHERE_TO_GRANT },
    { id: "read_tickets", label: "Read tickets", purpose: "Reads the person's tickets. Without it Intercom leaves tickets out of conversations, too, and says nothing.", neededFor: [], fix: WHERE_TO_GRANT },
    { id: "read_events", label: "Read events", purpose: "Reads what the person did, as the workspace's own apps reported it.", neededFor: [], fix: WHERE_TO_GRANT },
    { id: "custom_objects", label: "Read and write custom object instances", purpose: "Reads objects of the workspace's own types that refer to the person; with a related deletion, deletes them.", neededFor: [], fix: WHERE_TO_GRANT },
    { id: "read_admins", label: "Read admins", purpose: "Notices that a person is a teammate, whose deletion is then left to a human's choice, and leaves teammates who are merely mentioned out of packages.", neededFor: [], fix: WHERE_TO_GRANT },
    { id: "write_conversations", label: "Write conversations", purpose: "With a related deletion, deletes conversations that are the person's alone, and takes the person or the person's texts out of others where that is set.", neededFor: [], fix: WHERE_TO_GRANT },
    { id: "delete_conversations_and_metrics", label: "Delete conversations and metrics", purpose: "With a related deletion, erases a conversation's reporting data too, where that is set.", neededFor: [], fix: WHERE_TO_GRANT },
    { id: "write_tickets", label: "Write tickets", purpose: "With a related deletion, deletes tickets that are the person's alone.", neededFor: [], fix: WHERE_TO_GRANT },
  ],
  dataCategories: DATA_CATEGORIES,
  teammates: { scope: "read_admins" },
  erasurePolicies: ERASURE_POLICIES,
  residuals: [
    { code: "RECOVERY_WINDOW", text: "Intercom's support can restore a deleted contact for 7 days; after that it is destroyed.", after: ["contact"] },
    { code: "RATINGS_KEPT", text: "Satisfaction ratings that the person gave, and their comments, stay in Intercom's reporting." },
    { code: "REPORTING_KEPT", text: "Conversations leave the inbox with the contact, but still count in Intercom's reports.", after: ["contact", "conversation"] },
    { code: "ARCHIVED_CONTACTS", text: "Archived contacts of the same address are not shown by Intercom's search; this request deletes none that was not named to it by its id.", extent: "archived" },
    { code: "COPIES_ELSEWHERE", text: "What was exported or passed on to other systems earlier is not reached." },
    { code: "RECREATION", text: "Nothing stops an import, an integration or the messenger from creating the person anew." },
    { code: "TICKETS_REPORTED", text: "Deleted tickets still count in Intercom's reports.", after: ["ticket"], observed: true },
    { code: "AUTHOR_KEPT", text: "Messages whose text was taken out still name who wrote them, and keep their attached files, subjects and email headers; messages without a text stay as they are.", observed: true },
    { code: "TEXTS_NOT_SHOWN", text: "A conversation that others take part in is not shown whole by Intercom: texts of the person that it does not show were not taken out, and may remain.", observed: true },
    { code: "OBJECTS_NAMED_ALONE", text: "Custom objects to which attributes refer, and which Intercom does not list under the contact, were not deleted.", observed: true },
    { code: "PART_NOT_REDACTABLE", text: "Intercom does not let the text of this message be taken out.", observed: true },
    { code: "LAST_PARTICIPANT", text: "Intercom does not let the last participant be taken out of a conversation.", observed: true },
    { code: "REPORTING_UNPROVEN", text: "Intercom's list of deleted conversations does not show that this one's reporting data went, too.", observed: true },
  ],
  translations: [{ language: "de", texts: Object.entries(GERMAN).map(([of, text]) => ({ of, text })) }],
  lookupExtents: [
    { id: "archived", label: "Archived contacts", category: "archived_contacts", reason: "Intercom's search does not show archived contacts; the list that does has to be read as a whole" },
  ],
  places: [
    { id: "contacts/search", category: "contacts" },
    { id: "contacts/deleted", category: "archived_contacts" },
    { id: "conversations/search", category: "conversations" },
    { id: "calls/search", category: "calls" },
    { id: "tickets/search", category: "tickets" },
    { id: "events", category: "events" },
    { id: "custom_object_instances", category: "custom_objects" },
  ],
  limits: [
    { category: "visitors", reason: "anonymous visitors cannot be found by email" },
    { category: "email_headers", reason: "Intercom's search does not look at who stands only in the headers of an email" },
    { category: "call_recordings", reason: "recordings of phone calls are not fetched; what was said is read where Intercom wrote it down" },
    { category: "outbound_messages", reason: "messages that were sent out to many stand only in an export of the whole workspace" },
    { category: "side_conversations", reason: "side conversations, in which teammates talk about a conversation among themselves, are not read" },
    { category: "fin_voice_calls", reason: "what Fin, Intercom's AI agent, noted of phone calls that it took is read only where it comes with a call of a conversation" },
    { category: "company_notes", reason: "notes on the companies that the person is attached to are not read" },
    { category: "quality_reviews", reason: "what monitors and scorecards say of the quality of conversations is not read" },
    { category: "handling_events", reason: "who handled a conversation at what time is not read" },
    { category: "data_connector_results", reason: "what data connectors sent to other systems and received from them is listed by connector only, not by person" },
  ],
  settings: [
    { id: "customObjectTypes", text: "Types of custom objects that are asked for beside those that something of the person refers to: Intercom lists a workspace's types nowhere." },
  ],
  setup: [
    "Sign in to Intercom as an Admin and open the Developer Hub (Settings > Integrations > Developer Hub).",
    "Create an app for the workspace whose data is concerned.",
    "Under Configure > Authentication tick the permissions: Read and list users and companies; Read one user and one company; and, for deletion, Write users and companies. For access to more than contacts also: Read conversations; Read tickets; Read events; Read and write custom object instances. To notice that a person is a teammate: Read admins. For deletions of what is related to the contacts besides: Write conversations; Write tickets; and Delete conversations and metrics, where reporting data is to be erased. Save.",
    "For OAuth, turn on \"Use OAuth\", add the HTTPS address of the page that Intercom shall return to, and note client id and client secret under Basic information.",
    "Without OAuth, copy the access token from Configure > Authentication.",
    "Connect with `dsr connect intercom`.",
  ],
  troubleshooting: [
    {
      problem: "The connection fails although the app is authorised.",
      remedy: "The permissions and scopes of the key are checked when connecting; if not all that the selected capabilities need are granted, a new connection fails. Grant what is named as missing and authorise again.",
    },
    {
      problem: "The connection fails although all permissions are granted.",
      remedy: "The person who connects may lack the permissions or the minimum role, or the account type is not the one required: see \"Before you start\". Let someone with the role Admin connect.",
    },
    { problem: "Calls are refused after they worked.", remedy: "The token was revoked, or the teammate who authorised has left. Renew the connection with `dsr reconnect`." },
  ],
  help: { documentation: "https://developers.intercom.com/docs", support: "https://www.intercom.com/help" },
  legalNotice: "This page describes what the software does. It is not legal advice.",
  exemptions: [],
};
