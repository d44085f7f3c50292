/** How a link may be followed: `declared` to a host of the vendor's, `explicit` to the one that the operator named as the API's. */
export type FileHost = "declared" | "explicit";

/**
 * Judges a link to a file. Only HTTPS at the usual port of a declared host; and, where the API stands at an address that the operator gave, that
 * origin: what else listens on that machine was not named. Undefined for anything else.
 */
export function createFileHosts(declared: readonly string[], explicitOrigin: string | undefined): (url: URL) => FileHost | undefined {
  const explicit = explicitOrigin === undefined ? undefined : new URL(explicitOrigin);
  return (url) => {
    if (url.username !== "" || url.password !== "") return undefined;
    if (url.protocol === "https:" && url.port === "" && declared.some((pattern) => fits(pattern, url.hostname))) return "declared";
    return url.origin === explicit?.origin ? "explicit" : undefined;
  };
}

function fits(pattern: string, hostname: string): boolean {
  return pattern.startsWith("*.") ? hostname.endsWith(pattern.slice(1)) && hostname.length > pattern.length - 1 : hostname === pattern;
}
