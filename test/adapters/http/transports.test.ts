import { expect } from "chai";
import { createFetchTransport } from "../../../adapters/http/fetch-transport.js";
import { classifyFault, TransportError, type TransportAnswer } from "../../../adapters/http/transport.js";
import { UndiciExchange } from "../../../adapters/http/undici-exchange.js";
import { createUndiciTransport, type UndiciTransport } from "../../../adapters/http/undici-transport.js";
import { http, rawServer, type RawAnswer, type RawServer } from "./support/raw-server.js";
import { failure, scriptedSeam } from "./support/scripted-seam.js";

const NEVER = new AbortController().signal;

async function read(answer: TransportAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "none",
    (error: unknown) => classifyFault(error),
  );
}

describe("the transport over undici", () => {
  let server: RawServer;
  let transport: UndiciTransport;
  let answer: RawAnswer = () => undefined;

  beforeEach(async () => {
    server = await rawServer((...input) => answer(...input));
    transport = createUndiciTransport({ userAgent: "test", allowPrivateHosts: true, connections: 1 });
  });
  afterEach(async () => {
    await server.close();
    await transport.close();
  });

  const send = (signal = NEVER, body?: string): Promise<TransportAnswer> =>
    transport.send({ url: `${server.origin}/a?b=c`, method: body === undefined ? "GET" : "POST", headers: { "x-one": "1" }, body, signal });

  it("pauses a connection whose body nobody reads yet, and goes on once that is read", async () => {
    const exchange = new UndiciExchange(NEVER);
    let resumed = 0;
    exchange.onConnect(() => undefined);
    exchange.onHeaders(200, [], () => (resumed += 1));
    expect([1, 2, 3].map(() => exchange.onData(Buffer.alloc(100_000)))).to.deep.equal([true, true, false]);
    exchange.onComplete();
    let bytes = 0;
    for await (const chunk of exchange) {
      expect(resumed).to.equal(0);
      bytes += chunk.byteLength;
    }
    expect([bytes, resumed]).to.deep.equal([300_000, 1]);
  });

  it("sends what it is given, and hands back what it gets", async () => {
    answer = (socket) => socket.write("HTTP/1.1 200 OK\r\nX-Two: 2\r\nlink: <a>\r\nLink: <b>\r\ncontent-length: 2\r\n\r\nok");
    const got = await send(NEVER, "hällo");
    expect([got.status, got.headers["x-two"], got.headers["link"], await read(got)]).to.deep.equal([200, "2", "<a>, <b>", "ok"]);
    expect(server.requests[0]).to.match(/^POST \/a\?b=c HTTP\/1\.1\r\n/);
    expect(server.requests[0]).to.match(/x-one: 1\r\n/).and.to.match(/content-length: 6\r\n/);
  });

  it("waits for the answer that follows a 100 or 103", async () => {
    answer = (socket) => socket.write(Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n"), http(200, "{}")]));
    const got = await send();
    expect([got.status, await read(got)]).to.deep.equal([200, "{}"]);
  });

  it("reads a large body that comes faster than it is read, whole", async () => {
    const large = Buffer.alloc(32 * 1024 * 1024, "0123456789");
    let flushed = false;
    answer = (socket) => socket.write(http(200, large), () => (flushed = true));
    const got = await send();
    // Nobody reads yet: what is not read is not taken from the network either.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(flushed).to.equal(false);
    const parts: Uint8Array[] = [];
    for await (const part of got.body) {
      parts.push(part);
      if (parts.length === 1) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(Buffer.concat(parts).equals(large)).to.equal(true);
    answer = (socket) => socket.write(http(200, "{}"));
    expect(await read(await send())).to.equal("{}");
  });

  it("hands on no body in an encoding that it does not know, which would pass for the body itself", async () => {
    answer = (socket) => socket.write(http(200, "{}", { "content-encoding": "compress" }));
    expect(await faultOf(send().then(read))).to.equal("garbled");
    answer = (socket) => socket.write(http(200, "{}"));
    expect(await read(await send())).to.equal("{}");
  });

  it("closes the connection of a body that is left unread, and goes on with another", async () => {
    let closed = 0;
    answer = (socket) => {
      socket.on("close", () => closed++);
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\nfirst");
    };
    for await (const chunk of (await send()).body) if (chunk.byteLength > 0) break;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(closed).to.equal(1);
    answer = (socket) => socket.write(http(200, "{}"));
    expect(await read(await send())).to.equal("{}");
  });

  it("sends nothing of a call that was given up while it waited for a connection", async () => {
    const controller = new AbortController();
    const arrived = new Promise<() => void>((resolve) => (answer = (socket) => resolve(() => socket.write(http(200, "{}")))));
    const first = send().then(read);
    const finish = await arrived;
    const second = faultOf(send(controller.signal));
    controller.abort();
    expect(await second).to.equal("lost");
    finish();
    expect(await first).to.equal("{}");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.requests).to.have.length(1);
  });

  it("ends a call under way when its signal aborts, before and after the head", async () => {
    for (const early of [undefined, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"]) {
      const controller = new AbortController();
      answer = (socket) => void (early !== undefined && socket.write(early));
      setTimeout(() => controller.abort(), 30);
      expect(await faultOf(send(controller.signal).then(read))).to.equal("lost");
    }
    const aborted = AbortSignal.abort();
    expect(await faultOf(send(aborted))).to.equal("lost");
  });

  it("sends no header that would split the request", async () => {
    const fault = await faultOf(transport.send({ url: server.origin, method: "GET", headers: { "x-a": "b\r\nx-c: d" }, body: undefined, signal: NEVER }));
    expect([fault, server.requests.length]).to.deep.equal(["unsent", 0]);
  });
});

describe("the transport over a double of fetch", () => {
  it("hands the double a request, and hands back its answer", async () => {
    const seen: unknown[] = [];
    const transport = createFetchTransport(async (request) => {
      seen.push(request.method, request.url, request.headers.get("x-a"), await request.text(), request.redirect);
      return Response.json({ ok: true }, { status: 201, headers: { "x-b": "2" } });
    });
    const got = await transport({ url: "https://a.example/b?c", method: "POST", headers: { "x-a": "1" }, body: "text", signal: NEVER });
    expect(seen).to.deep.equal(["POST", "https://a.example/b?c", "1", "text", "manual"]);
    expect([got.status, got.headers["x-b"], await read(got)]).to.deep.equal([201, "2", '{"ok":true}']);
    const empty = createFetchTransport(() => Promise.resolve(new Response(null, { status: 204 })));
    expect(await read(await empty({ url: "https://a.example/", method: "DELETE", headers: {}, body: undefined, signal: NEVER }))).to.equal("");
  });

  it("tells the faults of a double that fails as fetch does", async () => {
    const faults: readonly (readonly [unknown, string])[] = [
      [new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) }), "unsent"],
      [new TypeError("fetch failed", { cause: Object.assign(new AggregateError([Object.assign(new Error(), { code: "ENETUNREACH" })]), {}) }), "unsent"],
      [new TypeError("fetch failed", { cause: Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }) }), "unsent"],
      [new TypeError("fetch failed", { cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }) }), "lost"],
      [new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "CERT_HAS_EXPIRED" }) }), "tls"],
      [new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "HPE_INVALID_CONSTANT" }) }), "garbled"],
      [new TypeError("terminated"), "lost"],
      [new TransportError("host_refused"), "host_refused"],
      ["a text", "lost"],
      [undefined, "lost"],
    ];
    for (const [error, fault] of faults) {
      const transport = createFetchTransport(() => Promise.reject(error));
      expect(await faultOf(transport({ url: "https://a.example/", method: "GET", headers: {}, body: undefined, signal: NEVER }))).to.equal(fault);
    }
  });

  it("lets the seam cut off a double that never answers, or never ends its body", async () => {
    const stalls = [() => new Promise<Response>(() => undefined), () => Promise.resolve(new Response(new ReadableStream({ pull: () => new Promise(() => undefined) })))];
    for (const stall of stalls) {
      const seam = scriptedSeam([], { transport: createFetchTransport(stall) });
      expect((await failure(seam.get("/contacts/1"))).code).to.equal("VENDOR_UNAVAILABLE");
      expect(seam.calls).to.have.length(4);
      expect(seam.clock.elapsedMs).to.be.at.least(120_000);
    }
  });
});
