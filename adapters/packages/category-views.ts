import { conversationLine, conversationListEnd, conversationListStart, pageName } from "./html/conversation-list.js";
import { conversationPage } from "./html/conversation-page.js";
import { html } from "./html/markup.js";
import { recordArticle } from "./html/record-article.js";
import { recordPageEnd, recordPageStart } from "./html/record-page.js";
import type { CategoryFacts, PackageFacts } from "./package-facts.js";
import type { PackageFile, PackageFiles } from "./package-files.js";
import { fileStem } from "./package-manifest.js";
import type { PackagedRecord } from "./record-lines.js";

/** A category's records for people, taken one after the other. */
export interface CategoryView {
  add(record: PackagedRecord): Promise<void>;
  /** Ends what was begun, after the last record. */
  finish(): Promise<void>;
}

/** The records themselves on the overview, where they are few. */
export function inlineView(index: PackageFile, { count }: CategoryFacts, { texts }: PackageFacts): CategoryView {
  let number = 0;
  return {
    add: (record) => index.write(recordArticle(record, { number: ++number, of: count, level: 3 }, texts).toString()),
    finish: async () => undefined,
  };
}

/** Pages of records of a size that opens at once, and their list on the overview. */
export function pagedView(files: PackageFiles, index: PackageFile, category: CategoryFacts, { texts }: PackageFacts): CategoryView {
  const pages: { readonly name: string; readonly from: number; to: number }[] = [];
  let current: { readonly file: PackageFile; characters: number } | undefined;
  let number = 0;

  const begin = async (): Promise<NonNullable<typeof current>> => {
    const page = pages.length + 1;
    const name = `${fileStem(category.id)}/${page}.html`;
    const file = await files.create(name);
    pages.push({ name, from: number, to: number });
    await file.write(recordPageStart(category, page, texts).toString());
    return { file, characters: 0 };
  };

  return {
    add: async (record) => {
      number += 1;
      current ??= await begin();
      const article = recordArticle(record, { number, of: category.count, level: 2 }, texts).toString();
      await current.file.write(article);
      current.characters += article.length;
      const page = pages.at(-1);
      if (page !== undefined) page.to = number;
      if (current.characters < PAGE_CHARACTERS && number < category.count) return;
      await current.file.write(recordPageEnd(pages.length, number < category.count, texts).toString());
      await current.file.finish();
      current = undefined;
    },
    finish: () =>
      index.write(
        html`<p>${texts.category.pagesIntro}</p><ul class="toc">${pages.map(({ name, from, to }) => html`<li><a href="${name}">${texts.category.pages(from, to)}</a></li>\n`)}</ul>`.toString(),
      ),
  };
}

const PAGE_CHARACTERS = 250_000;

/** A page for each conversation, and on the overview a list to search in. */
export function conversationView(files: PackageFiles, index: PackageFile, { conversations, texts }: PackageFacts): CategoryView {
  const byIndex = [...conversations].sort((a, b) => a.index - b.index);
  let taken = 0;
  return {
    add: async (record) => {
      const listed = byIndex[taken++];
      if (listed !== undefined) await files.add(pageName(listed.number), conversationPage(record, listed, conversations.length, texts).toString());
    },
    finish: async () => {
      await index.write(conversationListStart(conversations.length, texts).toString());
      for (const listed of conversations) await index.write(conversationLine(listed, texts).toString());
      await index.write(conversationListEnd().toString());
    },
  };
}
