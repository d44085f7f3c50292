import type { Connection } from "./connection.js";
import type { Host } from "./host-ports.js";
import { subjectKey } from "./intake.js";
import type { Manifest } from "./manifest.js";
import type { Account, AuthPort } from "./ports.js";
import { coversTeammates } from "./scopes.js";

type Known = Pick<Connection, "authorisedBy" | "teammates">;

/**
 * Who works for the account, so that a request about one of them is noticed without a call of its own. No identifier is kept; the digests are
 * enough to know somebody again.
 * @throws DsrError as the vendor's list does
 */
export async function staffOf({ digest }: Host, manifest: Manifest, auth: AuthPort, { authorisedBy: { id, role }, identifier }: Account, scopes: Connection["scopes"]): Promise<Known> {
  const listed = coversTeammates(manifest, { scopes }) ? await auth.teammates?.() : undefined;
  return {
    authorisedBy: { id, role, ...(identifier === undefined ? {} : { subjectKey: subjectKey(digest, identifier) }) },
    ...(listed === undefined ? {} : { teammates: listed.map((each) => subjectKey(digest, each)) }),
  };
}

/** Whether a subject is one of them; undefined where the list is not covered, and it is not who authorised. */
export function isTeammate({ authorisedBy, teammates }: Known, subject: string): boolean | undefined {
  return authorisedBy.subjectKey === subject ? true : teammates?.includes(subject);
}
