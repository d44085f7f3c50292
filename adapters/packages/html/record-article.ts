import { isObject } from "../json-fields.js";
import type { PackagedRecord } from "../record-lines.js";
import type { PackageTexts } from "../texts/package-texts.js";
import { utc } from "../times.js";
import { fileList } from "./file-list.js";
import { html, type Markup } from "./markup.js";
import { fieldList, valueMarkup } from "./values.js";

/** Where a record stands in its category, from 1, and under which level of heading: 2 on a page of its category, 3 on the overview. */
export interface RecordPlace {
  readonly number: number;
  readonly of: number;
  readonly level: 2 | 3;
}

/** One record with all its fields. */
export function recordArticle({ id, data, provenance, files = [] }: PackagedRecord, { number, of, level }: RecordPlace, texts: PackageTexts): Markup {
  const readAtMs = Date.parse(provenance.at);
  const readAt = Number.isNaN(readAtMs) ? provenance.at : utc(readAtMs);
  const heading = texts.record.heading(number, of);
  return html`<article>
${level === 2 ? html`<h2>${heading}</h2>` : html`<h3>${heading}</h3>`}
<p class="meta">${texts.record.id}: ${id}. ${texts.record.readAt(readAt, provenance.endpoint)}</p>
${isObject(data) ? fieldList(data, texts) : html`<p class="text" dir="auto">${valueMarkup("value", data, texts)}</p>`}
${fileList(files, level === 2 ? "../" : "", texts)}
</article>
`;
}
