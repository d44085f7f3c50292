import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { pino } from "pino";
import { createEventLog, Identifier, openLocalDsr, type InputLine, type LocalDsr, type Observer } from "../../../adapters/index.js";
import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";

const ADDRESS = "canary.person@example.test";

describe("watching the framework at work", () => {
  let sandbox: RunningSandbox;
  let home: string;
  let dsr: LocalDsr | undefined;
  const open = async (observers: readonly Observer[] = []): Promise<LocalDsr> => {
    dsr = await openLocalDsr({ home, observers, timings: { looksMs: [0, 10] } });
    const connected = await dsr.connect({ connector: "intercom", name: "acme", apiUrl: sandbox.url }, { capabilities: ["access", "deletion"], categories: [] }, sandbox.firstLine.token);
    if (!connected.ok) throw new Error(connected.code);
    return dsr;
  };
  const input = { identifier: Identifier.parse("email", ADDRESS), reference: "CANARY-REFERENCE" };
  /** What must stand nowhere. */
  const expectQuiet = (text: string): void => {
    for (const canary of ["@", "canary", "CANARY", sandbox.firstLine.token, "Bearer"]) expect(text).not.to.contain(canary);
  };

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "dsr-watched-"));
    sandbox = await startIntercomSandbox({ fixture: "empty", rateLimit: "off", indexLagMs: { create: 0, update: 0, delete: 0 } });
    sandbox.sandbox.build.addContact({ email: ADDRESS, name: "Canary Person" });
  });
  afterEach(async () => {
    await dsr?.close();
    await sandbox.close();
    rmSync(home, { recursive: true, force: true });
  });

  describe("through OpenTelemetry", () => {
    const spans = new InMemorySpanExporter();
    const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 });
    before(() => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
      metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
    });
    after(async () => {
      await reader.shutdown();
      for (const api of [context, trace, metrics]) api.disable();
    });
    beforeEach(() => spans.reset());

    const named = (name: string): readonly ReadableSpan[] => spans.getFinishedSpans().filter((span) => span.name === name);

    it("gives one span for each run, and within it one for each call", async () => {
      const { request } = await (await open()).access("acme", input);
      const [run] = named("dsr access");
      expect(run!.attributes).to.deep.equal({ "dsr.request.type": "access", "dsr.connector": "intercom", "dsr.connection": "acme", "dsr.request.id": request.id, "dsr.vendors_own": false, "dsr.outcome": "complete" });
      const [search] = named("POST /contacts/search").filter(({ parentSpanContext }) => parentSpanContext?.spanId === run!.spanContext().spanId);
      expect(search!.attributes).to.include({ "http.request.method": "POST", "url.template": "/contacts/search", "http.response.status_code": 200, "dsr.connector": "intercom", "dsr.connection": "acme", "http.request.resend_count": 0 });
      expect(named("GET /contacts/{contact_id}").filter(({ parentSpanContext }) => parentSpanContext?.spanId === run!.spanContext().spanId)).to.have.length(1);
    });

    it("tells of a run that did not come to its end by its code", async () => {
      await open();
      sandbox.sandbox.revokeToken(sandbox.firstLine.token);
      await dsr!.access("acme", input);
      const [run] = named("dsr access");
      expect([run!.attributes["dsr.outcome"], run!.attributes["dsr.code"], run!.status.message]).to.deep.equal(["needs_attention", "AUTH_REJECTED", "AUTH_REJECTED"]);
    });

    it("measures runs and calls", async () => {
      await open();
      const { plan } = await dsr!.plan("acme", input);
      await dsr!.delete(plan!.id, plan!.confirm);
      await reader.forceFlush();
      const names = measured.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics.map(({ descriptor }) => descriptor.name)));
      expect(names).to.include.members(["dsr.run.duration", "dsr.call.duration"]);
    });

    it("measures of each call how long it waited for the limit", async () => {
      await open();
      await reader.forceFlush();
      const waits = () => measured.getMetrics().at(-1)!.scopeMetrics.flatMap(({ metrics: all }) => all).find(({ descriptor }) => descriptor.name === "dsr.limit.wait")?.dataPoints.map(({ value }) => value as { readonly count: number; readonly sum: number }) ?? [];
      const sums = (of: "count" | "sum"): number => waits().reduce((sum, each) => sum + each[of], 0);
      const before = { calls: sandbox.sandbox.calls.records.length, count: sums("count"), sum: sums("sum") };
      // Some more than depart at once after a pause: each of the others waits longer than the one before.
      await Promise.all(Array.from({ length: 12 }, (_, n) => dsr!.access("acme", { identifier: Identifier.parse("email", `nobody${n}@example.test`) })));
      await reader.forceFlush();
      expect(sums("count") - before.count).to.equal(sandbox.sandbox.calls.records.length - before.calls);
      expect(sums("sum") - before.sum).to.be.above(1);
    });

    it("gives each line of a batch a span of its own, and each call one, with a template instead of anybody's id", async () => {
      await open();
      const ids = ["one", "two", "three"].map((name) => sandbox.sandbox.build.addContact({ email: `${name}.canary@example.test` }).id);
      async function* lines(): AsyncIterable<InputLine> {
        for (const [n, name] of ["one", "two", "three"].entries()) yield { line: n + 1, asked: { input: { identifier: Identifier.parse("email", `${name}.canary@example.test`) } } };
      }
      spans.reset();
      const before = sandbox.sandbox.calls.records.length;
      const { plan } = await dsr!.batch("acme", { type: "deletion", lines: lines() });
      const { totals } = await dsr!.runBatch(plan!.id, plan!.confirm);
      expect(totals.outcomes).to.deep.equal({ verified: 3 });
      expect(named("dsr deletion").map(({ attributes }) => attributes["dsr.outcome"]).sort()).to.deep.equal(["planned", "planned", "planned", "verified", "verified", "verified"]);
      const calls = spans.getFinishedSpans().filter(({ attributes }) => attributes["http.request.method"] !== undefined);
      expect(calls).to.have.length(sandbox.sandbox.calls.records.length - before);
      for (const { name, attributes } of calls) expect(`${String(attributes["http.request.method"])} ${String(attributes["url.template"])}`).to.equal(name);
      expect(calls.every(({ attributes }) => typeof attributes["http.response.status_code"] === "number")).to.equal(true);
      const runs = new Set(named("dsr deletion").map((span) => span.spanContext().spanId));
      for (const span of named("DELETE /contacts/{contact_id}")) expect(runs.has(span.parentSpanContext?.spanId ?? ""), "within its run").to.equal(true);
      const text = JSON.stringify(spans.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })));
      expectQuiet(text);
      for (const id of ids) expect(text).not.to.contain(id);
    });

    it("holds no person, no reference and no token", async () => {
      await open();
      await dsr!.access("acme", input);
      const { plan } = await dsr!.plan("acme", input);
      await dsr!.delete(plan!.id, plan!.confirm);
      await reader.forceFlush();
      expect(spans.getFinishedSpans().length).to.be.greaterThan(8);
      expectQuiet(JSON.stringify(spans.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status }))));
      expectQuiet(JSON.stringify(measured.getMetrics()));
    });
  });

  describe("by structured logs", () => {
    const logged = (): { readonly lines: () => Record<string, unknown>[]; readonly text: () => string; readonly observer: Observer } => {
      let text = "";
      const logger = pino({ level: "debug", base: null, timestamp: false }, new Writable({ write: (piece: Buffer, _, done) => ((text += piece.toString()), done()) }));
      return { text: () => text, lines: () => text.trim().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>), observer: createEventLog(logger) };
    };

    it("tells when a run begins and ends, and of each call, in named fields alone", async () => {
      const log = logged();
      const { request } = await (await open([log.observer])).access("acme", input);
      const [began, ended] = ["run_began", "run_ended"].map((event) => log.lines().find((line) => line["event"] === event));
      expect(began).to.deep.equal({ level: 30, event: "run_began", request: request.id, type: "access", connector: "intercom", connection: "acme", vendorsOwn: false });
      expect(ended).to.include({ event: "run_ended", request: request.id, outcome: "complete" }).and.have.property("ms");
      const call = log.lines().find((line) => line["operation"] === "POST /contacts/search");
      expect(Object.keys(call!)).to.have.members(["level", "event", "connector", "connection", "operation", "attempt", "status", "ms", "vendorRequestId"]);
      expectQuiet(log.text());
    });

    it("are not believed to be more important than the work: a logger that throws changes nothing", async () => {
      const broken = (): never => {
        throw new Error("the disk of the logs is full");
      };
      const watched = await open([{ called: broken, waiting: broken }]);
      expect((await watched.access("acme", input)).outcome).to.equal("complete");
    });
  });
});
