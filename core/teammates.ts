import type { Connection } from "./connection.js";
import type { Digest, Host } from "./host-ports.js";
import { subjectKey } from "./intake.js";
import type { Manifest } from "./manifest.js";
import { Identifier } from "./identifier.js";
import type { Account, AuthPort, CollectInput, Teammate } from "./ports.js";
import { coversTeammates } from "./scopes.js";

type Known = Pick<Connection, "authorisedBy" | "teammates">;

/** What is kept of them with a connection. */
export type Staff = Pick<Connection, "authorisedBy" | "teammates" | "colleagues">;

/**
 * Who works for the account, so that a request about one of them is noticed without a call of its own. No identifier is kept; the digests are
 * enough to know somebody again.
 * @throws DsrError as the vendor's list does
 */
export async function staffOf({ digest }: Host, manifest: Manifest, auth: AuthPort, { authorisedBy: { id, role }, identifier }: Account, scopes: Connection["scopes"]): Promise<Staff> {
  const listed = coversTeammates(manifest, { scopes }) ? await auth.teammates?.() : undefined;
  return {
    authorisedBy: { id, role, ...(identifier === undefined ? {} : { subjectKey: subjectKey(digest, identifier) }) },
    ...(listed === undefined ? {} : { teammates: listed.flatMap((each) => (each.identifier === undefined ? [] : [subjectKey(digest, each.identifier)])), colleagues: standingFor(digest, listed) }),
  };
}

/** By each key what stands for whom it is of; where several are called the same, nobody can tell which of them is meant, and it stands for itself. */
function standingFor(digest: Digest, listed: readonly Teammate[]): Readonly<Record<string, string>> {
  const standing = new Map<string, string>();
  for (const { id, identifier, name = "" } of listed) {
    const keys = [...(identifier === undefined ? [] : [subjectKey(digest, identifier)]), ...nameKeys(digest, name)];
    for (const key of keys) standing.set(key, standing.has(key) ? key : (id ?? keys[0] ?? key));
  }
  return Object.fromEntries(standing);
}

/** A name in any case, its words turned round where a comma says so. A single word may be anybody's name, or none. */
function nameKeys(digest: Digest, name: string): readonly string[] {
  const [last = "", ...first] = name.normalize("NFKC").toUpperCase().split(",");
  const words = [...first, last].join(" ").split(/[\s._+]+/).filter((word) => word !== "");
  return words.length < 2 ? [] : [digest.keyed(`teammate:${words.join(" ")}`)];
}

/** Knows again, in a text, whoever works for the account, without a call and without their names. */
export function knownTeammates({ digest }: Host, { colleagues }: Pick<Connection, "colleagues">): CollectInput["teammate"] {
  if (colleagues === undefined) return undefined;
  const standsFor = new Map(Object.entries(colleagues));
  return (named) => (named.includes("@") ? addressKeys : nameKeys)(digest, named).map((key) => standsFor.get(key))[0];
}

/** None of what only looks like an address. */
function addressKeys(digest: Digest, address: string): readonly string[] {
  try {
    return [subjectKey(digest, Identifier.parse("email", address))];
  } catch {
    return [];
  }
}

/** Whether a subject is one of them; undefined where the list is not covered, and it is not who authorised. */
export function isTeammate({ authorisedBy, teammates }: Known, subject: string): boolean | undefined {
  return authorisedBy.subjectKey === subject ? true : teammates?.includes(subject);
}
