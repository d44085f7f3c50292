import type { SandboxAnswer } from "./answer.js";
import { finish } from "./answer.js";
import { AttachmentLinks } from "./attachments.js";
import { Builders } from "./builders.js";
import { CallLog } from "./call-log.js";
import type { Parts } from "./dispatch.js";
import { dispatch } from "./dispatch.js";
import type { Injection } from "./faults.js";
import { FaultQueue } from "./faults.js";
import { sendInProcess } from "./fetch-double.js";
import { FIXTURES } from "./fixtures.js";
import type { AppRegistration } from "./oauth.js";
import { OAuthPages } from "./oauth.js";
import type { IntercomSandboxOptions } from "./options.js";
import { DEFAULT_APP, DEFAULT_WORKSPACE } from "./options.js";
import { SeededRandom } from "./random.js";
import { RateWindow, WINDOW_MS } from "./rate-window.js";
import type { Workspace } from "./records.js";
import { json } from "./reply.js";
import type { ScopeId } from "./scopes.js";
import { DEFAULT_INDEX_LAG_MS } from "./search-index.js";
import { SandboxState } from "./state.js";
import { DEFAULT_SWITCHES } from "./switches.js";
import type { TokenRequest } from "./tokens.js";
import { TokenRegister } from "./tokens.js";

/** Starts a stateful Intercom without a socket: deterministic in its seed and its clock. */
export function createIntercomSandbox(options: IntercomSandboxOptions): IntercomSandbox {
  return new IntercomSandbox(options);
}

export class IntercomSandbox {
  /** A token that may do everything. */
  readonly token: string;
  readonly app: AppRegistration;
  readonly workspace: Workspace;
  readonly state: SandboxState;
  /** Where attachments are kept; `origin` says where their links lead. */
  readonly links: AttachmentLinks;
  readonly calls = new CallLog();
  readonly rate: RateWindow;
  /** Adds and changes people without a call. */
  readonly build: Builders;

  private readonly faults = new FaultQueue();
  private readonly parts: Parts;

  constructor(private readonly options: IntercomSandboxOptions) {
    const switches = { ...DEFAULT_SWITCHES, ...options.switches };
    const random = new SeededRandom(options.seed ?? 1);
    this.app = { ...DEFAULT_APP, ...options.app };
    this.workspace = { ...DEFAULT_WORKSPACE, ...options.workspace };
    this.links = new AttachmentLinks("https://downloads.intercomcdn.com", random.hex(32), switches.attachmentLinkLifetimeMs);
    this.state = new SandboxState({ ...DEFAULT_INDEX_LAG_MS, ...options.indexLagMs }, switches, this.links);
    this.rate = new RateWindow(options.rateLimit ?? 166);
    const tokens = new TokenRegister(random, this.workspace, this.state.admins);
    const oauth = new OAuthPages(this.app, tokens, random, switches);
    const world = { state: this.state, random, switches, links: this.links, cascadeDelayMs: options.cascadeDelayMs ?? 60_000 };
    this.parts = { tokens, oauth, rate: this.rate, app: this.app, world, readLagMs: options.readLagMs ?? 0 };
    const { value, admin } = tokens.issue();
    this.token = value;
    this.build = new Builders(this.state, this.links, random, this.workspace.id, admin, () => options.clock.now());
    FIXTURES[options.fixture ?? "small"](this.build, options.crowdSize ?? 1000);
  }

  /** Another token, for a teammate of its own. */
  issueToken(request: TokenRequest = {}): string {
    return this.parts.tokens.issue(request).value;
  }

  revokeToken(token: string): void {
    this.parts.tokens.revoke(token);
  }

  /** The teammate who authorised this token leaves the workspace. */
  removeTeammate(token: string): void {
    this.parts.tokens.removeTeammate(token);
  }

  grantScope(token: string, scope: ScopeId): void {
    this.parts.tokens.grantScope(token, scope);
  }

  withdrawScope(token: string, scope: ScopeId): void {
    this.parts.tokens.withdrawScope(token, scope);
  }

  inject(injection: Injection): void {
    this.faults.inject(injection);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  /** Uses up calls of the current window, as another app of the workspace would. */
  spendElsewhere(calls: number): void {
    this.rate.spend(calls, this.options.clock.now());
  }

  maxInSlidingWindow(windowMs: number): number {
    return this.calls.maxInSlidingWindow(windowMs);
  }

  /** What the wire would carry, socket faults included as `delivery`. */
  async handle(request: Pick<Request, "method" | "url" | "headers" | "text">): Promise<SandboxAnswer> {
    const text = request.method === "GET" ? "" : await request.text();
    const now = this.options.clock.now();
    this.state.schedule.settle(now);
    const arrival = { method: request.method, url: new URL(request.url), headers: request.headers, text, now };
    if (arrival.url.pathname === "/_sandbox/calls") return finish(json(this.report()), "", this.parts.world.switches);

    const revision = this.revision();
    const fault = this.faults.take(arrival.method, arrival.url.pathname);
    const { answer, kind, operation } = dispatch(this.parts, arrival, fault);
    this.calls.add({
      kind,
      method: arrival.method,
      path: arrival.url.pathname,
      at: now,
      operation,
      status: answer.delivery.kind === "reset" ? 0 : answer.status,
      effect: this.revision() > revision,
      version: request.headers.get("intercom-version"),
      carriedToken: request.headers.has("authorization"),
    });
    return answer;
  }

  /** A stand-in for `fetch`: socket faults become rejections, as they do in undici. */
  async fetch(request: Request): Promise<Response> {
    request.signal.throwIfAborted();
    return sendInProcess(await this.handle(request), request, this.options.clock);
  }

  /** For people who look at `/_sandbox/calls`: counts, nobody's data. */
  private report(): Record<string, unknown> {
    return {
      calls: this.calls.records.length,
      operations: this.calls.countByOperation(),
      effects: this.calls.records.filter(({ effect }) => effect).length,
      maxInSlidingWindow: this.maxInSlidingWindow(WINDOW_MS),
    };
  }

  private revision(): number {
    return this.state.revision + this.parts.tokens.revision;
  }
}
