import { addedWords, ALL_TOPICS, CONTACT_TOPICS } from "../added-words.js";
import { accountName, type CategoryFacts, type PackageFacts } from "../package-facts.js";
import { fileStem } from "../package-manifest.js";
import { utc, utcDate } from "../times.js";
import { gapSections } from "./gap-section.js";
import { html, type Markup } from "./markup.js";
import { anchorOf, pageStart } from "./page.js";
import { said } from "./wording.js";

/** The overview up to the first category: whose data, from when, and above all what is not there. */
export function indexStart(facts: PackageFacts): Markup {
  const { texts, company, categories } = facts;
  return html`${pageStart({ language: texts.language, title: texts.title(company), search: facts.conversations.length > 0 })}<a class="skip" href="#main">${texts.skip}</a>
<header>
<h1>${texts.title(company)}</h1>
${facts.header.request.vendorsOwn ? undefined : html`<p class="warn">${texts.notVendorsOwn}</p>`}
</header>
<main id="main">
${factSection(facts)}
${gapSections(facts)}
<nav aria-labelledby="contents-h">
<h2 id="contents-h">${texts.contents}</h2>
<ul class="toc">${categories.map((category) => html`<li><a href="#${anchorOf(category.id)}">${said(category.label)}</a> <span class="soft">(${texts.number(category.count)})</span>${category.incomplete ? html` <span class="mark">${texts.incomplete.mark}</span>` : undefined}</li>\n`)}<li><a href="#added">${added(facts).heading}</a></li>
<li><a href="#files">${texts.files.heading}</a></li></ul>
</nav>
`;
}

function factSection({ header, texts, company, gaps, nothingFound, madeAtMs, expiresAtMs }: PackageFacts): Markup {
  const { request, connection, manifest, summary } = header;
  const words = texts.facts;
  const read = gaps.length === 0 ? texts.complete : texts.completeWithGaps;
  const outcome = [nothingFound ? texts.nothingFound : read, ...(summary.notCovered.length === 0 ? [] : [texts.notAllCovered])].join(" ");
  const rows: readonly (readonly [string, string | undefined])[] = [
    [words.outcome, outcome],
    [words.company, company],
    [words.system, `${manifest.vendor.name} (${manifest.vendor.url}), ${accountName(connection)}`],
    [words.region, connection.workspace.region],
    [words.reference, request.context.reference],
    [words.request, request.id],
    [words.receivedAt, utcDate(Date.parse(request.context.receivedAt))],
    [words.seenAt, header.seenAt === undefined ? undefined : utc(Date.parse(header.seenAt))],
    [words.madeAt, utc(madeAtMs)],
    [words.keptUntil, utc(expiresAtMs)],
  ];
  return html`<section aria-labelledby="facts-h">
<h2 id="facts-h">${words.heading}</h2>
<dl>${rows.map(([term, value]) => (value === undefined ? undefined : html`<div><dt>${term}</dt><dd>${value}</dd></div>\n`))}</dl>
</section>`;
}

/** What stands above a category's records. */
export function categoryStart(category: CategoryFacts, texts: PackageFacts["texts"]): Markup {
  const words = texts.category;
  const { id, label, holds, purpose, permission, count, incomplete } = category;
  return html`<section aria-labelledby="${anchorOf(id)}">
<h2 id="${anchorOf(id)}">${said(label)} <span class="soft">(${texts.records(count)})</span></h2>
${holds === undefined ? undefined : html`<p>${said(holds)}</p>`}
${purpose === undefined ? undefined : html`<p>${words.purpose}: ${purpose}</p>`}
${permission === undefined ? undefined : html`<p class="meta">${words.permission}: ${permission}</p>`}
${incomplete ? html`<p><a class="mark" href="#incomplete">${texts.incomplete.inCategory}</a></p>` : undefined}
${count === 0 && !incomplete ? html`<p>${words.nothingFound}</p>` : undefined}
`;
}

export function categoryEnd(): Markup {
  return html`</section>\n`;
}

function added(facts: PackageFacts): ReturnType<typeof addedWords> {
  const { request } = facts.header;
  return addedWords(facts.nothingFound ? CONTACT_TOPICS : ALL_TOPICS, { ...facts, request, language: request.context.language });
}

/** What the controller adds to what its system holds. */
function addedSection(facts: PackageFacts): Markup {
  const { heading, topics } = added(facts);
  return html`<section aria-labelledby="added">
<h2 id="added">${heading}</h2>
<dl>${topics.map(({ topic, text }) => html`<div><dt>${topic}</dt><dd>${text}</dd></div>\n`)}</dl>
</section>
`;
}

/** What the controller adds, the files for machines, and the end of the overview's main part. */
export function fileSection(facts: PackageFacts): Markup {
  const { texts, categories, attachments } = facts;
  const words = texts.files;
  const row = (name: string, text: string): Markup => html`<li><a href="${name}">${name}</a>: ${text}</li>\n`;
  return html`${addedSection(facts)}<section aria-labelledby="files">
<h2 id="files">${words.heading}</h2>
<p>${words.intro}</p>
<ul>${row("statement.txt", words.statement)}${row("manifest.json", words.manifest)}${row("package.schema.json", words.schema)}
${categories.filter(({ count }) => count > 0).map(({ id, label }) => html`<li>${said(label)}: <a href="${fileStem(id)}.json">${fileStem(id)}.json</a>, <a href="${fileStem(id)}.csv">${fileStem(id)}.csv</a></li>\n`)}${attachments === 0 ? undefined : html`<li>attachments/ (${texts.number(attachments)}): ${words.attachments}</li>\n`}</ul>
<p class="meta">.json: ${words.json}. .csv: ${words.csv}.</p>
</section>
</main>
`;
}
