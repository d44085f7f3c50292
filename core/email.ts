import { decodeLabel } from "./punycode.js";

/** How an address that a vendor returned relates to the one that was asked for. */
export type EmailComparison =
  | { readonly match: "exact" | "case_insensitive" }
  | { readonly near: "tag" | "dots" | "spelling" }
  | { readonly other: true };

/**
 * Why `value` cannot be one person's address, or undefined when it can. Stricter than RFC 5322 on purpose: quoted local parts,
 * comments, address literals and the characters that stores read as wildcards are refused, since a wrong match deletes a stranger.
 */
export function checkEmail(value: string): string | undefined {
  if (value.length === 0) return "it is empty";
  if (/\p{C}|\p{Z}|\s/u.test(value)) return "it holds spaces or control characters";
  if (new TextEncoder().encode(value).length > 254) return "it is longer than 254 bytes";
  const parts = value.split("@");
  if (parts.length !== 2) return "it needs exactly one @";
  const [local = "", domain = ""] = parts;
  if (local.length === 0 || domain.length === 0) return "nothing stands before or after the @";
  if (new TextEncoder().encode(local).length > 64) return "the part before the @ is longer than 64 bytes";
  if (/[*?%]/.test(value)) return "it holds a wildcard character";
  if (/[()<>[\]\\,;:"]/.test(local)) return "the part before the @ holds a character that is not allowed";
  if (local.startsWith(".") || local.endsWith(".") || local.includes("..")) return "the part before the @ has a misplaced dot";
  return checkDomain(domain);
}

function checkDomain(domain: string): string | undefined {
  const labels = domain.split(".");
  if (labels.length < 2) return "the part after the @ is not a domain name";
  for (const label of labels) {
    if (label.length === 0) return "the domain has a misplaced dot";
    if (label.length > 63) return "a part of the domain is longer than 63 characters";
    if (!/^[\p{L}\p{M}\p{N}-]+$/u.test(label) || label.startsWith("-") || label.endsWith("-")) return "the domain holds a character that is not allowed";
    if (/^xn--/i.test(label) && decodeLabel(label) === undefined) return "the domain holds a label that cannot be decoded";
  }
  if (/^\d+$/.test(labels[labels.length - 1] ?? "")) return "the part after the @ is not a domain name";
  return undefined;
}

/**
 * Unicode NFC, apart from the Kelvin sign: NFC turns this look-alike into the letter K, the only one that it turns into an ASCII letter, and
 * the two would be one mailbox.
 */
export function normaliseEmail(value: string): string {
  return value
    .split(KELVIN)
    .map((part) => part.normalize("NFC"))
    .join(KELVIN);
}

const KELVIN = "\u212A";

/**
 * Compares a returned address with the one asked for. Two addresses match when they are equal in Unicode NFC, apart from letter
 * case and from a domain label's `xn--` form; look-alikes (Kelvin sign, dotless i, full-width letters) never match.
 */
export function compareEmail(asked: string, returned: string): EmailComparison {
  return compareForms(formsOfEmail(asked), formsOfEmail(returned));
}

/** What is compared of an address. Made once for each, where many are compared with many. */
export interface EmailForms {
  readonly exact: string;
  readonly folded: string;
  readonly untagged: string;
  readonly undotted: string;
  readonly loose: string;
}

export function formsOfEmail(value: string): EmailForms {
  const exact = withUnicodeDomain(value);
  const folded = foldCase(exact);
  const untagged = stripTag(folded);
  return { exact, folded, untagged, undotted: removeDots(untagged), loose: loosely(exact) };
}

/** As `compareEmail`, of addresses whose forms are known. */
export function compareForms(asked: EmailForms, returned: EmailForms): EmailComparison {
  if (asked.exact === returned.exact) return { match: "exact" };
  if (asked.folded === returned.folded) return { match: "case_insensitive" };
  if (asked.untagged === returned.untagged) return { near: "tag" };
  if (asked.undotted === returned.undotted) return { near: "dots" };
  if (asked.loose === returned.loose) return { near: "spelling" };
  return { other: true };
}

/**
 * The finite set of spellings to ask a vendor for: as given, lower-case, the domain's other IDN form, without a `+tag`, and without dots
 * where Google's mail ignores them. The last two can only turn up near matches, which are reported and never included.
 */
export function emailSpellings(value: string): readonly string[] {
  const lower = foldCase(value);
  const near = stripTag(lower);
  return [...new Set([value, lower, idnTwin(lower), near, removeDots(near)])];
}

/** Lower-cases only what upper-cases back to itself, so that U+212A (Kelvin) does not become `k`, nor U+0130 an `i`. */
export function foldCase(value: string): string {
  let folded = "";
  for (const c of normaliseEmail(value)) {
    const lower = c.toLowerCase();
    folded += lower.toUpperCase() === c ? lower : c;
  }
  // A few letters have a composed form in lower case only.
  return normaliseEmail(folded);
}

/** The form under which two spellings of one matching address are equal: for keyed digests and comparisons, never for showing. */
export function canonicalEmail(value: string): string {
  return foldCase(withUnicodeDomain(value));
}

function withUnicodeDomain(value: string): string {
  const [local, domain] = cut(normaliseEmail(value));
  const labels = domain.split(".").map((label) => (/^xn--/i.test(label) ? (decodeLabel(label) ?? label) : label));
  return `${local}@${labels.join(".")}`;
}

/** The same address with its domain in the other of the two IDN forms, or unchanged where the domain is plain ASCII. */
function idnTwin(value: string): string {
  const [local, domain] = cut(value);
  if (/(^|\.)xn--/.test(domain)) return withUnicodeDomain(value);
  if (/^[\x20-\x7e]*$/.test(domain)) return value;
  const url = URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`) : undefined;
  const twin = url === undefined ? value : `${local}@${url.hostname}`;
  // URL maps look-alikes (full-width letters and the like) onto ASCII; such a twin is another address.
  return canonicalEmail(twin) === canonicalEmail(value) ? twin : value;
}

function stripTag(value: string): string {
  const [local, domain] = cut(value);
  const plus = local.indexOf("+");
  return plus > 0 ? `${local.slice(0, plus)}@${domain}` : value;
}

const DOTS_DO_NOT_COUNT = new Set(["gmail.com", "googlemail.com"]);

function removeDots(value: string): string {
  const [local, domain] = cut(value);
  // Without the dot between them, a letter and an accent become one character.
  return DOTS_DO_NOT_COUNT.has(domain) ? normaliseEmail(`${local.replaceAll(".", "")}@${domain}`) : value;
}

function loosely(value: string): string {
  // Of the look-alikes only the dotless i is kept by NFKC. Blanks and invisible characters are no part of an address that somebody typed.
  return value.normalize("NFKC").toLowerCase().normalize("NFKC").replaceAll("ı", "i").replace(/[\p{Z}\p{C}\s]/gu, "");
}

function cut(value: string): readonly [string, string] {
  const at = value.lastIndexOf("@");
  return at < 0 ? [value, ""] : [value.slice(0, at), value.slice(at + 1)];
}
