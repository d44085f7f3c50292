import { TransportError } from "../http/transport.js";
import { createUndiciTransport } from "../http/undici-transport.js";
import { DsrError } from "../../core/errors.js";

/** Far more than a description of a thousand operations needs. */
const MAX_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 60_000;

export type FetchOptions = { readonly userAgent: string; readonly signal: AbortSignal; readonly deadlineMs?: number; readonly maxBytes?: number };

/**
 * The text behind an address that an operator typed. Nothing is sent along, redirects are not followed.
 * @throws DsrError `DESCRIPTION_UNAVAILABLE`, `INTERRUPTED`
 */
export async function fetchDescription(url: URL, { userAgent, signal, deadlineMs = DEADLINE_MS, maxBytes = MAX_BYTES }: FetchOptions): Promise<string> {
  const transport = createUndiciTransport({ userAgent, allowPrivateHosts: true });
  const unavailable = (reason: string, vendorStatus?: number): DsrError => new DsrError("DESCRIPTION_UNAVAILABLE", { at: addressOf(url), reason, ...(vendorStatus === undefined ? {} : { vendorStatus }) });
  const deadline = AbortSignal.timeout(deadlineMs);
  try {
    const { status, body } = await transport.send({ url: url.href, method: "GET", headers: {}, body: undefined, signal: AbortSignal.any([signal, deadline]) });
    if (status !== 200) throw unavailable(refusal(status), status);
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of body) {
      bytes += piece.byteLength;
      if (bytes > maxBytes) throw unavailable("it gives more than any description needs, and was not read to its end");
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  } catch (error) {
    if (error instanceof DsrError) throw error;
    if (signal.aborted) throw new DsrError("INTERRUPTED");
    throw unavailable(deadline.aborted ? `its answer did not come to an end within ${deadlineMs / 1000} seconds` : breakage(error));
  } finally {
    await transport.close();
  }
}

/** Without what may be secret: the name and password before the host, and the query. */
export function addressOf({ origin, pathname }: URL): string {
  return `the address ${origin}${pathname}`;
}

function refusal(status: number): string {
  if (status >= 300 && status < 400) return "it answers with a redirect, which is not followed: give the address that it leads to";
  if (status === 401 || status === 403) return "it asks for a permission, and nothing is sent along: download the description and name the file";
  if (status === 404 || status === 410) return "it answers that there is nothing";
  return "it answers with something else than the description";
}

function breakage(error: unknown): string {
  switch (error instanceof TransportError ? error.fault : "garbled") {
    case "tls":
      return "no acceptable encrypted connection could be made to it";
    case "lost":
      return "its answer broke off";
    case "garbled":
      return "what it answers cannot be decoded";
    case "unsent":
    case "host_refused":
      return "it cannot be reached";
  }
}
