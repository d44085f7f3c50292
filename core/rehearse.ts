import { DsrError, isDsrError, NOT_CARRIED_OUT, type ErrorCode } from "./errors.js";
import type { Host } from "./host-ports.js";
import { Identifier } from "./identifier.js";
import type { RehearsalPort } from "./ports.js";
import type { Session } from "./session.js";
import { DEFAULT_SETTINGS } from "./request-settings.js";

/** What a rehearsal found, step by step. */
export interface RehearsalReport {
  readonly ok: boolean;
  /** The made-up record; empty where none was made. */
  readonly id: string;
  readonly steps: readonly { readonly step: "create" | "access" | "delete" | "look"; readonly ok: boolean; readonly code?: ErrorCode }[];
  /** True when the made-up record may still be at the vendor, to be removed by hand. */
  readonly leftBehind: boolean;
}

/**
 * Tries a connection out with one made-up person: create, read, delete, look. It changes the account, so it is only run on consent.
 * @throws DsrError `UNSUPPORTED_REQUEST` where the connector cannot make a record.
 */
export async function rehearse(host: Host, session: Session, rehearsal: RehearsalPort | undefined, signal?: AbortSignal): Promise<RehearsalReport> {
  if (rehearsal === undefined) throw new DsrError("UNSUPPORTED_REQUEST", { at: "rehearsal", reason: "the connector cannot make a record" });
  const { executor, connection, manifest } = session;
  const steps: { step: "create" | "access" | "delete" | "look"; ok: boolean; code?: ErrorCode }[] = [];
  let id = "";
  let kind = "";
  let gone = false;
  const attempt = async (step: (typeof steps)[number]["step"], act: () => Promise<boolean>): Promise<boolean> => {
    try {
      steps.push({ step, ok: await act() });
    } catch (error) {
      if (!isDsrError(error)) throw error;
      steps.push({ step, ok: false, code: error.code });
    }
    return steps.at(-1)?.ok === true;
  };
  const identifier = Identifier.parse("email", `rehearsal-${host.random.id()}@example.com`);
  const created = await attempt("create", async () => {
    const match = await rehearsal.create(identifier);
    id = match.id;
    kind = match.kind;
    return true;
  });
  const refusal = steps[0]?.code;
  if (refusal !== undefined) gone = NOT_CARRIED_OUT.has(refusal);
  if (created) {
    const target = { category: manifest.subjectCategory, id };
    await attempt("access", async () => {
      for await (const page of executor.collect({ matches: [{ id, kind }], identifiers: [identifier], categories: connection.categories, settings: DEFAULT_SETTINGS, checkpoint: undefined })) {
        if (page.records.some((record) => record.id === id)) return true;
      }
      return false;
    });
    await attempt("delete", async () => ["deleted", "accepted"].includes((await executor.erase(target)).answer));
    await attempt("look", async () => {
      for (const waitMs of host.timings.looksMs.slice(0, host.timings.foregroundLooks)) {
        await host.clock.sleep(waitMs, signal).catch(() => {
          throw new DsrError("INTERRUPTED");
        });
        gone = (await executor.look(target)).answer === "absent";
        if (gone) return true;
      }
      return false;
    });
  }
  return { ok: created && steps.every((s) => s.ok), id, steps, leftBehind: !gone };
}
