import { DsrError } from "../../core/errors.js";
import type { ConnectTarget, Dsr } from "../inversify/dsr.js";
import type { Cli } from "./cli.js";
import { isInteractive } from "./cli-io.js";
import { authoriseByOAuth } from "./oauth-flow.js";
import { readHidden, readWhole } from "./read-input.js";

export interface CredentialFlags {
  readonly tokenStdin?: true;
  readonly oauth?: true;
}

/** Secrets come from standard input or from the environment, never from a flag: other users of the machine read those. */
export async function obtainCredential(cli: Cli, dsr: Dsr, target: ConnectTarget, flags: CredentialFlags): Promise<string> {
  if (flags.oauth === true) {
    const clientId = fromEnvironment(cli, target.connector, "CLIENT_ID");
    const clientSecret = fromEnvironment(cli, target.connector, "CLIENT_SECRET");
    const token = checked(await authoriseByOAuth(cli, dsr, target, { clientId, clientSecret }), "--oauth");
    // Whatever is refused from here on.
    cli.subject.done = "The app is authorised at the vendor, until that is withdrawn there; the token that this gave was not stored.";
    return token;
  }
  if (flags.tokenStdin !== true) return checked(fromEnvironment(cli, target.connector, "TOKEN"), variable(target.connector, "TOKEN"));
  if (!isInteractive(cli.io)) return checked(await readWhole(cli.io, "--token-stdin"), "--token-stdin");
  cli.io.stderr.write("Access token (it is not shown): ");
  return checked((await readHidden(cli.io, "--token-stdin")) ?? "", "--token-stdin");
}

/** Says at once that no secret was given, before anything is asked or sent. */
export function refuseWithoutSource(cli: Cli, connector: string, flags: CredentialFlags): void {
  if (flags.oauth === true) {
    fromEnvironment(cli, connector, "CLIENT_ID");
    fromEnvironment(cli, connector, "CLIENT_SECRET");
  } else if (flags.tokenStdin !== true) fromEnvironment(cli, connector, "TOKEN");
}

function fromEnvironment({ io }: Cli, connector: string, what: "TOKEN" | "CLIENT_ID" | "CLIENT_SECRET"): string {
  const name = variable(connector, what);
  const value = io.env[name] ?? "";
  if (value !== "") return value;
  throw new DsrError("USAGE", { at: name, reason: what === "TOKEN" ? "it is not set; or use --token-stdin or --oauth" : "it is not set; --oauth needs the app's client" });
}

function variable(connector: string, what: string): string {
  return `DSR_${connector.toUpperCase().replaceAll("-", "_")}_${what}`;
}

/** A token goes into a header, where anything but visible ASCII would do harm. */
function checked(token: string, at: string): string {
  const trimmed = token.trim();
  if (!/^[\x21-\x7e]{1,4096}$/.test(trimmed)) throw new DsrError("REQUEST_INVALID", { at, reason: trimmed === "" ? "no token was given" : "it is not one token" });
  return trimmed;
}
