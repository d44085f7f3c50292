import type { PackageHeader } from "../../../core/host-ports.js";
import { isOwnReason, type Gap } from "../../../core/outcome.js";
import { CONVERSATIONS } from "../conversation-shape.js";
import { disclosureLines } from "../disclosure-lines.js";
import { gapLines, gapSentence } from "../gap-lines.js";
import { categoryLabel, fromConnector, type PackageFacts } from "../package-facts.js";
import { searchedWords } from "../searched-words.js";
import type { PackageTexts } from "../texts/package-texts.js";
import { pageName } from "./conversation-list.js";
import { html, type Markup } from "./markup.js";
import { said } from "./wording.js";

/** A page that begins with thousands of lines says less than one that begins with some. */
const MOST_LINES = 100;

/** What is missing, what was blanked out, what was not looked at and what was: before anything that was found. */
export function gapSections(facts: PackageFacts): Markup {
  const { header, texts, gaps } = facts;
  const { incomplete } = texts;
  const lines = gapLines(gaps, texts);
  const label = (category: string): Markup => said(categoryLabel(category, header.manifest, texts));
  return html`<section id="incomplete" class="${gaps.length > 0 ? "warn" : "calm"}" aria-labelledby="incomplete-h">
<h2 id="incomplete-h">${incomplete.heading}</h2>
${
    lines.length === 0
      ? html`<p>${incomplete.none}</p>`
      : html`<ul>${lines.slice(0, MOST_LINES).map(
          ({ category, code, sentence, ids, more }) =>
            html`<li><strong>${label(category)}</strong>: ${sentence} <span class="meta">(${code})${ids.length === 0 ? "" : concerned(category, ids, facts)}${more === 0 ? "" : ` ${incomplete.more(more)}`}</span></li>\n`,
        )}</ul>${lines.length > MOST_LINES ? html`<p>${incomplete.more(lines.length - MOST_LINES)}</p>` : undefined}`
  }
</section>
${facts.nothingFound ? undefined : html`${redactionSection(facts)}${othersSection(facts)}`}${notCoveredSection(header, texts)}${searchedSection(header, texts)}`;
}

/** The records that a gap is about, by their numbers; conversations by links to their pages. */
function concerned(category: string, ids: readonly string[], { conversations, texts }: PackageFacts): Markup {
  const pages = new Map(category === CONVERSATIONS ? conversations.filter(({ gaps }) => gaps.length > 0).map(({ id, number }) => [id, pageName(number)]) : []);
  const [before = "", after = ""] = texts.incomplete.concerns("{ids}").split("{ids}");
  const links = ids.map((id, index) => {
    const page = pages.get(id);
    return html`${index === 0 ? "" : ", "}${page === undefined ? id : html`<a href="${page}">${id}</a>`}`;
  });
  return html` ${before}${links}${after}`;
}

function redactionSection({ header, texts, redactions }: PackageFacts): Markup {
  const words = texts.redactions;
  return html`<section id="redactions" aria-labelledby="redactions-h">
<h2 id="redactions-h">${words.heading}</h2>
${redactions.size === 0 ? html`<p>${words.none}</p>` : html`<ul>${[...redactions].map(([category, places]) => html`<li>${words.found(places, categoryLabel(category, header.manifest, texts).text)}</li>\n`)}</ul>`}
</section>
`;
}

function othersSection(facts: PackageFacts): Markup {
  const { decisions, takenOut, caution } = disclosureLines(facts);
  return html`<section id="others" aria-labelledby="others-h">
<h2 id="others-h">${facts.texts.others.heading}</h2>
${decisions.map((decision) => html`<p>${decision}</p>`)}
${takenOut.length === 0 ? undefined : html`<ul>${takenOut.map((line) => html`<li>${line}</li>\n`)}</ul>`}
${caution === undefined ? undefined : html`<p>${caution}</p>`}
</section>
`;
}

function notCoveredSection({ manifest, summary }: PackageHeader, texts: PackageTexts): Markup {
  const words = texts.notCovered;
  const lines = summary.notCovered.map(
    ({ category, scope, reason }) =>
      html`<li><strong>${said(categoryLabel(category, manifest, texts))}</strong>: ${isOwnReason(reason) ? html`${words.reasons[reason]}` : html`${said(fromConnector(reason, manifest, texts))}.`}${scope === undefined ? "" : ` ${words.permission(scope)}`}</li>\n`,
  );
  return html`<section id="not-covered" aria-labelledby="not-covered-h">
<h2 id="not-covered-h">${words.heading}</h2>
${lines.length === 0 ? html`<p>${words.none}</p>` : html`<p>${words.intro}</p><ul>${lines}</ul>`}
</section>
`;
}

function searchedSection({ summary, manifest }: PackageHeader, texts: PackageTexts): Markup {
  const { searches, remarks } = searchedWords(summary, manifest, texts);
  return html`<section id="searched" aria-labelledby="searched-h">
<h2 id="searched-h">${texts.statement.searched}</h2>
${searches.length === 0 ? undefined : html`<ul>${searches.map((line) => html`<li>${line}</li>\n`)}</ul>`}
${remarks.map((remark) => html`<p>${remark}</p>`)}
</section>
`;
}

/** The same about one record, on its own page. */
export function gapNote(gaps: readonly Gap[], texts: PackageTexts): Markup | undefined {
  return gaps.length === 0 ? undefined : html`<div class="warn"><ul>${gaps.map((gap) => html`<li>${gapSentence(gap, texts)} <span class="meta">(${gap.code})</span></li>`)}</ul></div>`;
}
