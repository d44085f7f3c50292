import { Parser } from "htmlparser2";
import { createTextFlow, type TextFlow } from "./text-flow.js";

/** What stands in the text for what is not text, in the reader's language. */
export interface HtmlWords {
  readonly image: string;
  readonly embedded: string;
  readonly script: string;
}

/**
 * What an HTML body says, as plain text: line breaks are kept, links stand as `text (address)`, pictures and embedded content as their
 * address. Scripts and style sheets go; a style sheet that never ends stays as it is, since it holds the rest. The result is text and nothing else: it is
 * escaped like any other where it is shown.
 */
export function textOfHtml(html: string, words: HtmlWords): string {
  const flow = createTextFlow();
  const links: { readonly href: string; readonly from: number }[] = [];
  const lists: { next: number | undefined }[] = [];
  let silent = 0;
  let styleAt: number | undefined;
  let depth = 0;
  let tooDeepAt: number | undefined;

  const open = (name: string, attributes: Readonly<Record<string, string>>): void => {
    if (SILENT.has(name)) {
      if (name === "script") flow.add(` [${words.script}] `);
      else styleAt ??= parser.startIndex;
      silent += 1;
      return;
    }
    flow.breakLine(BREAKS.get(name) ?? 0);
    if (name === "br") flow.newLine();
    else if (name === "hr") flow.add("———");
    else if (name === "pre") flow.preformatted(1);
    else if (name === "a") links.push({ href: address(attributes["href"]), from: flow.length() });
    else if (name === "ul" || name === "ol") lists.push({ next: name === "ol" ? 1 : undefined });
    else if (name === "li") addBullet(flow, lists.at(-1));
    else if (name === "td" || name === "th") flow.addCell();
    else if (name === "img" || name === "image") flow.add(placeholder(words.image, attributes["alt"], attributes["src"]));
    else if (EMBEDDED.has(name)) flow.add(placeholder(words.embedded, attributes["title"], attributes["src"] ?? attributes["data"]));
  };

  const close = (name: string): void => {
    if (SILENT.has(name)) {
      styleAt = undefined;
      silent = Math.max(0, silent - 1);
      return;
    }
    if (name === "pre") flow.preformatted(-1);
    else if (name === "ul" || name === "ol") lists.pop();
    else if (name === "a") addAddress(flow, links.pop());
    flow.breakLine(BREAKS.get(name) ?? 0);
  };

  const parser = new Parser({
    onopentag: (name, attributes) => {
      depth += 1;
      if (depth > MOST_DEPTH) {
        tooDeepAt ??= parser.startIndex;
        parser.pause();
      } else open(name, attributes);
    },
    onclosetag: (name) => {
      depth -= 1;
      if (tooDeepAt === undefined) close(name);
    },
    ontext: (text) => {
      if (silent === 0) flow.add(text);
    },
  });
  parser.write(html);
  const endlessAt = tooDeepAt ?? styleAt;
  if (endlessAt !== undefined) flow.add(` ${html.slice(endlessAt)}`);
  if (tooDeepAt === undefined) parser.end();
  return flow.text();
}

/** Nobody writes like this, and the parser's time grows with the square of it: the rest is shown as it was received. */
const MOST_DEPTH = 2_000;

/** Elements whose content is nobody's words. */
const SILENT: ReadonlySet<string> = new Set(["script", "style"]);
const EMBEDDED: ReadonlySet<string> = new Set(["iframe", "object", "embed", "video", "audio", "source"]);

/** Line breaks before and after an element. */
const BREAKS: ReadonlyMap<string, number> = new Map([
  ...["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "dl", "table", "pre", "hr"].map((name) => [name, 2] as const),
  ...["div", "section", "article", "header", "footer", "main", "aside", "nav", "address", "figure", "form", "li", "tr", "dt", "dd", "body", "title"].map((name) => [name, 1] as const),
]);

function addBullet(flow: TextFlow, list: { next: number | undefined } | undefined): void {
  flow.addBullet(list?.next === undefined ? "•" : `${list.next++}.`);
}

/** Says where a link leads, unless its text is that address already. */
function addAddress(flow: TextFlow, link: { readonly href: string; readonly from: number } | undefined): void {
  if (link === undefined || link.href === "") return;
  const label = flow.textFrom(link.from).trim();
  if (label === "") flow.add(link.href);
  else if (label !== link.href && `mailto:${label}` !== link.href && `tel:${label}` !== link.href) flow.add(` (${link.href})`);
}

function placeholder(word: string, label: string | undefined, source: string | undefined): string {
  const where = address(source);
  return ` [${word}${label === undefined || label.trim() === "" ? "" : `: ${label.trim()}`}${where === "" ? "" : ` (${where})`}] `;
}

function address(attribute: string | undefined): string {
  return (attribute ?? "").replace(/\s+/g, " ").trim();
}
