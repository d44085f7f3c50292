import type { AttachmentLinks } from "./attachments.js";
import type { SeededRandom } from "./random.js";
import type { Reply } from "./reply.js";
import type { ScopeId } from "./scopes.js";
import type { SandboxState } from "./state.js";
import type { Switches } from "./switches.js";
import type { IssuedToken } from "./tokens.js";
import type { ApiVersion } from "./version.js";

/** What every endpoint may look at and change. */
export type World = {
  readonly state: SandboxState;
  readonly random: SeededRandom;
  readonly switches: Switches;
  readonly links: AttachmentLinks;
  /** How long after a contact its conversations go. */
  readonly cascadeDelayMs: number;
};

/** One request, after its token and version were accepted. */
export type Exchange = {
  readonly method: string;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  /** The parsed JSON body, or undefined without one. */
  readonly body: unknown;
  readonly version: ApiVersion;
  readonly token: IssuedToken;
  /** Epoch milliseconds of arrival. */
  readonly now: number;
  /** How long a deleted object stays readable; infinite where a fault swallows the deletion. */
  readonly deletionTakesMs: number;
};

/** Every inner list needs one of its permissions. */
export type Needs = readonly (readonly ScopeId[])[];

export type Route = {
  /** The operationId of the description. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** A path with `{names}`. */
  readonly template: string;
  readonly needs: (switches: Switches, exchange: Exchange) => Needs;
  /** Older endpoints answer 401 to a missing permission, newer ones 403. */
  readonly age: "older" | "newer";
  /** The first minor version that knows the endpoint; infinity for Preview alone. */
  readonly sinceMinor?: number;
  /** The 404 of an object that is not there, for a vendor that looks for it before the permission. */
  readonly absence?: (world: World, exchange: Exchange) => Reply | undefined;
  readonly answer: (world: World, exchange: Exchange) => Reply;
};

/** The named parts of a path, or undefined where it is another path. */
export function matchPath(template: string, path: string): Record<string, string> | undefined {
  const expected = template.split("/");
  const actual = path.split("/");
  if (expected.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const value = actual[index] ?? "";
    if (part.startsWith("{")) {
      if (value === "") return undefined;
      params[part.slice(1, -1)] = decode(value);
    } else if (part !== value) {
      return undefined;
    }
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
