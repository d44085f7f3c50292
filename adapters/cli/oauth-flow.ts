import { DsrError, isDsrError } from "../../core/errors.js";
import type { OAuthApp } from "../../core/authorise.js";
import { DEFAULT_TIMINGS } from "../../core/host-ports.js";
import type { ConnectTarget, Dsr } from "../inversify/dsr.js";
import type { Cli } from "./cli.js";
import { isInteractive } from "./cli-io.js";
import { systemClock } from "../clock/system-clock.js";
import { listenForCallback, type CallbackListener } from "./callback-listener.js";
import { readHidden } from "./read-input.js";

/**
 * Authorises at the vendor's own page and returns the access token. The address of the page that the vendor goes to afterwards is pasted,
 * since only HTTPS pages are registered there; a sandbox on this machine may call back by itself.
 */
export async function authoriseByOAuth(cli: Cli, dsr: Dsr, target: ConnectTarget, app: OAuthApp): Promise<string> {
  const listener = isLoopback(target.apiUrl) ? await listenForCallback() : undefined;
  try {
    const url = await dsr.beginAuthorisation(target, app, listener?.redirectUri);
    cli.remark([`Open this page, log in if you are asked to, and authorise. This program waits for ${PATIENCE_MINUTES} minutes.`, "", `  ${url}`, ""], { authorise: url });
    return await dsr.completeAuthorisation(target, app, await callbackAddress(cli, listener), listener?.redirectUri);
  } finally {
    await listener?.close();
  }
}

/** No longer than the state is good for. */
const PATIENCE_MS = DEFAULT_TIMINGS.oauthStateTtlMs;
export const PATIENCE_MINUTES = PATIENCE_MS / 60_000;

/** Whichever comes first: the pasted address or, on loopback, the vendor's own call. */
export async function callbackAddress(cli: Cli, listener: CallbackListener | undefined, patienceMs = PATIENCE_MS): Promise<string> {
  const { io } = cli;
  const done = new AbortController();
  const late = new AbortController();
  // A timer that is held here: one that only a combined signal knows of may be collected before it fires, and nobody would be told.
  systemClock.sleep(patienceMs, done.signal).then(() => late.abort(), () => undefined);
  const signal = AbortSignal.any([io.signal, done.signal, late.signal]);
  if (!cli.json) askForAddress(cli, listener);
  const pasted = readHidden(io, "the pasted address", signal).then((line) => {
    if (line !== undefined && line.trim() !== "") return line.trim();
    if (listener === undefined) throw new DsrError("OAUTH_STATE_INVALID", { reason: "no address was pasted" });
    return listener.called(signal);
  });
  try {
    return await (listener === undefined ? pasted : Promise.race([pasted, listener.called(signal)]));
  } catch (error) {
    const tooLate = isDsrError(error, "INTERRUPTED") && !io.signal.aborted && late.signal.aborted;
    throw tooLate ? new DsrError("OAUTH_STATE_INVALID", { reason: "nobody came back in time" }) : error;
  } finally {
    done.abort();
    await pasted.catch(() => undefined);
  }
}

function askForAddress(cli: Cli, listener: CallbackListener | undefined): void {
  if (isInteractive(cli.io)) cli.io.stderr.write("Then paste the address of the page that you come to (it is not shown): ");
  else if (listener === undefined) cli.tell("Then give the address of the page that you come to on standard input.");
}

function isLoopback(origin: string | undefined): boolean {
  return origin !== undefined && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(origin).hostname);
}
