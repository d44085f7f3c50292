import { CONVERSATIONS } from "../conversation-shape.js";
import type { ListedConversation } from "../listed-conversations.js";
import type { PackageTexts } from "../texts/package-texts.js";
import { utcDate } from "../times.js";
import { html, type Markup } from "./markup.js";

/** The search box, which a script makes appear, and the head of the list. */
export function conversationListStart(count: number, { conversations: words }: PackageTexts): Markup {
  return html`<p>${words.intro(count)}</p>
<div id="search" class="search" role="search" hidden>
<label for="search-box">${words.search}</label>
<input id="search-box" type="search" autocomplete="off">
<p id="search-found" class="meta" aria-live="polite" data-template="${words.found}"></p>
</div>
<ol id="conversation-list" class="list">
`;
}

/** One line, kept light: there may be tens of thousands. */
export function conversationLine({ number, startedAtMs, subject, parts, gaps }: ListedConversation, texts: PackageTexts): Markup {
  const { conversations: words } = texts;
  return html`<li><a href="${pageName(number)}">${startedAtMs === undefined ? html`<span class="nodate">${words.noDate}</span>` : html`<time>${utcDate(startedAtMs)}</time>`} <b dir="auto">${subject ?? words.noSubject}</b></a> <span>${texts.parts(parts)}${gaps.length === 0 ? undefined : html` <span class="mark">${texts.incomplete.mark}</span>`}</span></li>
`;
}

export function conversationListEnd(): Markup {
  return html`</ol>\n`;
}

/** Made of a number alone: what a vendor says never becomes a file name. */
export function pageName(number: number): string {
  return `${CONVERSATIONS}/${number}.html`;
}
