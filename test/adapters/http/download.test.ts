import { expect } from "chai";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { systemClock, systemRandom } from "../../../adapters/clock/system-clock.js";
import { createDownload } from "../../../adapters/http/download.js";
import { DOWNLOAD_LIMITS, type DownloadLimits } from "../../../adapters/http/download-limits.js";
import { createFileHosts } from "../../../adapters/http/file-hosts.js";
import { createSlots, type Slots } from "../../../adapters/http/slots.js";
import type { CallRecord } from "../../../adapters/http/seam.js";
import { createUndiciTransport } from "../../../adapters/http/undici-transport.js";
import { isDsrError } from "../../../core/errors.js";
import type { Download, FileAnswer } from "../../../core/files.js";
import { makeCertificate } from "./support/certificate.js";
import { http, rawServer, type RawAnswer, type RawServer } from "./support/raw-server.js";

const closing: (() => Promise<unknown>)[] = [];

interface Running {
  readonly download: Download;
  readonly calls: CallRecord[];
  /** What `download` gives of a file on the server, as text. */
  get(path?: string, signal?: AbortSignal): Promise<{ readonly taken: string } | { readonly failed: string }>;
  readonly server: RawServer;
}

async function text({ bytes }: FileAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A download over the real transports, from a server that the operator named. */
async function connect(answer: RawAnswer, { limits = {}, signal = new AbortController().signal, slots = createSlots(4) }: { readonly limits?: Partial<DownloadLimits>; readonly signal?: AbortSignal; readonly slots?: Slots } = {}): Promise<Running> {
  const server = await rawServer(answer);
  const transport = createUndiciTransport({ userAgent: "dsr-connect/test", allowPrivateHosts: true });
  closing.push(() => server.close(), () => transport.close());
  const calls: CallRecord[] = [];
  const download = createDownload({
    fileHosts: [],
    explicitOrigin: server.origin,
    transport: () => transport.send,
    slots,
    clock: systemClock,
    random: systemRandom,
    signal,
    limits: { ...DOWNLOAD_LIMITS, idleMs: 5_000, backoff: { baseMs: 2, maxMs: 5 }, ...limits },
    onCall: (call) => calls.push(call),
  });
  return { download, calls, server, get: (path = "/f?signature=s") => download(`${server.origin}${path}`, text) };
}

describe("the way to files", () => {
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  it("sends nothing but the address: no token, no cookie, no body", async () => {
    const { get, server, calls } = await connect((socket) => socket.write(http(200, "content", { "content-type": "Text/Plain; charset=utf-8", "set-cookie": "a=b" })));
    expect(await get("/f?signature=s#fragment")).to.deep.equal({ taken: "content" });
    expect(await get()).to.deep.equal({ taken: "content" });
    for (const request of server.requests) {
      const [line, ...headers] = request.trim().split("\r\n");
      expect(line).to.equal("GET /f?signature=s HTTP/1.1");
      expect(headers.map((header) => header.split(":")[0]!.toLowerCase()).sort()).to.deep.equal(["accept", "accept-encoding", "connection", "host", "user-agent"]);
      expect(request).to.match(/accept-encoding: identity/i);
    }
    expect(calls.map(({ operation, attempt, status }) => [operation, attempt, status])).to.deep.equal(Array(2).fill(["GET (file)", 1, 200]));
  });

  it("tells the media type as it was answered, and none where it is no type", async () => {
    for (const [sent, told] of [["IMAGE/PNG", "image/png"], ["text/html; charset=x", "text/html"], ["nonsense", undefined], ["../../x/y", undefined], ["", undefined]] as const) {
      const { download, server } = await connect((socket) => socket.write(http(200, "x", { "content-type": sent })));
      expect(await download(`${server.origin}/f`, async ({ mediaType, bytes }) => (await text({ mediaType, bytes }), mediaType))).to.deep.equal({ taken: told });
    }
  });

  it("follows no redirect", async () => {
    const { get, server } = await connect((socket) => socket.write(http(302, "", { location: "/elsewhere" })));
    expect(await get()).to.deep.equal({ failed: "not_given" });
    expect(server.requests).to.have.length(1);
  });

  it("takes a refusal at its word, and asks a host again that fails", async () => {
    for (const status of [204, 206, 304, 400, 401, 403, 404, 410]) {
      const { get, server } = await connect((socket) => socket.write(http(status)));
      expect(await get(), String(status)).to.deep.equal({ failed: "not_given" });
      expect(server.requests, String(status)).to.have.length(1);
    }
    for (const status of [408, 429, 500, 503]) {
      const { get, server } = await connect((socket, number) => socket.write(number < 3 ? http(status) : http(200, "late")));
      expect(await get(), String(status)).to.deep.equal({ taken: "late" });
      expect(server.requests).to.have.length(3);
    }
    const never = await connect((socket) => socket.write(http(503)));
    expect(await never.get()).to.deep.equal({ failed: "not_given" });
    expect(never.calls.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3]);
  });

  it("begins anew when the connection breaks in the middle, is reset, or goes quiet", async () => {
    const half: RawAnswer = (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
    const stalled: RawAnswer = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
    const silent: RawAnswer = () => undefined;
    const reset: RawAnswer = (socket) => socket.resetAndDestroy();
    for (const [name, broken] of Object.entries({ half, stalled, silent, reset })) {
      const { get, server } = await connect((socket, number, request) => (number === 1 ? broken(socket, number, request) : socket.write(http(200, "whole"))), { limits: { idleMs: 300 } });
      expect(await get(), name).to.deep.equal({ taken: "whole" });
      expect(server.requests, name).to.have.length(2);
    }
  });

  it("T5: gives a host that drips up when its time is over", async () => {
    const dripping: RawAnswer = (socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n");
      const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write("x")), 20);
      socket.on("close", () => clearInterval(timer));
    };
    const { get, calls } = await connect(dripping, { limits: { totalMs: 150, attempts: 2 } });
    expect(await get()).to.deep.equal({ failed: "not_given" });
    for (const { durationMs } of calls) expect(durationMs).to.be.within(140, 1_500);
  });

  describe("D12: a file that is larger than the limit", () => {
    it("D12: is not asked for a byte of where it says so itself", async () => {
      let sent = 0;
      const { get } = await connect((socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 3000000000\r\n\r\n");
        const more = (): boolean => socket.write(Buffer.alloc(65_536), () => ((sent += 65_536), void (socket.destroyed || more())));
        more();
      }, { limits: { maxBytes: 1_000_000 } });
      expect(await get()).to.deep.equal({ failed: "too_large" });
      const then = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(sent, "bytes that were still taken afterwards").to.be.at.most(then + 1_000_000);
    });

    it("D12: is known to be by what it says of itself, before a byte of it has come", async () => {
      const { get, server } = await connect((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 3000000000\r\n\r\n"), { limits: { maxBytes: 1_000_000, idleMs: 300, attempts: 1 } });
      expect(await get()).to.deep.equal({ failed: "too_large" });
      expect(server.requests).to.have.length(1);
    });

    it("D12: is cut off where it says nothing, or is packed", async () => {
      const chunked: RawAnswer = (socket) => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        const more = (): boolean => socket.write(`10000\r\n${"x".repeat(65_536)}\r\n`, () => void (socket.destroyed || more()));
        more();
      };
      const bomb = http(200, gzipSync(Buffer.alloc(20_000_000)), { "content-encoding": "gzip" });
      const packed: RawAnswer = (socket) => socket.write(bomb);
      for (const answer of [chunked, packed]) {
        const { get, server } = await connect(answer, { limits: { maxBytes: 1_000_000 } });
        expect(await get()).to.deep.equal({ failed: "too_large" });
        expect(server.requests).to.have.length(1);
      }
    });

    it("is one beyond the limit, not one of its size", async () => {
      for (const [length, outcome] of [[1_000, "taken"], [1_001, "failed"]] as const) {
        const { get } = await connect((socket) => socket.write(http(200, "x".repeat(length))), { limits: { maxBytes: 1_000 } });
        expect(Object.keys(await get())).to.deep.equal([outcome]);
      }
    });
  });

  it("throws on what the taker throws, and does not ask again", async () => {
    const { download, server } = await connect((socket) => socket.write(http(200, "x")));
    const thrown = await download(`${server.origin}/f`, () => Promise.reject(new Error("the disk is full"))).then(() => undefined, (error: unknown) => error);
    expect((thrown as Error).message).to.equal("the disk is full");
    expect(server.requests).to.have.length(1);
  });

  it("ends as interrupted, whether it waits for a place, for the head, for the body, or to ask again", async () => {
    const stalled: RawAnswer = (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
    const full = createSlots(1);
    void full.within(new AbortController().signal, () => new Promise(() => undefined));
    for (const [answer, options] of [[stalled, { slots: full }], [() => undefined, {}], [stalled, {}], [(socket: Socket) => socket.write(http(503)), { limits: { backoff: { baseMs: 60_000, maxMs: 60_000 } } }]] as const) {
      const controller = new AbortController();
      const { get } = await connect(answer, { limits: { idleMs: 60_000 }, signal: controller.signal, ...options });
      setTimeout(() => controller.abort(), 50);
      const error = await get().then(() => undefined, (each: unknown) => each);
      expect(isDsrError(error, "INTERRUPTED")).to.equal(true);
    }
  });

  for (const atOnce of [1, 2]) {
    it(`fetches no more than so many at once, in the order in which they were asked for: ${atOnce}`, async () => {
      let most = 0;
      let now = 0;
      const slow: RawAnswer = (socket) => {
        most = Math.max(most, ++now);
        setTimeout(() => {
          now -= 1;
          socket.write(http(200, "x"));
        }, 20);
      };
      const { get, server } = await connect(slow, { slots: createSlots(atOnce) });
      await Promise.all([1, 2, 3, 4, 5].map((n) => get(`/${n}`)));
      expect(most).to.equal(atOnce);
      // Those that are under way together may overtake each other on the wire.
      const overtaken = server.requests.map((request, n) => Math.abs(Number(request.split(" ")[1]?.slice(1)) - (n + 1)));
      expect(Math.max(...overtaken)).to.be.below(atOnce);
    });
  }

  describe("T16: a host of the vendor's", () => {
    const declared = async (url: string, fileHosts: readonly string[]) => {
      const transport = createUndiciTransport({ userAgent: "test" });
      closing.push(() => transport.close());
      const asked: boolean[] = [];
      const download = createDownload({ fileHosts, explicitOrigin: undefined, transport: (explicit) => (asked.push(explicit), transport.send), slots: createSlots(1), clock: systemClock, random: systemRandom, signal: new AbortController().signal, limits: DOWNLOAD_LIMITS });
      return { result: await download(url, text), asked };
    };

    it("T16: is not called where it is, or resolves to, an address that is not public", async () => {
      const { cert, key } = makeCertificate({ name: "localhost", hosts: ["localhost", "127.0.0.1"] });
      let called = 0;
      const server = createHttpsServer({ cert, key }, (_, response) => response.end(String(++called)));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      closing.push(() => new Promise((resolve) => server.close(resolve)));
      const { port } = server.address() as AddressInfo;
      for (const host of ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]"]) {
        expect(await declared(`https://${host}/f`, [host]), host).to.deep.equal({ result: { failed: "host_refused" }, asked: [false] });
        expect(await declared(`https://${host}:${port}/f`, [host]), `${host} at another port`).to.deep.equal({ result: { failed: "host_refused" }, asked: [] });
      }
      expect(called).to.equal(0);
    });
  });

  it("D11: judges a link by its host to the letter, and by the whole origin where the operator named one", () => {
    const judge = createFileHosts(["files.acme.test", "*.cdn.acme.test"], undefined);
    const links: Readonly<Record<string, string | undefined>> = {
      "https://files.acme.test/a?b=c": "declared",
      "https://FILES.acme.test/a": "declared",
      "https://x.cdn.acme.test/a": "declared",
      "https://x.y.cdn.acme.test/a": "declared",
      "https://files.acme.test:443/a": "declared",
      "https://cdn.acme.test/a": undefined,
      "https://xcdn.acme.test/a": undefined,
      "https://evilcdn.acme.test/a": undefined,
      "https://files.acme.test./a": undefined,
      "https://files.acme.test.evil.test/a": undefined,
      "https://a.files.acme.test/a": undefined,
      "http://files.acme.test/a": undefined,
      "https://files.acme.test:8443/a": undefined,
      "https://me@files.acme.test/a": undefined,
      "https://files.acme.test@evil.test/a": undefined,
      "https://evil.test/#@files.acme.test": undefined,
      "ftp://files.acme.test/a": undefined,
      "data:text/plain,files.acme.test": undefined,
    };
    for (const [link, outcome] of Object.entries(links)) expect(judge(new URL(link)), link).to.equal(outcome);
    const explicit = createFileHosts(["files.acme.test"], "http://127.0.0.1:4000");
    for (const [link, outcome] of [["http://127.0.0.1:4000/a", "explicit"], ["http://127.0.0.1:5000/a", undefined], ["https://127.0.0.1/a", undefined], ["https://127.0.0.1:4000/a", undefined], ["http://me@127.0.0.1:4000/a", undefined], ["https://files.acme.test/a", "declared"], ["http://files.acme.test/a", undefined], ["http://127.0.0.2:4000/a", undefined], ["http://localhost:4000/a", undefined]] as const) expect(explicit(new URL(link)), link).to.equal(outcome);
    const secure = createFileHosts([], "https://proxy.acme.test");
    expect(["https://proxy.acme.test:443/a", "https://proxy.acme.test:9/a", "http://proxy.acme.test/a"].map((link) => secure(new URL(link)))).to.deep.equal(["explicit", undefined, undefined]);
  });
});
