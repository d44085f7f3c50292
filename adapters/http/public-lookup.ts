import { lookup, type LookupAddress, type LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.js";
import { TransportError } from "./transport.js";

type Resolve = (hostname: string, options: LookupAllOptions, done: (error: Error | null, addresses: LookupAddress[]) => void) => void;

/**
 * A lookup for sockets that refuses a name if any of its addresses is private. The connection is made to the very addresses that were
 * judged, so that a name which changes in between is of no use.
 */
export function createPublicLookup(resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return done(error ?? new TransportError("unsent"), "");
      if (!addresses.every(({ address }) => isPublicAddress(address))) return done(new TransportError("host_refused"), "");
      return options.all === true ? done(null, addresses) : done(null, first.address, first.family);
    });
  };
}
