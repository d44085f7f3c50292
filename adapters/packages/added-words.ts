import type { PrivacyRequest } from "../../core/request.js";
import type { PackageAbout } from "./about.js";
import { inLanguage } from "./texts/choose-texts.js";
import type { AboutTopic, PackageTexts } from "./texts/package-texts.js";

/** What there is to say of every processing, where some was found. */
export const ALL_TOPICS: readonly AboutTopic[] = ["purposes", "recipients", "transfers", "retention", "rights", "authority", "source", "automatedDecisions", "contact"];

/** Whom to ask, and where to complain: GDPR Art. 12(4). */
export const CONTACT_TOPICS: readonly AboutTopic[] = ["authority", "contact"];

export interface AddedBy {
  readonly request: Pick<PrivacyRequest, "context">;
  readonly about: PackageAbout;
  readonly texts: PackageTexts;
  readonly language: string;
}

/** What the controller adds, topic by topic, and a visible blank wherever it has to say something and has not. */
export function addedWords(topics: readonly AboutTopic[], { request, about, texts, language }: AddedBy): { readonly heading: string; readonly topics: readonly { readonly topic: string; readonly text: string }[] } {
  return {
    heading: request.context.law === "gdpr" && topics === ALL_TOPICS ? texts.about.heading.gdpr : texts.about.heading.other,
    topics: topics.map((topic) => {
      const told = about[topic];
      return { topic: texts.about.topics[topic], text: told === undefined ? texts.about.blank : inLanguage(told, language) };
    }),
  };
}
