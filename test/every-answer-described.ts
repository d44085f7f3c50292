import { AsyncLocalStorage } from "node:async_hooks";
import type { SandboxAnswer } from "../connectors/intercom/sandbox/answer.js";
import { FaultQueue, type Fault } from "../connectors/intercom/sandbox/faults.js";
import { IntercomSandbox } from "../connectors/intercom/sandbox/sandbox.js";
import { undescribed } from "./connectors/intercom/sandbox/description.js";

/**
 * Holds every answer that the local Intercom gives in any test against the connector's own description, whoever asked: the connector, the
 * contract, the command line over a socket, the vendor's own client. Only what a test had it answer wrongly is left out (an injected
 * fault), answers in versions that the description is not about, and pages and files.
 */
const DESCRIBED_VERSIONS: ReadonlySet<string | null> = new Set(["2.16", "Preview", null]);
const wrong = new Set<string>();
const current = new AsyncLocalStorage<{ fault: Fault | undefined }>();

const { handle } = IntercomSandbox.prototype;
const { take } = FaultQueue.prototype;

FaultQueue.prototype.take = function (this: FaultQueue, ...request): Fault | undefined {
  const fault = take.apply(this, request);
  const call = current.getStore();
  if (call !== undefined) call.fault = fault;
  return fault;
};

// The same promise is handed out: whoever waits for the answer goes on at the same moment as without all this.
IntercomSandbox.prototype.handle = function (this: IntercomSandbox, request): Promise<SandboxAnswer> {
  const call: { fault: Fault | undefined } = { fault: undefined };
  const answering = current.run(call, () => handle.call(this, request));
  answering.then((answer) => judge(request, answer, call.fault), () => undefined);
  return answering;
};

function judge(request: Pick<Request, "method" | "url" | "headers">, { status, headers, body }: SandboxAnswer, fault: Fault | undefined): void {
  const contentType = headers["content-type"] ?? "";
  const { pathname } = new URL(request.url);
  const isPage = contentType.startsWith("text/html") || (status >= 300 && status < 400) || /^\/(files|_sandbox)\//.test(pathname);
  if (fault !== undefined || isPage || !DESCRIBED_VERSIONS.has(request.headers.get("intercom-version")) || !Array.isArray(body)) return;
  const text = new TextDecoder().decode(Buffer.concat(body as Uint8Array[]));
  const reason = undescribed({ method: request.method, path: pathname, status, contentType, text });
  if (reason !== undefined) wrong.add(reason);
}

/** By the test during which they were given. All are told at the end: a hook that fails keeps the tests after it from running. */
const told: string[] = [];

export const mochaHooks = {
  afterEach(this: Mocha.Context): void {
    for (const reason of wrong) told.push(`${this.currentTest?.fullTitle() ?? ""}: ${reason}`);
    wrong.clear();
  },
  afterAll: (): void => {
    if (told.length > 0) throw new Error(`the sandbox gave answers that are not described:\n${told.join("\n")}`);
  },
};
