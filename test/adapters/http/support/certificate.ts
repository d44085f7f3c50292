import { generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

/** A certificate authority or a server's certificate, with its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly keyObject: KeyObject;
  readonly name: string;
}

interface CertificateInput {
  readonly name: string;
  /** Left out for one that signs itself. */
  readonly issuer?: Certificate;
  readonly authority?: boolean;
  readonly hosts?: readonly string[];
  readonly notAfter?: Date;
}

/** Makes an X.509 certificate (RFC 5280), since Node reads but cannot write them, and a bare machine has no openssl. */
export function makeCertificate({ name, issuer, authority = false, hosts = [], notAfter = new Date(Date.now() + 86_400_000) }: CertificateInput): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = sequence(
    tagged(0xa0, integer(2)),
    integer(Buffer.concat([Buffer.of(0x40), randomBytes(8)])),
    ECDSA_SHA256,
    distinguishedName(issuer?.name ?? name),
    sequence(utcTime(new Date(Date.now() - 10 * 86_400_000)), utcTime(notAfter)),
    distinguishedName(name),
    publicKey.export({ format: "der", type: "spki" }),
    tagged(0xa3, sequence(...extensions(authority, hosts))),
  );
  const signature = sign("sha256", body, issuer?.keyObject ?? privateKey);
  const der = sequence(body, ECDSA_SHA256, tagged(0x03, Buffer.concat([Buffer.of(0), signature])));
  const cert = `-----BEGIN CERTIFICATE-----\n${der.toString("base64").replace(/.{64}(?!$)/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
  return { cert, key: privateKey.export({ format: "pem", type: "pkcs8" }).toString(), keyObject: privateKey, name };
}

function extensions(authority: boolean, hosts: readonly string[]): Buffer[] {
  const names = hosts.map((host) => (/^[\d.]+$/.test(host) ? tagged(0x87, Buffer.from(host.split(".").map(Number))) : tagged(0x82, Buffer.from(host))));
  const basic = sequence(objectId(2, 5, 29, 19), tagged(0x01, Buffer.of(0xff)), tagged(0x04, sequence(...(authority ? [tagged(0x01, Buffer.of(0xff))] : []))));
  return hosts.length === 0 ? [basic] : [basic, sequence(objectId(2, 5, 29, 17), tagged(0x04, sequence(...names)))];
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...parts);
}

/** A small number, or the bytes of a positive one whose first byte is neither 0 nor above 127. */
function integer(value: number | Buffer): Buffer {
  return tagged(0x02, typeof value === "number" ? Buffer.of(value) : value);
}

function utcTime(date: Date): Buffer {
  return tagged(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));
}

function objectId(first: number, second: number, ...rest: readonly number[]): Buffer {
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 127];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}

function distinguishedName(name: string): Buffer {
  return sequence(tagged(0x31, sequence(objectId(2, 5, 4, 3), tagged(0x0c, Buffer.from(name)))));
}

const ECDSA_SHA256 = sequence(objectId(1, 2, 840, 10045, 4, 3, 2));
