import { createUndiciTransport } from "../http/undici-transport.js";
import { DsrError } from "../../core/errors.js";

/** Far more than a description of a thousand operations needs. */
const MAX_BYTES = 64 * 1024 * 1024;
const DEADLINE_MS = 60_000;

/**
 * The text behind an address that an operator typed. Nothing is sent along, redirects are not followed.
 * @throws DsrError `VENDOR_UNAVAILABLE`, `VENDOR_REJECTED`, `ANSWER_TOO_LARGE`
 */
export async function fetchDescription(url: URL, { userAgent, signal }: { readonly userAgent: string; readonly signal: AbortSignal }): Promise<string> {
  const transport = createUndiciTransport({ userAgent, allowPrivateHosts: true });
  try {
    const { status, body } = await transport.send({ url: url.href, method: "GET", headers: {}, body: undefined, signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) });
    if (status !== 200) throw new DsrError("VENDOR_REJECTED", { vendorStatus: status, at: "description", reason: "it is not to be had at this address" });
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of body) {
      bytes += piece.byteLength;
      if (bytes > MAX_BYTES) throw new DsrError("ANSWER_TOO_LARGE");
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString("utf8");
  } catch (error) {
    if (error instanceof DsrError) throw error;
    throw new DsrError(signal.aborted ? "INTERRUPTED" : "VENDOR_UNAVAILABLE", { at: "description", reason: "the address does not answer" });
  } finally {
    await transport.close();
  }
}
