import { fieldText } from "../field-text.js";
import { isObject } from "../json-fields.js";
import { readable } from "../package-facts.js";
import type { PackageTexts } from "../texts/package-texts.js";
import { momentOf, utc } from "../times.js";
import { visibleJson } from "../visible-json.js";
import { html, type Markup } from "./markup.js";

/** Deeper than this, indentation helps nobody. */
const MOST_LEVELS = 8;

/** An object's fields as a list of terms and what they say; those without a value stand together at the end. */
export function fieldList(value: Readonly<Record<string, unknown>>, texts: PackageTexts, level = 0): Markup {
  const entries = Object.entries(value);
  const filled = entries.filter(([, member]) => member !== null);
  const blank = entries.filter(([, member]) => member === null).map(([name]) => readable(name));
  if (entries.length === 0) return html`<span class="none">${texts.record.noFields}</span>`;
  return html`<dl>${filled.map(([name, member]) => html`<div><dt>${readable(name)}</dt><dd dir="auto">${valueMarkup(name, member, texts, level, value)}</dd></div>`)}${
    blank.length === 0 ? undefined : html`<div><dt>${texts.record.notFilledIn}</dt><dd class="soft">${blank.join(", ")}</dd></div>`
  }</dl>`;
}

/** Any value of a vendor's record, to be read by people. `name` is its field's, which says how to take it, in the object `of`. */
export function valueMarkup(name: string, value: unknown, texts: PackageTexts, level = 0, of: Readonly<Record<string, unknown>> = {}): Markup {
  const { record } = texts;
  const moment = momentOf(name, value);
  if (moment !== undefined) return html`${String(value)} <span class="utc">${utc(moment)}</span>`;
  if (value === null || value === undefined) return html`<span class="none">${record.notFilledIn}</span>`;
  if (typeof value === "boolean") return html`${value ? record.yes : record.no}`;
  if (typeof value === "string") return value === "" ? html`<span class="none">${record.emptyText}</span>` : html`${fieldText(name, value, of, texts)}`;
  if (typeof value === "number") return html`${value}`;
  if (level >= MOST_LEVELS) return html`<p class="meta">${record.asText}</p><code>${visibleJson(value)}</code>`;
  if (isObject(value)) return fieldList(value, texts, level + 1);
  return itemList(name, value as readonly unknown[], texts, level + 1);
}

function itemList(name: string, items: readonly unknown[], texts: PackageTexts, level: number): Markup {
  if (items.length === 0) return html`<span class="none">${texts.record.emptyList}</span>`;
  return html`<ol>${items.map((item) => html`<li dir="auto">${valueMarkup(name, item, texts, level)}</li>`)}</ol>`;
}
