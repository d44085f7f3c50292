import { textOfHtml } from "./text-of-html.js";
import type { PackageTexts } from "./texts/package-texts.js";
import { withheldWords } from "./withheld-words.js";

type Fields = Readonly<Record<string, unknown>>;

/** A field's text as people read it: the body of a message and a subject may be HTML, everything else is shown to the letter. `of` is the object that it is a field of. */
export function fieldText(name: string, text: string, of: Fields, texts: PackageTexts): string {
  if (name === "body" && isMessage(of)) return bodyText(text, texts);
  return name === "subject" ? subjectText(text, texts) : (withheldWords(text, texts) ?? text);
}

/** What a message says, which vendors tell as HTML. */
export function bodyText(body: string, texts: PackageTexts): string {
  return withheldWords(body, texts) ?? textOfHtml(body, texts.html);
}

/** A subject or title is plain text, in which `<` and `&` are themselves, unless the whole of it stands in an element. */
export function subjectText(subject: string, texts: PackageTexts): string {
  return WITHIN_ELEMENT.test(subject) ? textOfHtml(subject, texts.html) : (withheldWords(subject, texts) ?? subject);
}

/** As an email's subject comes: `<p>Invoice</p>`. */
const WITHIN_ELEMENT = /^\s*<(p|div|span)\b[^<>]*>[^]*<\/\1>\s*$/i;

/** Not an attribute that a workspace happens to call `body`. */
function isMessage(of: Fields): boolean {
  return Object.hasOwn(of, "author") || Object.hasOwn(of, "part_type") || (Object.hasOwn(of, "type") && of["type"] === "note");
}
