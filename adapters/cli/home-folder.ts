import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Cli } from "./cli.js";

/** `--home`, else `$DSR_HOME`, else the platform's folder for an application's data. */
export function homeFolder({ flags, io: { env } }: Pick<Cli, "flags" | "io">, platform: NodeJS.Platform = process.platform): string {
  const named = flags.home ?? nonEmpty(env["DSR_HOME"]);
  return resolve(named ?? join(dataFolder(env, platform), "dsr-connect"));
}

/** The settings file that was named, if any. */
export function configFile({ flags, io: { env } }: Pick<Cli, "flags" | "io">): string | undefined {
  return flags.config ?? nonEmpty(env["DSR_CONFIG"]);
}

/** `$DSR_DATABASE_URL`: where the records are kept, unless in the home folder. */
export function databaseUrl({ io: { env } }: Pick<Cli, "io">): string | undefined {
  return nonEmpty(env["DSR_DATABASE_URL"]);
}

/** Linux: https://specifications.freedesktop.org/basedir-spec/latest/ */
function dataFolder(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  const user = nonEmpty(env["HOME"]) ?? homedir();
  switch (platform) {
    case "darwin":
      return join(user, "Library", "Application Support");
    case "win32":
      return nonEmpty(env["LOCALAPPDATA"]) ?? join(user, "AppData", "Local");
    default: {
      const xdg = nonEmpty(env["XDG_DATA_HOME"]);
      // The specification has relative paths ignored.
      return xdg?.startsWith("/") === true ? xdg : join(user, ".local", "share");
    }
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
