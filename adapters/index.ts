/**
 * What a host platform uses: the framework over a home folder, or put together from its own parts. The language of requests, results and
 * errors comes along; ports and use cases are in `dsr-connect/core`.
 */
export { DsrError, isDsrError, type ErrorCode, type ErrorFacts } from "../core/errors.js";
export { ERROR_TABLE, type ErrorRow } from "../core/error-table.js";
export type { Checkpoint, EvidenceRecord } from "../core/evidence.js";
export type { EvidenceFact } from "../core/evidence-facts.js";
export type { EvidenceFile } from "../core/evidence-file.js";
export type { Population, PopulationFilter } from "../core/evidence-population.js";
export type { HoldInput, HoldSummary } from "../core/holds.js";
export { Identifier } from "../core/identifier.js";
export type { Connection } from "../core/connection.js";
export type { RequestInput } from "../core/intake.js";
export type { Manifest } from "../core/manifest.js";
export type { Connector } from "../core/ports.js";
export type { PlanChoices } from "../core/plan.js";
export type { HostSettings } from "../core/request-settings.js";
export type { AccessResult, DeletionResult, RequestResult } from "../core/results.js";
export type { Batch, BatchChoices, BatchLine } from "../core/batch.js";
export type { InputLine } from "../core/batch-intake.js";
export type { BatchResult, BatchRow, LineVerdict } from "../core/batch-result.js";
export { createDsr, type DsrOptions } from "./inversify/create-dsr.js";
export type { BatchInput, BatchOptions, BatchProgress, CheckResult, ConnectTarget, Dsr, Resumed, RunOptions, Tended, UpkeepReport } from "./inversify/dsr.js";
export { openLocalDsr, type LocalDsr, type LocalDsrOptions } from "./inversify/local-dsr.js";
export { runWorker, type WorkerOptions } from "./worker/run-worker.js";
export type { Nudge, Nudges, Reach } from "./worker/nudges.js";
export type { NetworkOptions } from "./inversify/sessions.js";
export { verifyEvidence, type EvidenceVerdict, type VerifyOptions } from "./evidence/verify-evidence.js";
export { createSeam, type CallRecord, type SeamFetch, type SeamOptions } from "./http/seam.js";
export { createFetchTransport } from "./http/fetch-transport.js";
export { TransportError, type Transport, type TransportAnswer, type TransportInput } from "./http/transport.js";
export { createUndiciTransport, type UndiciTransport, type UndiciTransportOptions } from "./http/undici-transport.js";
export { createEventLog, type EventLogger } from "./observability/event-log.js";
export { createTelemetry } from "./observability/telemetry.js";
export type { ObservedRun, Observer, RunEnd, Where } from "./observability/observer.js";
export { createPacer, type PacerOptions } from "./limits/pacer.js";
export type { StoreLoss } from "./limits/local-share.js";
export type { Users, Wait } from "./limits/wait.js";
export type { Pacer, Permit } from "./limits/pacing.js";
export { createMemoryWindow } from "./limits/memory-window.js";
export { unpaced } from "./limits/unpaced.js";
export { systemClock, systemRandom } from "./clock/system-clock.js";
export { DOWNLOAD_LIMITS, type DownloadLimits } from "./http/download-limits.js";
export { SEAM_LIMITS, type SeamLimits } from "./http/seam-limits.js";
export { createManifestValidator } from "./manifests/validate-manifest.js";
export { createMemoryHost, type MemoryHost, type MemoryHostOptions } from "./in-memory/memory-host.js";
