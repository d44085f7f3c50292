import { createHash } from "node:crypto";
import { checkRequestId } from "./page-staging.js";

/** A package under work, and one that is about to be replaced, stand under names of their own beside their place. */
export const DRAFT = ".unfinished";
export const REPLACED = ".replaced";
export const ZIP = ".zip";
/** For one recipient: a file alone, and no folder. */
export const SEALED_ZIP = ".zip.age";

/** What a request's package is called. A connection's name is the operator's; one that does not look like a name stands as its hash. */
export function packageName(requestId: string, connection: string): string {
  const plain = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(connection);
  return `${checkRequestId(requestId)}-${plain ? connection : createHash("sha256").update(connection).digest("hex").slice(0, 16)}`;
}

export function draftPrefix(name: string): string {
  return `.${name}.`;
}

export function isDraft(entry: string, name: string): boolean {
  return entry.startsWith(draftPrefix(name)) && [DRAFT, `${DRAFT}${ZIP}`, `${DRAFT}${SEALED_ZIP}`].some((ending) => entry.endsWith(ending));
}

/** What an interrupted write leaves: drafts, and a package that was moved aside. */
export function isUnfinished(entry: string, name: string): boolean {
  return isDraft(entry, name) || entry === `.${name}${REPLACED}`;
}
