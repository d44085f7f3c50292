import type { Style } from "../style.js";
import type { Item, Page, Section } from "./page.js";

export function pageText({ title, sections }: Page, style: Style): string {
  return [style.bold(title), ...sections.map((section) => `${style.bold(section.heading)}\n${section.items.map((item, index) => textItem(section, item, index, style)).join("\n")}`)].join("\n\n");
}

export function pageMarkdown({ title, sections }: Page): string {
  return [`# ${escaped(title)}`, ...sections.map((section) => `## ${escaped(section.heading)}\n\n${section.items.map((item, index) => markdownItem(section, item, index)).join("\n")}`)].join("\n\n");
}

/** The page's statements by the section's id: stable for scripts. */
export function pageJson({ connector, version, title, sections }: Page): object {
  return { connector, version, title, sections: sections.map(({ id, heading, ordered = false, items }) => ({ id, heading, ordered, items: items.map(({ label = null, text }) => ({ label, text })) })) };
}

const WIDTH = 100;

function textItem({ ordered }: Section, { label, text }: Item, index: number, style: Style): string {
  const mark = ordered === true ? `${index + 1}. ` : "";
  const whole = label === undefined ? text : `${label}: ${text}`;
  const [first = "", ...rest] = wrapped(whole, WIDTH - 2 - mark.length);
  const opening = label !== undefined && first.startsWith(`${label}:`) ? `${style.dim(`${label}:`)}${first.slice(label.length + 1)}` : first;
  return [`  ${mark}${opening}`, ...rest.map((line) => `    ${line}`)].join("\n");
}

function markdownItem({ ordered, items }: Section, { label, text }: Item, index: number): string {
  const mark = ordered === true ? `${index + 1}. ` : items.length > 1 || label !== undefined ? "- " : "";
  return `${mark}${label === undefined ? "" : `**${escaped(label)}**: `}${linked(text)}`;
}

/** An address alone is a link; other text is taken literally. */
function linked(text: string): string {
  return /^https:\/\/\S+$/.test(text) ? `<${text}>` : escaped(text);
}

/** Markdown's own characters, save those inside code spans, which manifests use for commands. */
function escaped(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith("`") && part.endsWith("`") && part.length > 1 ? part : part.replace(/[\\*_<>[\]#|]/g, (c) => (c === "<" ? "&lt;" : c === ">" ? "&gt;" : `\\${c}`))))
    .join("");
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}
