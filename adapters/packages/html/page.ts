import { createHash } from "node:crypto";
import { html, Markup } from "./markup.js";
import { SEARCH_SCRIPT } from "./search-script.js";
import { STYLE } from "./style.js";

export interface PageHead {
  /** BCP 47. */
  readonly language: string;
  readonly title: string;
  /** Whether the page has the list of conversations to search in. */
  readonly search?: boolean;
}

/**
 * What every page begins with. The policy lets in this style sheet and, where there is a list to search, this script, by their hashes, and
 * nothing else: no picture, no request, no form, no other script, wherever it came from.
 */
export function pageStart({ language, title, search = false }: PageHead): Markup {
  const policy = `default-src 'none'; style-src '${STYLE_HASH}'; script-src ${search ? `'${SCRIPT_HASH}'` : "'none'"}; img-src 'none'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${Markup.trusted(policy)}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${Markup.trusted(STYLE)}</style>
</head>
<body>
`;
}

export function pageEnd({ search = false }: Pick<PageHead, "search"> = {}): Markup {
  return html`${search ? html`<script>${Markup.trusted(SEARCH_SCRIPT)}</script>\n` : undefined}</body>\n</html>\n`;
}

/** Where a category begins on the overview; apart from the names of the page's own places. */
export function anchorOf(category: string): string {
  return `category-${category}`;
}

function hashOf(source: string): string {
  return `sha256-${createHash("sha256").update(source).digest("base64")}`;
}

const STYLE_HASH = hashOf(STYLE);
const SCRIPT_HASH = hashOf(SEARCH_SCRIPT);
