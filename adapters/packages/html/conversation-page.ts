import { fileMark } from "../../../core/files.js";
import type { PackagedFile } from "../attachment-files.js";
import { CONVERSATIONS, conversationOf, type Conversation } from "../conversation-shape.js";
import { field, isObject } from "../json-fields.js";
import type { ListedConversation } from "../listed-conversations.js";
import type { PackagedRecord } from "../record-lines.js";
import type { PackageTexts } from "../texts/package-texts.js";
import { utc } from "../times.js";
import { fileList } from "./file-list.js";
import { gapNote } from "./gap-section.js";
import { html, type Markup } from "./markup.js";
import { messageItem } from "./message-item.js";
import { anchorOf, pageEnd, pageStart } from "./page.js";
import { fieldList } from "./values.js";

/** A conversation as a page of its own: its messages in the order in which the vendor gave them, then everything else that is known of it. */
export function conversationPage(record: PackagedRecord, listed: ListedConversation, of: number, texts: PackageTexts): Markup {
  const words = texts.conversations;
  const { number, startedAtMs, subject, gaps } = listed;
  const { files = [] } = record;
  const conversation = conversationOf(record.data);
  const heading = subject ?? words.noSubject;
  const facts = [words.title(number, of), startedAtMs === undefined ? words.noDate : utc(startedAtMs), texts.parts(conversation.parts.length)].join(" · ");
  return html`${pageStart({ language: texts.language, title: heading })}<header>
${around(number, of, texts)}
<h1 dir="auto">${heading}</h1>
<p class="soft">${facts}</p>
</header>
<main>
${gapNote(gaps, texts)}
<section aria-labelledby="messages">
<h2 id="messages">${words.messages}</h2>
<p class="meta">${words.shownAsText}</p>
${messages(conversation, files, texts)}
${fileList(unnamed(files, conversation), "../", texts)}
</section>
<section aria-labelledby="about">
<h2 id="about">${words.about}</h2>
${fieldList(conversation.facts, texts)}
<p class="meta">${texts.record.id}: ${record.id}</p>
</section>
</main>
${pageEnd()}`;
}

/** The opening has the conversation's own time. */
function messages({ opening, startedAtMs, parts }: Conversation, files: readonly PackagedFile[], texts: PackageTexts): Markup {
  if (opening === undefined && parts.length === 0) return html`<p>${texts.conversations.noMessages}</p>`;
  return html`<ol class="msgs">
${opening === undefined ? undefined : messageItem(opening, files, texts, startedAtMs)}${parts.map((part) => messageItem(isObject(part) ? part : { value: part }, files, texts))}</ol>`;
}

/** Files that no message lists: pictures within texts, for example. */
function unnamed(files: readonly PackagedFile[], { opening, parts }: Conversation): readonly PackagedFile[] {
  const listed = new Set([opening, ...parts].flatMap((message) => listOf(field(message, "attachments")).map((attachment) => field(attachment, "url"))));
  return files.filter(({ id }) => !listed.has(fileMark(id)));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function around(number: number, of: number, { conversations: words }: PackageTexts): Markup {
  return html`<nav class="around" aria-label="${words.title(number, of)}"><a href="../index.html#${anchorOf(CONVERSATIONS)}">${words.back}</a>${number > 1 ? html`<a href="${number - 1}.html">${words.newer}</a>` : undefined}${number < of ? html`<a href="${number + 1}.html">${words.older}</a>` : undefined}</nav>`;
}
