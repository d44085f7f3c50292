import { expect } from "chai";
import { createServer as createHttpsServer } from "node:https";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import { gzipSync } from "node:zlib";
import { systemClock, systemRandom } from "../../../adapters/clock/system-clock.js";
import { createSeam, type CallRecord, type SeamFetch } from "../../../adapters/http/seam.js";
import { SEAM_LIMITS, type SeamLimits } from "../../../adapters/http/seam-limits.js";
import { createUndiciTransport, type UndiciTransport, type UndiciTransportOptions } from "../../../adapters/http/undici-transport.js";
import { unpaced } from "../../../adapters/limits/unpaced.js";
import type { DsrError } from "../../../core/errors.js";
import { acme, acmeError } from "./support/acme.js";
import { makeCertificate } from "./support/certificate.js";
import { http, rawServer, type RawAnswer, type RawServer } from "./support/raw-server.js";
import { failure } from "./support/scripted-seam.js";

const TOKEN = "canary-token-77a1";
const CONTACT = '{"id":"1","deleted":true}';

interface Running {
  readonly calls: CallRecord[];
  get(): Promise<Response>;
  delete(): Promise<Response>;
}

const closing: (() => Promise<unknown>)[] = [];

/** The seam over the real transport, with short waits. */
function connect(apiOrigin: string, limits: Partial<SeamLimits> = {}, transportOptions: Partial<UndiciTransportOptions> = {}): Running {
  const transport: UndiciTransport = createUndiciTransport({ userAgent: "dsr-connect/test", allowPrivateHosts: true, ...transportOptions });
  closing.push(() => transport.close());
  const calls: CallRecord[] = [];
  const fetch: SeamFetch = createSeam({
    protocol: acme,
    apiOrigin,
    credential: () => Promise.resolve(TOKEN),
    pacer: unpaced(systemClock),
    transport: transport.send,
    clock: systemClock,
    random: systemRandom,
    signal: new AbortController().signal,
    limits: { ...SEAM_LIMITS, deadlineMs: 250, backoff: { baseMs: 2, maxMs: 10 }, ...limits },
    onCall: (call) => calls.push(call),
  });
  const call = (method: string) => () => fetch(new Request(`${apiOrigin}/contacts/1`, { method }));
  return { calls, get: call("GET"), delete: call("DELETE") };
}

async function serve(answer: RawAnswer): Promise<RawServer> {
  const server = await rawServer(answer);
  closing.push(() => server.close());
  return server;
}

/** Breaks the connection instead of ending it: the other side sees ECONNRESET. */
const reset: RawAnswer = (socket) => socket.resetAndDestroy();

describe("the seam over real sockets", () => {
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  describe("T1: a vendor that cannot be reached", () => {
    it("T1: is tried four times where the connection is refused, a deletion too, since nothing was sent", async () => {
      const server = await rawServer(() => undefined);
      await server.close();
      for (const method of ["get", "delete"] as const) {
        const seam = connect(server.origin);
        expect((await failure(seam[method]())).code).to.equal("VENDOR_UNAVAILABLE");
        expect(seam.calls).to.have.length(4);
      }
    });

    it("T1: is tried four times where its name does not resolve", async () => {
      for (const method of ["get", "delete"] as const) {
        const seam = connect("https://api.acme.invalid", { deadlineMs: 5000 }, { allowPrivateHosts: false });
        expect((await failure(seam[method]())).code).to.equal("VENDOR_UNAVAILABLE");
        expect(seam.calls).to.have.length(4);
      }
    });
  });

  it("T2: repeats a read that was reset before its answer, with the same result", async () => {
    const server = await serve((socket, number, request) => (number < 3 ? reset(socket, number, request) : socket.write(http(200, CONTACT))));
    expect(await (await connect(server.origin).get()).json()).to.deep.equal(JSON.parse(CONTACT));
    expect(server.requests).to.have.length(3);
  });

  it("T3: says OUTCOME_UNKNOWN of a deletion that was reset after it was sent, and sends it once", async () => {
    const server = await serve(reset);
    const error = await failure(connect(server.origin).delete());
    expect(error.code).to.equal("OUTCOME_UNKNOWN");
    expect(server.requests).to.have.length(1);
  });

  describe("T4, T5, T6: answers that do not end as they should", () => {
    const drip: RawAnswer = (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
      const timer = setInterval(() => socket.write(" "), 20);
      socket.on("close", () => clearInterval(timer));
    };
    const faults: readonly (readonly [string, RawAnswer])[] = [
      ["T4: an answer that stalls before its head", () => undefined],
      ["T4: a body that stalls after the head", (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":')],
      ["T5: a body that drips byte by byte", drip],
      ["T6: a body that is shorter than announced", (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id":"1"}')],
      ["T6: a chunked body without its end", (socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\na\r\n{"id":"1"}\r\n')],
    ];
    for (const [what, fault] of faults) {
      it(`${what} is cut off, and the read repeated`, async () => {
        const server = await serve((socket, number, request) => (number === 1 ? fault(socket, number, request) : socket.write(http(200, CONTACT))));
        const startedMs = systemClock.monotonicMs();
        expect(await (await connect(server.origin).get()).json()).to.deep.equal(JSON.parse(CONTACT));
        expect(systemClock.monotonicMs() - startedMs).to.be.below(1500);
        expect(server.requests).to.have.length(2);
      });

      it(`${what} leaves the outcome of a deletion unknown`, async () => {
        const server = await serve(fault);
        expect((await failure(connect(server.origin).delete())).code).to.equal("OUTCOME_UNKNOWN");
        expect(server.requests).to.have.length(1);
      });
    }

    it("T4: gives up a read that stalls every time after four attempts", async () => {
      const server = await serve(() => undefined);
      const seam = connect(server.origin, { deadlineMs: 60 });
      expect((await failure(seam.get())).code).to.equal("VENDOR_UNAVAILABLE");
      expect(seam.calls).to.have.length(4);
      for (const call of seam.calls) expect(call.durationMs).to.be.within(59, 600);
    });
  });

  describe("T7, T8, T9: answers that hold no JSON", () => {
    const bodies: readonly (readonly [string, Buffer])[] = [
      ["T7: well-framed JSON that is cut", http(200, '{"data":[{"id":"1"')],
      ["T8: 200 with an empty body", http(200)],
      ["T9: 200 with a page", http(200, "<!doctype html><title>Log in</title>", { "content-type": "text/html" })],
      ["T9: 200 with a page that claims to be JSON", http(200, "<!doctype html>")],
    ];
    for (const [what, bytes] of bodies) {
      it(`${what} is tried three times on a read, and once on a deletion`, async () => {
        const server = await serve((socket) => socket.write(bytes));
        expect((await failure(connect(server.origin).get())).code).to.equal("VENDOR_MALFORMED");
        expect(server.requests).to.have.length(3);
        expect((await failure(connect(server.origin).delete())).code).to.equal("OUTCOME_UNKNOWN");
        expect(server.requests).to.have.length(4);
      });
    }

    it("T7: takes what follows when it is whole again", async () => {
      const server = await serve((socket, number) => socket.write(number < 3 ? http(200, "{") : http(200, CONTACT)));
      expect((await connect(server.origin).get()).status).to.equal(200);
    });

    it("takes what is no HTTP at all for malformed", async () => {
      const server = await serve((socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
      expect((await failure(connect(server.origin).get())).code).to.equal("VENDOR_MALFORMED");
      expect((await failure(connect(server.origin).delete())).code).to.equal("OUTCOME_UNKNOWN");
    });
  });

  describe("T10: answers without end", () => {
    it("T10: stops reading a gigabyte at the cap, and closes the connection", async () => {
      let written = 0;
      const server = await serve((socket) => {
        const block = Buffer.alloc(256 * 1024, 0x20);
        const total = 1024 * 1024 * 1024;
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${total}\r\n\r\n`);
        const more = (): void => {
          while (!socket.destroyed && written < total) {
            written += block.length;
            if (!socket.write(block)) return;
          }
        };
        socket.on("drain", more);
        more();
      });
      const error = await failure(connect(server.origin, { deadlineMs: 5000, maxBytes: 4 * 1024 * 1024 }).get());
      expect(error.code).to.equal("ANSWER_TOO_LARGE");
      expect(server.requests).to.have.length(1);
      expect(written).to.be.below(64 * 1024 * 1024);
    });

    it("T10: stops unpacking a megabyte that becomes a gigabyte, within bounded memory", async () => {
      const bomb = gzipBomb(1024);
      expect(bomb.length).to.be.below(1.2 * 1024 * 1024);
      const server = await serve((socket) => socket.write(http(200, bomb, { "content-encoding": "gzip" })));
      const before = process.memoryUsage().rss;
      let peak = before;
      const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
      const error = await failure(connect(server.origin, { deadlineMs: 10_000 }).get());
      clearInterval(watch);
      expect(error.code).to.equal("ANSWER_TOO_LARGE");
      expect((Math.max(peak, process.memoryUsage().rss) - before) / 1024 / 1024).to.be.below(220);
    });

    it("reads a compressed answer, and one that is compressed in a way nobody asked for as malformed", async () => {
      const server = await serve((socket, number) => socket.write(http(200, gzipSync(CONTACT), { "content-encoding": number === 1 ? "gzip" : "zstd" })));
      const seam = connect(server.origin);
      const response = await seam.get();
      expect(await response.json()).to.deep.equal(JSON.parse(CONTACT));
      expect(response.headers.get("content-encoding")).to.equal(null);
      expect((await failure(seam.get())).code).to.equal("VENDOR_MALFORMED");
    });

    it("repeats a read whose compressed answer is cut", async () => {
      const whole = gzipSync(CONTACT);
      const server = await serve((socket, number) => socket.write(http(200, number === 1 ? whole.subarray(0, 20) : whole, { "content-encoding": "gzip" })));
      expect((await connect(server.origin).get()).status).to.equal(200);
      expect(server.requests).to.have.length(2);
    });
  });

  it("T11: follows no redirect, to no origin, and sends the token nowhere else", async () => {
    const elsewhere = await serve((socket) => socket.write(http(200, CONTACT)));
    for (const status of [301, 302, 303, 307, 308]) {
      for (const target of [`${elsewhere.origin}/contacts/1`, "/contacts/2"]) {
        const server = await serve((socket) => socket.write(http(status, CONTACT, { location: target })));
        // A deadline that a busy machine keeps: one that passes is a fault of its own, and repeated.
        expect((await failure(connect(server.origin, { deadlineMs: 10_000 }).get())).code).to.equal("VENDOR_MALFORMED");
        expect(server.requests).to.have.length(1);
      }
    }
    expect(elsewhere.connections).to.equal(0);
  });

  describe("T12: certificates", () => {
    const authority = makeCertificate({ name: "Test Authority", authority: true });
    const good = makeCertificate({ name: "localhost", issuer: authority, hosts: ["localhost", "127.0.0.1"] });
    const ca = authority.cert;

    async function serveTls(options: TlsOptions): Promise<{ readonly origin: string; requests: number }> {
      const counted = { origin: "", requests: 0 };
      const server = createTlsServer(options, (socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => {
          counted.requests++;
          socket.end(http(200, CONTACT));
        });
      });
      server.on("tlsClientError", () => undefined);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      closing.push(() => new Promise((resolve) => server.close(resolve)));
      return Object.assign(counted, { origin: `https://localhost:${(server.address() as AddressInfo).port}` });
    }

    it("T12: takes a certificate that is in order", async () => {
      const server = await serveTls(good);
      expect((await connect(server.origin, {}, { ca }).get()).status).to.equal(200);
    });

    const bad: readonly (readonly [string, () => TlsOptions, string | undefined])[] = [
      ["has expired", () => makeCertificate({ name: "localhost", issuer: authority, hosts: ["localhost"], notAfter: new Date(Date.now() - 86_400_000) }), ca],
      ["is self-signed", () => makeCertificate({ name: "localhost", hosts: ["localhost"] }), undefined],
      ["is for another host", () => makeCertificate({ name: "other.example", issuer: authority, hosts: ["other.example"] }), ca],
      ["is of an unknown authority", () => good, undefined],
      ["comes over TLS 1.1", () => ({ ...good, minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }), ca],
    ];
    for (const [what, options, trusted] of bad) {
      it(`T12: refuses a certificate that ${what}, once and with no request sent`, async () => {
        const server = await serveTls(options());
        for (const method of ["get", "delete"] as const) {
          const seam = connect(server.origin, {}, trusted === undefined ? {} : { ca: trusted });
          expect((await failure(seam[method]())).code).to.equal("TLS_REJECTED");
          expect(seam.calls).to.have.length(1);
        }
        expect(server.requests).to.equal(0);
      });
    }

    it("T12: cannot be switched off by the environment", async () => {
      const server = await serveTls(makeCertificate({ name: "localhost", hosts: ["localhost"] }));
      const before = process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
      try {
        expect((await failure(connect(server.origin).get())).code).to.equal("TLS_REJECTED");
      } finally {
        if (before === undefined) delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
        else process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = before;
      }
    });

    it("T12: takes a connection that breaks during the handshake for one on which nothing was sent", async () => {
      const server = await serve(() => undefined);
      const tls = await rawTcp((socket) => socket.resetAndDestroy());
      const seam = connect(tls.origin.replace("http:", "https:"));
      expect((await failure(seam.delete())).code).to.equal("VENDOR_UNAVAILABLE");
      expect(seam.calls).to.have.length(4);
      expect(server.requests).to.have.length(0);
    });
  });

  it("T13: waits as Retry-After says, backs off where it says nothing, and gives back to the caller what is too long", async () => {
    for (const [value, least] of [["1", 1000], ["0", 0], ["-5", 0], ["soon", 0], ["Thu, 01 Jan 1970 00:00:00 GMT", 0]] as const) {
      const server = await serve((socket, number) => socket.write(number === 1 ? http(503, acmeError("busy"), { "retry-after": value }) : http(200, CONTACT)));
      const sinceMs = performance.now();
      expect((await connect(server.origin).get()).status, value).to.equal(200);
      expect(performance.now() - sinceMs, value).to.be.at.least(least);
      expect(server.requests, value).to.have.length(2);
    }
    const never = await serve((socket) => socket.write(http(503, acmeError("busy"), { "retry-after": "1000000000" })));
    const { code, facts } = await failure(connect(never.origin).get());
    expect([code, facts.retryAfterMs! > 900_000, never.requests.length]).to.deep.equal(["VENDOR_UNAVAILABLE", true, 1]);
  });

  it("T15: judges a status and a code that nobody knows by their class, and shows the code", async () => {
    for (const [status, code, times] of [[418, "VENDOR_REJECTED", 1], [599, "VENDOR_UNAVAILABLE", SEAM_LIMITS.attempts]] as const) {
      const server = await serve((socket) => socket.write(http(status, acmeError("brewing"))));
      const error = await failure(connect(server.origin).get());
      expect([error.code, error.facts.vendorStatus, error.facts.vendorCode, server.requests.length]).to.deep.equal([code, status, "brewing", times]);
    }
  });

  it("T14: repeats a read after 500, and says OUTCOME_UNKNOWN of a deletion after 500", async () => {
    const server = await serve((socket, number) => socket.write(number === 1 ? http(500, acmeError("oops")) : number === 2 ? http(200, CONTACT) : http(500)));
    expect((await connect(server.origin).get()).status).to.equal(200);
    expect((await failure(connect(server.origin).delete())).code).to.equal("OUTCOME_UNKNOWN");
    expect(server.requests).to.have.length(3);
  });

  describe("T16: hosts that are not on the public internet", () => {
    it("T16: refuses a name that resolves to this machine before connecting", async () => {
      const server = await serveHttps();
      const seam = connect(`https://localhost:${server.port}`, {}, { allowPrivateHosts: false });
      for (const method of ["get", "delete"] as const) expect((await failure(seam[method]())).code).to.equal("HOST_REFUSED");
      expect(seam.calls).to.have.length(2);
      expect(server.connections()).to.equal(0);
    });

    it("T16: refuses addresses in every spelling before connecting", async () => {
      const server = await serveHttps();
      const hosts = ["127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0.0.0.0", "10.1.2.3", "169.254.169.254", "192.168.1.1", "100.64.0.1", "[::1]", "[::]", "[fc00::1]", "[fe80::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::127.0.0.1]", "[ff02::1]"];
      for (const host of hosts) {
        const seam = connect(`https://${host}:${server.port}`, {}, { allowPrivateHosts: false });
        expect((await failure(seam.get())).code, host).to.equal("HOST_REFUSED");
      }
      expect(server.connections()).to.equal(0);
    });

    it("T16: refuses plain HTTP", async () => {
      const seam = connect("http://api.acme.invalid", {}, { allowPrivateHosts: false });
      expect((await failure(seam.get())).code).to.equal("HOST_REFUSED");
    });
  });

  it("T17: repeats a read at once when the vendor had closed the idle connection", async () => {
    // The second request on a connection meets a server that has just let go of it.
    const server = await serve((socket, number) => (number === 2 ? socket.destroy() : socket.write(http(200, CONTACT))));
    const seam = connect(server.origin, { backoff: { baseMs: 60_000, maxMs: 60_000 } });
    await seam.get();
    const startedMs = systemClock.monotonicMs();
    expect((await seam.get()).status).to.equal(200);
    expect(systemClock.monotonicMs() - startedMs).to.be.below(1000);
    expect([server.requests.length, server.connections]).to.deep.equal([3, 2]);
  });

  it("T18: takes 204 on a deletion for an acknowledgement, over a socket too", async () => {
    const server = await serve((socket) => socket.write("HTTP/1.1 204 No Content\r\n\r\n"));
    const response = await connect(server.origin).delete();
    expect([response.status, await response.text()]).to.deep.equal([204, ""]);
  });

  it("keeps a connection alive from one call to the next", async () => {
    const server = await serve((socket) => socket.write(http(200, CONTACT)));
    const seam = connect(server.origin);
    for (let i = 0; i < 5; i++) await seam.get();
    // Two, since a connection is free again only a turn of the event loop after its answer.
    expect([server.requests.length, server.connections <= 2]).to.deep.equal([5, true]);
  });

  it("says who is calling, and with whose token", async () => {
    const server = await serve((socket) => socket.write(http(200, CONTACT)));
    await connect(server.origin).get();
    expect(server.requests[0]).to.match(/^user-agent: dsr-connect\/test\r$/im);
    expect(server.requests[0]).to.match(new RegExp(`^authorization: Bearer ${TOKEN}\r$`, "im"));
  });

  it("S5: lets nothing that a server or a library says into an error", async () => {
    const server = await serve((socket) => socket.end(`HTTP/1.1 200 OK\r\ncanary-header\r\n\r\n${TOKEN}`));
    const errors: DsrError[] = [await failure(connect(server.origin).get()), await failure(connect("https://canary-host.invalid", { deadlineMs: 5000 }).get())];
    for (const error of errors) expect(`${error.stack ?? ""}${JSON.stringify(error)}`).not.to.match(/canary/);
  });
});

/** A listener that does this to every connection. */
async function rawTcp(onConnection: (socket: Socket) => void): Promise<{ readonly origin: string }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function serveHttps(): Promise<{ readonly port: number; connections(): number }> {
  let connections = 0;
  const server = createHttpsServer(makeCertificate({ name: "localhost", hosts: ["localhost"] }));
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

/** So many megabytes of spaces, packed: a gzip file may be several, one after the other. */
function gzipBomb(megabytes: number): Buffer {
  const part = gzipSync(Buffer.alloc(16 * 1024 * 1024, 0x20), { level: 9 });
  return Buffer.concat(Array.from({ length: megabytes / 16 }, () => part));
}
