import { fileMark } from "../../../core/files.js";
import type { PackagedFile } from "../attachment-files.js";
import { bodyText } from "../field-text.js";
import { field, isObject, textField, without } from "../json-fields.js";
import { readable } from "../package-facts.js";
import type { PackageTexts } from "../texts/package-texts.js";
import { momentOf, utc } from "../times.js";
import { fileLink } from "./file-list.js";
import { html, type Markup } from "./markup.js";
import { fieldList } from "./values.js";

/**
 * A message, or an event such as an assignment: who, when and what was said; all else that was received lies under it. `atMs` is when, where
 * the part does not tell itself.
 */
export function messageItem(part: Readonly<Record<string, unknown>>, files: readonly PackagedFile[], texts: PackageTexts, atMs?: number): Markup {
  const { conversations: words } = texts;
  const body = textField(part, "body");
  const redacted = field(part, "redacted") === true;
  const attached = attachments(part);
  const isEvent = body === undefined && !redacted && attached.length === 0;
  const rest = without(part, "body");
  return html`<li${isEvent ? html` class="event"` : undefined}>
<div class="who"><h3 dir="auto">${authorOf(field(part, "author"), words.noAuthor)}</h3><span class="meta">${meta(part, atMs)}</span></div>
${redacted ? html`<p class="none">[${words.redacted}]</p>` : undefined}
${body === undefined ? (isEvent || redacted ? undefined : html`<p class="none">${words.noText}</p>`) : html`<div class="text" dir="auto">${bodyText(body, texts)}</div>`}
${attached.length === 0 ? undefined : html`<p class="meta">${words.attachments}:</p><ul>${attached.map((file) => html`<li dir="auto">${attachmentLine(file, files, texts)}</li>`)}</ul>`}
${Object.keys(rest).length === 0 ? undefined : html`<details><summary>${words.details}</summary>${fieldList(rest, texts)}</details>`}
</li>
`;
}

/** The most telling of what is known of an author, and what kind of author it is. Of one who was deleted only the kind is known, or nothing. */
function authorOf(author: unknown, nobody: string): string {
  const kind = textField(author, "type");
  const name = textField(author, "name") ?? textField(author, "email") ?? textField(author, "id") ?? nobody;
  return kind === undefined ? name : `${name} (${kind})`;
}

function meta(part: Readonly<Record<string, unknown>>, atMs: number | undefined): string {
  const at = momentOf("created_at", field(part, "created_at")) ?? atMs;
  const kind = textField(part, "part_type") ?? textField(part, "delivered_as");
  return [...(at === undefined ? [] : [utc(at)]), ...(kind === undefined ? [] : [readable(kind)])].join(" · ");
}

function attachments(part: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  const list = field(part, "attachments");
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** The packaged file that an attachment is, or what is known of one that is not in the package. */
function attachmentLine(attachment: Readonly<Record<string, unknown>>, files: readonly PackagedFile[], texts: PackageTexts): Markup {
  const packaged = files.find(({ id }) => field(attachment, "url") === fileMark(id));
  if (packaged !== undefined) return fileLink(packaged, "../", texts);
  const size = field(attachment, "filesize");
  const about = [textField(attachment, "content_type"), typeof size === "number" ? texts.bytes(size) : undefined, texts.conversations.notIncluded].filter((each) => each !== undefined);
  return html`${textField(attachment, "name") ?? textField(attachment, "type") ?? "?"} (${about.join(", ")})`;
}
