import type { Builders } from "./builders.js";
import type { ContactRecord } from "./records.js";

/** The workspaces that a sandbox can start with; every person in them is made up. */
export const FIXTURES = {
  empty: () => undefined,
  small: buildSmall,
  crowd: buildCrowd,
} as const satisfies Record<string, (build: Builders, size: number) => void>;

export type FixtureName = keyof typeof FIXTURES;

export function isFixtureName(text: string): text is FixtureName {
  return Object.hasOwn(FIXTURES, text);
}

const ADAS_TAGS = [
  "vip", "beta", "newsletter", "webinar 2025", "churn risk", "onboarded", "speaks french", "referred", "invoice open", "mobile", "api user", "award",
];

/** One person for each situation that a privacy request meets. */
function buildSmall(build: Builders): void {
  buildAda(build);
  buildStrangers(build);

  build.addContact({ email: "grace@example.test", name: "Grace Hopper", externalId: "crm-2" });
  build.addContact({ email: "twins@example.test", name: "Castor", externalId: "crm-3" });
  build.addContact({ email: "twins@example.test", name: "Pollux", externalId: "crm-4" });
  build.addContact({ email: "Case.Person@example.test", name: "Case Person", externalId: "crm-5" });
  build.addContact({ email: "archived@example.test", name: "Left Long Ago", externalId: "crm-6", status: "archived" });
  build.addContact({ email: "lead.only@example.test", name: "Curious Visitor", role: "lead" });
  build.addContact({ email: "blocked@example.test", name: "Blocked Person", externalId: "crm-7", blocked: true });
  build.addContact({ email: "teammate1@example.test", name: "A teammate who is also a user", externalId: "crm-9" });

  const merged = build.addContact({ email: "merged@example.test", name: "Merged Person", externalId: "crm-8" });
  build.mergeContact(build.addContact({ email: "merged@example.test", name: "Merged Person", role: "lead" }), merged);
}

/** A user with everything a contact can hold, and a lead with the same address. */
function buildAda(build: Builders): void {
  const ada = build.addContact({
    email: "ada@example.test",
    name: "Ada Lovelace",
    phone: "+15550100",
    externalId: "crm-1",
    customAttributes: { plan: "analytical", seats: 3, trial: false, "favourite number": "7" },
    extra: {
      location: { type: "location", country: "United Kingdom", region: "London", city: "London", country_code: "GBR", continent_code: "EU" },
      social_profiles: { type: "list", data: [{ type: "social_profile", name: "Mastodon", url: "https://social.example.test/@ada" }] },
      browser: "firefox",
      os: "Linux",
    },
  });
  const lead = build.addContact({ email: "ada@example.test", name: "Ada", role: "lead" });
  for (const name of ADAS_TAGS) build.addTag(ada, name);
  for (const name of ["Analytical Engines Ltd", "Difference & Sons", "Menabrea Translations"]) build.addCompany(name, [ada]);
  build.addNote(ada, "Asked whether the engine can compose music.");
  build.addNote(ada, "Prefers to be called in the morning.");
  build.addSegment(ada, "Active");
  build.addSegment(ada, "Mathematicians");
  build.addSubscription(ada, "Newsletters", "opt_out", "email");
  build.addSubscription(ada, "Delivery updates", "opt_in", "sms_message");
  buildTraffic(build, ada, lead);
}

/** Conversations alone and in a group, tickets, events on both sides of 90 days, a call, a custom object. */
function buildTraffic(build: Builders, ada: ContactRecord, lead: ContactRecord): void {
  const babbage = build.addContact({ email: "babbage@example.test", name: "Charles Babbage", externalId: "crm-10" });
  build.addConversation({
    contacts: [ada],
    source: { body: 'Is there a <a href="https://docs.example.test/engine">manual</a>?', attachments: [build.file("drawing.png", "image/png", { zeros: 4_096 })] },
    parts: [{ from: "teammate", body: "Yes, in three volumes." }, { body: "Thank you!" }],
    rating: { rating: 5, remark: "Quick and kind", by: ada },
  });
  build.addConversation({ contacts: [ada, babbage], subject: "Our plan", parts: [{ from: babbage, body: "I will bring the cards." }, { from: "teammate", body: "See you both." }] });
  build.addConversation({
    contacts: [ada],
    channel: "email",
    subject: "Invoice",
    open: true,
    source: { body: "The invoice is wrong.", emailHeaders: [{ type: "from", email: "ada@example.test" }, { type: "cc", email: "accounts@example.test" }] },
    recipients: ["help@example.test", "accounts@example.test"],
  });
  const call = build.addConversation({ contacts: [ada], channel: "phone_call", source: { body: null, from: null } });
  build.addPhoneCall(call, ada, [{ speaker: "Ada Lovelace", text: "Can you hear me?" }, { speaker: "Teammate 1", text: "Very well." }]);
  build.addConversation({ contacts: [lead], source: { body: "I have not decided yet." } });

  build.addTicket({ contacts: [ada], title: "Card jam", description: "Card 17 is stuck.", parts: [{ from: "teammate", body: "We are looking into it." }], files: [build.file("card.txt", "text/plain", new TextEncoder().encode("17\n"))] });
  build.addTicket({ contacts: [ada, babbage], category: "Tracker", title: "Noise", description: "The engine is loud." });
  build.addCustomObject("Order", [ada], { order_number: "ORDER-1815", total_amount: 99.5 });

  for (const daysAgo of [1, 2, 3, 100]) build.addEvent(ada, "card-punched", build.daysAgo(daysAgo), { cards: daysAgo });
  build.addEvent(lead, "visited-pricing", build.daysAgo(4));
}

/** People whose addresses only look like somebody else's. */
function buildStrangers(build: Builders): void {
  build.addContact({ email: "ada+news@example.test", name: "Ada Byron", externalId: "crm-20" });
  build.addContact({ email: "adah@example.test", name: "Adah Menken", externalId: "crm-21" });
}

function buildCrowd(build: Builders, size: number): void {
  for (let number = 1; number <= size; number += 1) {
    const contact = build.addContact({ email: `person${number}@example.test`, name: `Person ${number}`, externalId: `crowd-${number}` });
    build.addTag(contact, "crowd");
    build.addNote(contact, `Note about person ${number}.`);
  }
}
