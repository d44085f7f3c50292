import { DsrError } from "../../core/errors.js";
import type { PackageHeader } from "../../core/host-ports.js";
import type { Gap } from "../../core/outcome.js";
import type { Redaction } from "../../core/ports.js";
import { settingsOf } from "../../core/request-settings.js";
import type { ListedFile } from "./attachment-files.js";

export const PACKAGE_FORMAT = "dsr-access-package/1";
export const DEFAULT_RETENTION_MS = 5 * 86_400_000;

export interface PackageContents {
  readonly counts: Readonly<Record<string, number>>;
  readonly gaps: readonly Gap[];
  readonly redactions: readonly Redaction[];
  readonly attachments: readonly ListedFile[];
  readonly files: readonly { readonly name: string; readonly bytes: number; readonly sha256: string }[];
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
}

/**
 * What `manifest.json` of a package says. It goes to a person outside, so it names the request and where the data came from, and neither
 * the employees who dealt with it, nor the key under which the host finds that person again, nor records that are somebody else's.
 */
export function packageManifest({ request, connection, summary, seenAt }: PackageHeader, contents: PackageContents): Readonly<Record<string, unknown>> {
  const { reference, receivedAt, law, dueAt, language } = request.context;
  const { otherPeople, notes } = settingsOf(request);
  return {
    format: PACKAGE_FORMAT,
    request: { id: request.id, type: request.type, openedAt: request.openedAt, reference, receivedAt, law, dueAt, language },
    connection: {
      name: connection.name,
      connector: request.connector,
      connectorVersion: request.connectorVersion,
      vendorsOwn: request.vendorsOwn,
      region: connection.region,
      workspace: connection.workspace,
      categories: connection.categories,
    },
    counts: contents.counts,
    gaps: contents.gaps,
    disclosure: { otherPeople, notes },
    redactions: contents.redactions,
    attachments: contents.attachments,
    summary: { ...summary, nearMatches: summary.nearMatches.map(({ why }) => ({ why })) },
    files: contents.files,
    ...(seenAt === undefined ? {} : { seenAt }),
    madeAt: new Date(contents.madeAtMs).toISOString(),
    expiresAt: new Date(contents.expiresAtMs).toISOString(),
  };
}

/** A category as it may stand in a file name. @throws DsrError `INTERNAL` for a name that no manifest may declare */
export function checkCategory(category: string): string {
  if (!/^[a-z][a-z_]{0,63}$/.test(category) || category === "manifest") throw new DsrError("INTERNAL", { reason: "a record's category is no category name" });
  return category;
}

/** What a category's files are called. Windows keeps some words for its devices, whatever follows the dot. */
export function fileStem(category: string): string {
  return /^(?:con|prn|aux|nul)$/.test(category) ? `${category}-records` : category;
}
