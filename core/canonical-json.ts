/**
 * JSON with sorted keys and no spaces, so that equal values have equal hashes. For this project's own records, which hold text, integers,
 * booleans, null, arrays and objects; properties that are undefined are left out. The order is RFC 8785's (UTF-16 code units).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: unknown) => canonicalJson(item ?? null)).join()}]`;
  let members = "";
  for (const key of inOrder(Object.keys(value))) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member !== undefined) members += `${members === "" ? "" : ","}${quoted(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}

/** Texts of printable ASCII without a quotation mark or a backslash, as nearly all are, stand in JSON as they are. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return text.length < 100 && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** As many as a record of ours has: for these an insertion is several times as fast as a sort. */
const FEW = 32;

/** The usual order of strings is that of their UTF-16 code units. */
function inOrder(keys: string[]): readonly string[] {
  if (keys.length > FEW) return keys.sort();
  for (let n = 1; n < keys.length; n++) {
    for (let at = n; at > 0 && (keys[at - 1] ?? "") > (keys[at] ?? ""); at--) [keys[at - 1], keys[at]] = [keys[at] ?? "", keys[at - 1] ?? ""];
  }
  return keys;
}
