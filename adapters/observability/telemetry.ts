import { context, metrics, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from "@opentelemetry/api";
import { systemClock } from "../clock/system-clock.js";
import { isDsrError } from "../../core/errors.js";
import type { Observer } from "./observer.js";

/**
 * Traces and metrics through OpenTelemetry's API alone: a host that registers an SDK before it opens the framework gets them, for any other
 * they cost nothing. One span for each run of a request, and within it one for each attempt of a call.
 * @see https://opentelemetry.io/docs/specs/semconv/http/
 */
export function createTelemetry(version: string): Observer {
  const tracer = trace.getTracer("dsr-connect", version);
  const meter = metrics.getMeter("dsr-connect", version);
  const runs = meter.createHistogram("dsr.run.duration", { unit: "s", description: "How long a run of a request took" });
  const calls = meter.createHistogram("dsr.call.duration", { unit: "s", description: "How long an attempt of a call to a vendor took" });
  const waits = meter.createHistogram("dsr.limit.wait", { unit: "s", description: "How long an attempt of a call waited for the rate limit before it was sent" });
  return {
    run: ({ id, type, connector, connection, vendorsOwn }, work) => {
      const about: Attributes = { "dsr.request.type": type, "dsr.connector": connector, "dsr.connection": connection };
      const startedMs = systemClock.monotonicMs();
      const ended = (span: Span, how: Attributes): void => {
        span.setAttributes(how).end();
        runs.record((systemClock.monotonicMs() - startedMs) / 1000, { ...about, ...how });
      };
      return tracer.startActiveSpan(`dsr ${type}`, { kind: SpanKind.INTERNAL, attributes: { ...about, "dsr.request.id": id, "dsr.vendors_own": vendorsOwn } }, async (span) => {
        try {
          const result = await work();
          const code = result.attention?.code;
          if (code !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: code });
          ended(span, { "dsr.outcome": result.outcome, ...(code === undefined ? {} : { "dsr.code": code }) });
          return result;
        } catch (error) {
          // A foreign error's message may quote a record.
          const code = isDsrError(error) ? error.code : "INTERNAL";
          span.setStatus({ code: SpanStatusCode.ERROR, message: code });
          ended(span, { "dsr.outcome": "interrupted", "dsr.code": code });
          throw error;
        }
      });
    },
    called: ({ operation, attempt, status, durationMs, waitedMs, vendorRequestId }, { connector, connection }) => {
      const [method = "", template = ""] = operation.split(" ");
      const endMs = systemClock.now();
      const about: Attributes = { "http.request.method": method, "url.template": template, "dsr.connector": connector, "dsr.connection": connection, ...(status === undefined ? {} : { "http.response.status_code": status }) };
      const span = tracer.startSpan(operation, { kind: SpanKind.CLIENT, startTime: endMs - durationMs, attributes: { ...about, "http.request.resend_count": attempt - 1, ...(vendorRequestId === undefined ? {} : { "dsr.vendor_request_id": vendorRequestId }) } }, context.active());
      if (status === undefined || status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end(endMs);
      calls.record(durationMs / 1000, about);
      if (waitedMs !== undefined) waits.record(waitedMs / 1000, { "dsr.connector": connector, "dsr.connection": connection });
    },
  };
}
