import type { Batch, BatchStore } from "../../core/batch.js";
import { canonicalJson } from "../../core/canonical-json.js";
import type { Connection } from "../../core/connection.js";
import { DsrError } from "../../core/errors.js";
import { sameExtents } from "../../core/plan.js";
import type { BatchInput, BatchOptions } from "./dsr.js";

/** A batch that was interrupted before it came to what it was for. @throws DsrError `IDEMPOTENCY_CONFLICT` where its packages are asked for otherwise now */
export async function interruptedBatch(batches: BatchStore, to: Connection, { type, choices = {} }: BatchInput, inputKey: string, options: BatchOptions): Promise<Batch | undefined> {
  const isOpen = (batch: Batch): boolean => batch.inputKey === inputKey && batch.type === type && batch.connection === to.name && isOfAccount(batch, to) && batch.endedAt === undefined && batch.plan === undefined;
  const open = (await batches.list()).filter(isOpen);
  const standing = open.find((batch) => canonicalJson(batch.choices) === canonicalJson(choices)) ?? (type === "access" ? open[0] : undefined);
  if (standing !== undefined && type === "access") refuseOtherwise(standing, options, choices.extents);
  return standing;
}

/** A connection of the same name may lead to another account by now, where nobody of the batch is to be looked up. */
export function isOfAccount({ account }: Batch, { workspace }: Connection): boolean {
  return account === undefined || account.workspace === workspace.id;
}

/** A batch is finished as it was begun: nobody who asks for sealed packages by now gets some in the clear. */
export function refuseOtherwise({ id, choices, defaults, ...begun }: Batch, options: BatchOptions, extents: readonly string[] = choices.extents ?? []): void {
  const refuse = (at: string, reason: string): never => {
    throw new DsrError("IDEMPOTENCY_CONFLICT", { at, reason: `batch ${id}, which would be gone on with, ${reason}` });
  };
  const recipient = begun.recipient ?? defaults?.recipient;
  const directory = begun.directory ?? defaults?.directory;
  if ((options.recipient ?? recipient ?? options.defaults?.recipient) !== recipient) refuse("recipient", "was not begun for that key");
  if ((options.directory ?? directory) !== directory) refuse("directory", "was begun with another folder");
  if (!sameExtents(extents, choices.extents)) refuse("extents", "was begun with other places to look in");
}
