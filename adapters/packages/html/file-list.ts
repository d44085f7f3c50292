import type { PackagedFile } from "../attachment-files.js";
import type { PackageTexts } from "../texts/package-texts.js";
import { html, type Markup } from "./markup.js";

/** The files of a record, to be saved. `base` leads from the page to the package's folder. */
export function fileList(files: readonly PackagedFile[], base: "" | "../", texts: PackageTexts): Markup | undefined {
  if (files.length === 0) return undefined;
  return html`<p class="meta">${texts.conversations.attachments}:</p><ul>${files.map((file) => html`<li dir="auto">${fileLink(file, base, texts)}</li>`)}</ul>`;
}

/**
 * A link that saves the file under the name that it has in the package: what the vendor calls it is shown and is never the name of a file. Nothing
 * of a file is ever part of a page.
 */
export function fileLink({ path, name, mediaType, bytes }: PackagedFile, base: "" | "../", texts: PackageTexts): Markup {
  const about = [...(mediaType === undefined ? [] : [mediaType]), texts.bytes(bytes)].join(", ");
  return html`<a href="${base}${path}" download>${path}</a>: ${name === undefined || name.trim() === "" ? texts.noName : name} (${about})`;
}
