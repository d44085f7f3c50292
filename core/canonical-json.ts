/**
 * JSON with sorted keys and no spaces, so that equal values have equal hashes. For this project's own records, which hold text, integers,
 * booleans, null, arrays and objects; properties that are undefined are left out. The order is RFC 8785's (UTF-16 code units).
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
