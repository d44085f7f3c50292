import type { Wording } from "../package-facts.js";
import { html, type Markup } from "./markup.js";

/** A text with its language where that is not the page's, so that it is read out right. */
export function said({ text, language }: Wording): Markup {
  return language === undefined ? html`${text}` : html`<span lang="${language}">${text}</span>`;
}
