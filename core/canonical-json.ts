/**
 * JSON with sorted keys and no spaces, so that equal values have equal hashes. For this project's own records, which hold text, integers,
 * booleans, null, arrays and objects; properties that are undefined are left out. The order is RFC 8785's (UTF-16 code units).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  let members = "";
  // The usual order of strings is that of their UTF-16 code units.
  for (const key of Object.keys(value).sort()) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member !== undefined) members += `${members === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${members}}`;
}
