/**
 * Copies the members of parsed JSON onto an instance of the class that describes it. A name that every object has (`__proto__`,
 * `constructor`) is returned as unknown: class-validator would take it for a described property.
 */
export function ownMembers<T extends object>(file: T, members: object): { readonly file: T; readonly unknown: string | undefined } {
  for (const [key, value] of Object.entries(members)) {
    if (key in Object.prototype) return { file, unknown: key };
    Object.defineProperty(file, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return { file, unknown: undefined };
}
