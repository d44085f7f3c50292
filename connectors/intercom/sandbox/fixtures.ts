import type { Builders } from "./builders.js";

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
  build.addContact({ email: "ada@example.test", name: "Ada", role: "lead" });
  for (const name of ADAS_TAGS) build.addTag(ada, name);
  for (const name of ["Analytical Engines Ltd", "Difference & Sons", "Menabrea Translations"]) build.addCompany(name, [ada]);
  build.addNote(ada, "Asked whether the engine can compose music.");
  build.addNote(ada, "Prefers to be called in the morning.");
  build.addSegment(ada, "Active");
  build.addSegment(ada, "Mathematicians");
  build.addSubscription(ada, "Newsletters", "opt_out", "email");
  build.addSubscription(ada, "Delivery updates", "opt_in", "sms_message");
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
