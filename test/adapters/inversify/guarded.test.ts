import { expect } from "chai";
import { getEventListeners } from "node:events";
import { join } from "node:path";
import { inspect } from "node:util";
import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import { DsrError } from "../../../core/errors.js";
import { Identifier } from "../../../core/identifier.js";
import { guarded } from "../../../adapters/inversify/guarded.js";
import { openLocalDsr, type LocalDsr } from "../../../adapters/inversify/local-dsr.js";
import { temporaryHome, type TemporaryHome } from "../journal/temporary-home.js";

const ada = Identifier.parse("email", "ada@example.test");
const all = { capabilities: ["access", "deletion"] as const, categories: "granted" as const };

describe("the framework's guard", () => {
  const over = (methods: object, closing = new AbortController()) => guarded(methods as never, closing, { nowMs: () => 0, placeOf: (directory) => directory });

  it("hands out no mistake's own words, which may quote a record", async () => {
    const dsr = over({ holds: () => Promise.reject(new TypeError("ada@example.test is no id")) });
    const error: unknown = await dsr.holds().then(() => undefined, (thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(DsrError).and.include({ code: "INTERNAL" });
    expect(inspect(error, { depth: 9 })).to.contain("TypeError").and.not.contain("ada@");
  });

  it("leaves nothing behind on a host's signal once a call has ended, however it did", async () => {
    for (const work of [() => Promise.resolve(), () => Promise.reject(new DsrError("INTERNAL"))]) {
      const { signal } = new AbortController();
      let listening = 0;
      const dsr = over({ upkeep: () => ((listening = getEventListeners(signal, "abort").length), work()) });
      await dsr.upkeep({ signal }).catch(() => undefined);
      expect([listening, getEventListeners(signal, "abort").length]).to.deep.equal([1, 0]);
    }
  });

  it("waits for what runs when it is closed, and interrupts it", async () => {
    const done: string[] = [];
    const dsr = over({
      upkeep: async ({ signal }: { signal: AbortSignal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        await new Promise((resolve) => setImmediate(resolve));
        done.push("upkeep");
      },
    });
    const running = dsr.upkeep();
    await new Promise((resolve) => setImmediate(resolve));
    await dsr.close();
    done.push("closed");
    await running;
    expect(done).to.deep.equal(["upkeep", "closed"]);
  });
});

/** A host hands on what it was handed, and not every host is typed. */
describe("the framework, called from code", () => {
  let sandbox: RunningSandbox;
  let dsr: LocalDsr;
  let homes: TemporaryHome[];
  const newHome = (): string => {
    const home = temporaryHome();
    homes.push(home);
    return home.directory;
  };

  beforeEach(async () => {
    homes = [];
    sandbox = await startIntercomSandbox({ rateLimit: "off" });
    dsr = await openLocalDsr({ home: newHome() });
    await dsr.connect({ connector: "intercom", name: "acme", apiUrl: sandbox.url }, all, sandbox.firstLine.token);
    sandbox.sandbox.calls.records.length = 0;
  });

  afterEach(async () => {
    await dsr.close();
    await sandbox.close();
    for (const home of homes) await home.remove();
  });

  const wrong = {
    "a connection that is an object": () => dsr.connection({} as never),
    "a connection that is a boolean": () => dsr.connection(true as never),
    "a request id that is an object": () => dsr.result({} as never),
    "a request to resume that is an object": () => dsr.resume({} as never),
    "a request to cancel that is a list": () => dsr.cancel([] as never),
    "a filter with an object in it": () => dsr.requests({ reference: {} as never }),
    "no input": () => dsr.access("acme", undefined as never),
    "an identifier that was not parsed": () => dsr.access("acme", { identifier: { category: "email", value: "ada" } as never }),
    "a law that there is not": () => dsr.access("acme", { identifier: ada, law: "hipaa" as never }),
    "a date that is a number": () => dsr.access("acme", { identifier: ada, receivedAt: 5 as never }),
    "an empty reference": () => dsr.access("acme", { identifier: ada, reference: "" }),
    "a reference of a megabyte": () => dsr.access("acme", { identifier: ada, reference: "x".repeat(1_000_000) }),
    "a reference that is an address": () => dsr.access("acme", { identifier: ada, reference: "ada@example.test" }),
    "a field that there is not": () => dsr.access("acme", { identifier: ada, emial: "x" } as never),
    "a choice that is no id": () => dsr.plan("acme", { identifier: ada }, { only: ["../contacts"] }),
    "a plan that is an object": () => dsr.delete({} as never, "x"),
    "a connection's name that is a path": () => dsr.connect({ connector: "intercom", name: "../x", apiUrl: sandbox.url }, all, "token"),
    "a token with a line break": () => dsr.connect({ connector: "intercom", name: "other", apiUrl: sandbox.url }, all, "token\n"),
    "no selection": () => dsr.connect({ connector: "intercom", name: "other", apiUrl: sandbox.url }, undefined as never, "token"),
    "an API address that is none": () => dsr.connect({ connector: "intercom", name: "other", apiUrl: "not a url" }, all, "token"),
    "an API address of another protocol": () => dsr.connect({ connector: "intercom", name: "other", apiUrl: "ftp://x.example.test" }, all, "token"),
    "a rate below one": () => dsr.connect({ connector: "intercom", name: "other", apiUrl: sandbox.url }, all, "token", -1),
    "a hold that is nothing": () => dsr.placeHold(undefined as never),
    "a hold on somebody who was not parsed": () => dsr.placeHold({ identifier: "ada@example.test" as never, basis: "litigation" }),
    "a hold without a basis": () => dsr.placeHold({ identifier: ada } as never),
    "a hold whose basis is blank": () => dsr.placeHold({ identifier: ada, basis: "  " }),
    "a hold whose basis is an object": () => dsr.placeHold({ identifier: ada, basis: {} as never }),
    "a hold whose basis names an address": () => dsr.placeHold({ identifier: ada, basis: "about ada@example.test" }),
    "a hold until a number": () => dsr.placeHold({ identifier: ada, basis: "litigation", until: 5 as never }),
    "a hold until no date": () => dsr.placeHold({ identifier: ada, basis: "litigation", until: "tomorrow" }),
    "a hold until a day that no calendar has": () => dsr.placeHold({ identifier: ada, basis: "litigation", until: "2199-02-30" }),
    "a hold with a field that there is not": () => dsr.placeHold({ identifier: ada, basis: "litigation", untill: "2199-01-01" } as never),
    "a hold with an inherited field": () => dsr.placeHold({ identifier: ada, basis: "litigation", ["constructor"]: 1 } as never),
    "a period that is a text": () => dsr.evidenceList("2026" as never),
    "a period of another kind": () => dsr.evidenceList({ by: "opened" as never }),
    "a period from a date that is none": () => dsr.evidenceList({ from: "2026-02-30" }),
    "a period until an object": () => dsr.evidenceList({ until: {} as never }),
    "a period with a field that there is not": () => dsr.evidenceList({ to: "2026-01-01" } as never),
    "a disconnection that is to abandon by a word": () => dsr.disconnect("acme", { abandon: "no" as never }),
    "a disconnection with an option that there is not": () => dsr.disconnect("acme", { force: true } as never),
    "a folder that is an object": () => dsr.access("acme", { identifier: ada }, { directory: {} as never }),
    "a folder with a NUL in its name": () => dsr.access("acme", { identifier: ada }, { directory: "/tmp/a\u0000b" }),
    "a signal that is none": () => dsr.access("acme", { identifier: ada }, { signal: {} as never }),
    "a listener that is none": () => dsr.access("acme", { identifier: ada }, { onOpened: "x" as never }),
    "a wait by a word": () => dsr.access("acme", { identifier: ada }, { waitForAllLooks: "no" as never }),
    "an app without a client": () => dsr.beginAuthorisation({ connector: "intercom", name: "other" }, undefined as never),
  };
  it("runs many requests at once on one signal of the host's without a warning of Node", async () => {
    const warnings: string[] = [];
    const listen = ({ name }: Error): void => void warnings.push(name);
    process.on("warning", listen);
    const { signal } = new AbortController();
    const results = await Promise.all(Array.from({ length: 16 }, (_, n) => dsr.plan("acme", { identifier: ada, reference: `TICKET-${n}` }, {}, { signal })));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(results.map(({ outcome }) => outcome)).to.deep.equal(Array(16).fill("planned"));
    expect(warnings).to.deep.equal([]);
  });

  for (const [what, call] of Object.entries(wrong)) {
    it(`refuses ${what} with a code, and calls nobody`, async () => {
      const error: unknown = await call().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(DsrError);
      expect((error as DsrError).code).to.be.oneOf(["REQUEST_INVALID", "CONFIG_INVALID"]);
      expect(JSON.stringify({ ...(error as DsrError) })).not.to.contain("ada@");
      expect(sandbox.sandbox.calls.records).to.be.empty;
    });
  }

  it("interrupts what runs when it is closed, and another one resumes it", async () => {
    const home = newHome();
    const first = await openLocalDsr({ home });
    await first.connect({ connector: "intercom", name: "acme", apiUrl: sandbox.url }, all, sandbox.firstLine.token);
    const running = first.access("acme", { identifier: ada }).catch((error: unknown) => error as DsrError);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await first.close();
    expect(await running).to.have.property("code", "INTERRUPTED");
    const second = await openLocalDsr({ home });
    const [request] = await second.requests();
    expect((await second.resume(request!.id)).outcome).to.match(/^complete/);
    await second.close();
  });

  it("keeps to its home wherever the process goes", async () => {
    const before = process.cwd();
    process.chdir(newHome());
    const place = process.cwd();
    const one = await openLocalDsr({ home: "./home" });
    process.chdir(before);
    await one.connect({ connector: "intercom", name: "acme", apiUrl: sandbox.url }, all, sandbox.firstLine.token);
    const result = await one.access("acme", { identifier: ada });
    await one.close();
    expect(result.package?.path.startsWith(join(place, "home", "packages")), result.package?.path).to.equal(true);
  });

  it("may be closed twice, and refuses calls afterwards", async () => {
    await dsr.close();
    await dsr.close();
    const error: unknown = await dsr.connections().catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "CONFIG_INVALID");
  });

  it("hands out manifests that cannot be changed", () => {
    expect(() => (dsr.manifest("intercom").requestTypes as string[]).push("evil")).to.throw(TypeError);
  });

  it("refuses to open without a folder, or with a connector that is none", async () => {
    for (const options of [undefined, {}, { home: newHome(), connectors: [null] }, { home: newHome(), rate: NaN }]) {
      expect(await openLocalDsr(options as never).catch((thrown: unknown) => thrown)).to.have.property("code", "CONFIG_INVALID");
    }
  });
});
