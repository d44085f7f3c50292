import type { Reply } from "./reply.js";
import { failure } from "./reply.js";

/** Which shape of the API a request asked for: the minor number of 2.x, and infinity for Preview, which knows everything. */
export type ApiVersion = { readonly minor: number };

const NEWEST_MINOR = 16;

/** Reads the Intercom-Version header; without one the app's own setting counts, as at Intercom. */
export function readVersion(header: string | null, appVersion: string): ApiVersion | undefined {
  const text = header ?? appVersion;
  if (text === "Preview" || text === "Unstable") return { minor: Number.POSITIVE_INFINITY };
  if (/^1\.[0-4]$/.test(text)) return { minor: -1 };
  const minor = /^2\.(\d{1,2})$/.exec(text)?.[1];
  return minor !== undefined && Number(minor) <= NEWEST_MINOR ? { minor: Number(minor) } : undefined;
}

export function unknownVersion(): Reply {
  return failure(400, "intercom_version_invalid", "The requested version could not be found");
}

export function notInVersion(): Reply {
  return failure(400, "intercom_version_invalid", "Requested resource is not available in current API version.");
}
