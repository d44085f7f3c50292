import { BlockList, isIPv4, isIPv6 } from "node:net";

/**
 * Addresses that no vendor's public API has: this machine, the network it stands in, cloud metadata, and what is reserved.
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/**
 * Public IPv6 is 2000::/3 alone, so that all the rest (loopback, mapped v4, unique and link local, multicast) is refused without being
 * named; within it, tunnels that carry a v4 address and what is reserved. https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const PRIVATE_V6: readonly (readonly [string, number])[] = [
  ["::", 3],
  ["4000::", 2],
  ["8000::", 1],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

// One list for each family: in a list of both, an IPv4 address is also looked up as `::ffff:`, which is among the private.
const privateV4 = listOf(PRIVATE_V4, "ipv4");
const privateV6 = listOf(PRIVATE_V6, "ipv6");

/** RFC 6052: how a network without IPv4 reaches an IPv4 host. The host itself may be a public one. */
const nat64 = listOf([["64:ff9b::", 96]], "ipv6");

/** Whether an IP address, in the form that Node and `URL` write it, is one on the public internet. False for anything else. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !privateV4.check(address, "ipv4");
  if (!isIPv6(address)) return false;
  if (nat64.check(address, "ipv6")) return !privateV4.check(embeddedV4(address), "ipv4");
  return !privateV6.check(address, "ipv6");
}

function listOf(subnets: readonly (readonly [string, number])[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, family);
  return list;
}

/** The IPv4 address in the last 32 bits. */
function embeddedV4(address: string): string {
  const dotted = /:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (dotted !== undefined) return dotted;
  // `URL` writes every IPv6 address in its shortest form, in hexadecimal.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split(":").slice(-2);
  const [high = 0, low = 0] = groups.map((group) => Number.parseInt(group === "" ? "0" : group, 16));
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
