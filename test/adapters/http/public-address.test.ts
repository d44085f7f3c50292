import { expect } from "chai";
import type { LookupAddress } from "node:dns";
import { isPublicAddress } from "../../../adapters/http/public-address.js";
import { createPublicLookup } from "../../../adapters/http/public-lookup.js";
import { TransportError } from "../../../adapters/http/transport.js";

describe("addresses on the public internet", () => {
  const refused = [
    ["127.0.0.1", "127.255.255.255", "0.0.0.0", "0.1.2.3"],
    ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.127.255.255"],
    ["169.254.169.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1"],
    ["224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"],
    ["::1", "::", "::2", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:808:808", "::127.0.0.1"],
    ["fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1"],
    ["64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "64:ff9b::"],
    ["2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "100::1", "4000::1"],
    ["", "localhost", "1.2.3", "1.2.3.4.5", "0x7f.1", "[::1]"],
  ].flat();
  for (const address of refused) {
    it(`T16: refuses ${address === "" ? "nothing" : address}`, () => expect(isPublicAddress(address)).to.equal(false));
  }

  const allowed = ["8.8.8.8", "34.231.68.152", "172.15.0.1", "172.32.0.1", "100.63.0.1", "169.253.0.1", "223.255.255.255", "2606:4700::1111", "2a05:d018::1", "2001:4860:4860::8888", "64:ff9b::8.8.8.8", "64:ff9b::808:808"];
  for (const address of allowed) {
    it(`allows ${address}`, () => expect(isPublicAddress(address)).to.equal(true));
  }
});

describe("the lookup of public hosts", () => {
  const PUBLIC = [
    { address: "8.8.8.8", family: 4 },
    { address: "2606:4700::1111", family: 6 },
  ];

  async function look(found: Error | readonly LookupAddress[], options: { readonly all?: boolean } = {}): Promise<unknown> {
    const lookup = createPublicLookup((_hostname, asked, done) => {
      expect(asked.all).to.equal(true);
      if (found instanceof Error) done(found, undefined as never);
      else done(null, [...found]);
    });
    return new Promise((resolve) => lookup("api.acme.example", options, (error, address, family) => resolve(error ?? (family === undefined ? address : [address, family]))));
  }

  it("hands on what it found, to those who want all and to those who want one", async () => {
    expect(await look(PUBLIC, { all: true })).to.deep.equal(PUBLIC);
    expect(await look(PUBLIC)).to.deep.equal(["8.8.8.8", 4]);
  });

  it("T16: refuses a name with a private address among public ones", async () => {
    for (const all of [true, false]) {
      const error = await look([...PUBLIC, { address: "10.0.0.1", family: 4 }], { all });
      expect(error instanceof TransportError && error.fault).to.equal("host_refused");
    }
  });

  it("passes on that a name does not resolve, or to nothing", async () => {
    const unknown = Object.assign(new Error(), { code: "ENOTFOUND" });
    expect(await look(unknown)).to.equal(unknown);
    const nothing = await look([]);
    expect(nothing instanceof TransportError && nothing.fault).to.equal("unsent");
  });
});
