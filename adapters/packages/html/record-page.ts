import type { CategoryFacts } from "../package-facts.js";
import type { PackageTexts } from "../texts/package-texts.js";
import { html, type Markup } from "./markup.js";
import { anchorOf, pageEnd, pageStart } from "./page.js";
import { said } from "./wording.js";

/** A page of records that would make the overview too long. */
export function recordPageStart(category: CategoryFacts, page: number, texts: PackageTexts): Markup {
  return html`${pageStart({ language: texts.language, title: `${category.label.text}, ${texts.category.page(page)}` })}<header>
${around(category, page, texts)}
<h1>${said(category.label)} <span class="soft">(${texts.category.page(page)})</span></h1>
</header>
<main>
`;
}

export function recordPageEnd(page: number, hasNext: boolean, texts: PackageTexts): Markup {
  return html`${hasNext ? html`<nav class="around" aria-label="${texts.category.next}"><a href="${page + 1}.html">${texts.category.next}</a></nav>` : undefined}
</main>
${pageEnd()}`;
}

function around({ id }: CategoryFacts, page: number, { category: words }: PackageTexts): Markup {
  return html`<nav class="around" aria-label="${words.page(page)}"><a href="../index.html#${anchorOf(id)}">${words.back}</a>${page > 1 ? html`<a href="${page - 1}.html">${words.previous}</a>` : undefined}</nav>`;
}
