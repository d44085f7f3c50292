/** Characters that steer a terminal, break a line, turn text around or cannot be seen. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
const MAX_LENGTH = 500;

/** What stands in the place of a text that must not enter evidence. */
export const WITHHELD = "[withheld: it looks like an address]";

/**
 * A text of the host, the operator or a connector as it may stand in evidence: nothing hidden in it, of bounded length. Intake refuses
 * reasons that hold an address; what came another way is withheld here, since evidence outlives the person's data.
 */
export function said(text: string): string {
  return /\S@\S/.test(text.normalize("NFKC")) ? WITHHELD : named(text);
}

/** The name of who acts for the host. It stays even where it is an address: somebody has to answer for what was done. */
export function named(text: string): string {
  return [...text].slice(0, MAX_LENGTH).join("").replace(HIDDEN, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A vendor's id of a call or a job, where it is one: short and without anything that an address or a name would need. */
export function callId(text: string): string | undefined {
  return /^[A-Za-z0-9._:/+=-]{1,200}$/.test(text) ? text : undefined;
}
