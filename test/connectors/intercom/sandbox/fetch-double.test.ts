import { expect } from "chai";
import type { Fault } from "../../../../connectors/intercom/sandbox/faults.js";
import { createIntercomSandbox } from "../../../../connectors/intercom/sandbox/sandbox.js";

describe("the sandbox in process", () => {
  const send = (fault: Fault, init: RequestInit = {}, sleeps?: number[]) => {
    const sleep = async (durationMs: number) => { sleeps?.push(durationMs); };
    const sandbox = createIntercomSandbox({ clock: { now: () => 0, ...(sleeps === undefined ? {} : { sleep }) } });
    sandbox.inject({ fault });
    return sandbox.fetch(new Request("https://api.intercom.io/me", { headers: { authorization: `Bearer ${sandbox.token}` }, ...init }));
  };
  const failure = async (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error as Error);

  it("rejects as undici does when the socket closes, before the answer or within it", async () => {
    const reset = await failure(send({ kind: "reset_after_effect" }));
    expect(reset).to.be.instanceOf(TypeError).with.property("message", "fetch failed");
    expect(reset?.cause).to.have.property("code", "UND_ERR_SOCKET");
    expect(await failure((await send({ kind: "short_body" })).text())).to.be.instanceOf(TypeError);
  });

  it("stalls until the request is given up", async () => {
    const controller = new AbortController();
    const response = await send({ kind: "stall" }, { signal: controller.signal });
    expect(response.status).to.equal(200);
    const read = failure(response.text());
    controller.abort(new Error("given up"));
    expect((await read)?.message).to.equal("given up");
  });

  it("refuses to start for a request that was given up before", async () => {
    expect((await failure(send({ kind: "stall" }, { signal: AbortSignal.abort() })))?.name).to.equal("AbortError");
  });

  it("drips in the time of its clock", async () => {
    const sleeps: number[] = [];
    const text = await (await send({ kind: "drip", everyMs: 300 }, {}, sleeps)).text();
    expect(JSON.parse(text)).to.have.property("type", "admin");
    expect(sleeps).to.have.lengthOf(text.length);
    expect(new Set(sleeps)).to.deep.equal(new Set([300]));
  });

  it("hands out a redirect, or rejects it where the request says so", async () => {
    const fault: Fault = { kind: "redirect", to: "https://elsewhere.example.test/" };
    expect((await send(fault, { redirect: "manual" })).status).to.equal(302);
    expect(await failure(send(fault, { redirect: "error" }))).to.be.instanceOf(TypeError);
  });

  it("unpacks a compressed body piece by piece", async () => {
    const response = await send({ kind: "gzip_bomb", bytes: 1_000_000_000 });
    const reader = response.body!.getReader();
    let read = 0;
    while (read < 4_000_000) read += (await reader.read()).value!.byteLength;
    await reader.cancel();
    const small = await send({ kind: "gzip_bomb", bytes: 1_048_576 });
    expect(await small.json()).to.have.property("type", "admin");
  });

  it("has no body to read in a 204", async () => {
    const response = await send({ kind: "no_content_204" });
    expect([response.status, response.body]).to.deep.equal([204, null]);
  });
});
