import { open } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { DsrError } from "../../core/errors.js";
import type { Timings } from "../../core/host-ports.js";
import type { ErasurePolicy } from "../../core/manifest.js";
import type { HostSettings } from "../../core/request-settings.js";
import type { ParsedSettings } from "./parse-settings.js";

/** The settings, in the units and under the names that the framework takes. What was not set is left out. */
export interface Settings {
  readonly packageRetentionMs?: number;
  readonly packagesDirectory?: string;
  readonly packageRecipient?: string;
  /** Where connectors of others are loaded from, and the folder that relative ones are relative to. */
  readonly connectorModules?: { readonly names: readonly string[]; readonly folder: string };
  /** Requests in ten seconds. */
  readonly rate?: number;
  readonly timings: Partial<Timings>;
  /** The largest file that is fetched. */
  readonly attachmentMaxBytes?: number;
  /** What packages tell, and what the connectors are set to; judged against the connectors when the framework is put together. */
  readonly content?: HostSettings;
}

export interface SettingsPlace {
  readonly home: string;
  /** A file that was named; it has to exist. `config.json` in the home folder may be missing. */
  readonly file?: string | undefined;
}

/**
 * Given the connectors' own policies, each of which is a setting; `unjudged` where they are not known yet, and what may be theirs is left out.
 * @throws DsrError `CONFIG_INVALID`
 */
export type JudgeSettings = (policies?: readonly ErasurePolicy[] | "unjudged") => Promise<Settings>;

/** Reads the file once: it may be a pipe, and be another one a moment later. @throws DsrError `CONFIG_INVALID` */
export async function readSettings({ home, file }: SettingsPlace): Promise<JudgeSettings> {
  const path = resolve(file ?? join(home, "config.json"));
  const name = file === undefined ? "config.json" : basename(path);
  const read = await readText(path, name, file === undefined);
  if (read === undefined) return () => Promise.resolve({ timings: {} });
  // Loaded where there is a file to judge: the validator takes longer to load than most commands take to run.
  const { parseSettings } = await import("./parse-settings.js");
  return async (policies) => {
    const parsed = parseSettings(read.text, name, policies);
    if (parsed.file.connectorModules != null && read.anybodyMayWrite) throw new DsrError("CONFIG_INVALID", { at: `${name} /connectorModules`, reason: "everybody on this machine may write this file, and would say what is run: chmod o-w" });
    return translate(parsed, dirname(path));
  };
}

interface Read {
  readonly text: string;
  readonly anybodyMayWrite: boolean;
}

async function readText(path: string, name: string, mayBeMissing: boolean): Promise<Read | undefined> {
  try {
    await using file = await open(path);
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(await file.readFile()), anybodyMayWrite: process.platform !== "win32" && ((await file.stat()).mode & 0o002) !== 0 };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const missing = code === "ENOENT";
    // Where the home is a file it holds no settings; that it is none is said when it is opened.
    if ((missing || code === "ENOTDIR") && mayBeMissing) return undefined;
    throw new DsrError("CONFIG_INVALID", { at: `settings file ${name}`, reason: missing ? "there is no such file" : error instanceof TypeError ? "it is not UTF-8 text" : "it cannot be read" });
  }
}

function translate({ file, erasure }: ParsedSettings, folder: string): Settings {
  const { packageRetentionDays, packagesDirectory, packageRecipient, planValidHours, requestsPerTenSeconds, looksSeconds, laterLooksHours, identifiersKeptDays, parkMinutes, otherPeople, notes, connectors, attachmentMaxMiB, connectorModules } = file;
  const content: HostSettings = { ...(otherPeople == null ? {} : { otherPeople }), ...(notes == null ? {} : { notes }), ...(connectors == null ? {} : { connectors }), ...(Object.keys(erasure).length === 0 ? {} : { erasure }) };
  return {
    ...(packageRetentionDays == null ? {} : { packageRetentionMs: packageRetentionDays * 86_400_000 }),
    ...(packagesDirectory == null ? {} : { packagesDirectory: isAbsolute(packagesDirectory) ? packagesDirectory : join(folder, packagesDirectory) }),
    ...(packageRecipient == null ? {} : { packageRecipient }),
    ...(connectorModules == null ? {} : { connectorModules: { names: connectorModules, folder } }),
    ...(requestsPerTenSeconds == null ? {} : { rate: requestsPerTenSeconds }),
    ...(attachmentMaxMiB == null ? {} : { attachmentMaxBytes: attachmentMaxMiB * 1024 * 1024 }),
    ...(Object.keys(content).length === 0 ? {} : { content }),
    timings: {
      ...(planValidHours == null ? {} : { planTtlMs: planValidHours * 3_600_000 }),
      ...(looksSeconds == null ? {} : { looksMs: looksSeconds.map((seconds) => seconds * 1000) }),
      ...(laterLooksHours == null ? {} : { laterLooksMs: laterLooksHours.map((hours) => hours * 3_600_000) }),
      ...(identifiersKeptDays == null ? {} : { keyKeptMs: identifiersKeptDays * 86_400_000 }),
      ...(parkMinutes == null ? {} : { parkMs: parkMinutes * 60_000 }),
    },
  };
}
