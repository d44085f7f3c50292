import type { Transport, TransportAnswer } from "../../adapters/http/transport.js";
import { TransportError } from "../../adapters/http/transport.js";
import type { SandboxAnswer } from "../../connectors/intercom/sandbox/answer.js";
import { insteadOf } from "../../connectors/intercom/sandbox/faulty-reply.js";
import type { Draw } from "./draw.js";
import { fits, troubleOf, type Trouble } from "./fault-menu.js";
import type { Process } from "./process.js";
import type { Vendor } from "./vendor.js";
import { vendorOf, type World } from "./world.js";
import { CANARY } from "./people.js";

/** One call on its way. */
export interface SentCall {
  readonly number: number;
  readonly vendor: Vendor;
  readonly process: Process;
  readonly method: string;
  readonly path: string;
  readonly url: string;
  readonly body: string;
  readonly token: string | undefined;
  readonly sentAtMs: number;
  readonly trouble: Trouble | undefined;
}

/** What came back of a call, as far as it came. */
export interface Delivered {
  readonly call: SentCall;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** False where less than the whole answer comes. */
  readonly whole: boolean;
}

/** The network owns what is under way: it arrives although its sender has died. */
const NETWORK = {};

/** The network as one process sees it. What it draws depends on the order of calls alone. */
export function createNetwork(world: World): (process: Process) => Transport {
  const { clock, makeup, watchers } = world;
  const draw = world.draw.fork("network");
  const sleep = clock.of(NETWORK).sleep;
  let outageUntilMs: number | undefined;

  const trouble = (shape: { readonly method: string; readonly path: string }): Trouble | undefined => {
    if (world.healed) return undefined;
    const { chance, faults, outage } = makeup.network;
    if (outage !== undefined && world.calls >= outage.fromCall) {
      outageUntilMs ??= clock.elapsedMs() + outage.lengthMs;
      if (clock.elapsedMs() < outageUntilMs) return troubleOf(outage.fault, shape, draw);
    }
    if (faults.length === 0 || !draw.chance(chance)) return undefined;
    const fitting = faults.filter((name) => fits(name, shape));
    return fitting.length === 0 ? undefined : troubleOf(draw.one(fitting), shape, draw);
  };

  return (process) => async (input) => {
    if (!process.isAlive()) return never();
    const url = new URL(input.url);
    const vendor = world.vendors.find(({ origin }) => origin === url.origin) ?? vendorOf(world, "acme");
    const shape = { method: input.method, path: url.pathname };
    disturb(world, vendor, draw);
    const call: SentCall = {
      number: ++world.calls,
      vendor,
      process,
      ...shape,
      url: input.url,
      body: input.body ?? "",
      token: input.headers["authorization"]?.replace("Bearer ", ""),
      sentAtMs: clock.elapsedMs(),
      trouble: trouble(shape),
    };
    const on = call.trouble?.on;
    if (call.trouble !== undefined) world.troubles.add(call.trouble.name);
    world.trace.add(() => `${clock.elapsedMs()} #${call.number} ${process.number} ${vendor.makeup.connection} sends ${call.method} ${url.pathname}${url.search} ${call.body} ${JSON.stringify(call.trouble)}`);
    watchers.onSend(call);
    world.meanwhile();
    process.boundary("network.send");
    if (!process.isAlive()) return never();
    const slowest = makeup.network.slowestMs;
    const [thereMs, backMs] = [1 + draw.below(slowest), 1 + draw.below(slowest)];
    if (call.trouble?.on === "the way out") {
      await sleep(thereMs);
      if (!process.isAlive()) return never();
      watchers.onUnsent(call);
      world.happened.add(call.trouble.name);
      throw new TransportError("unsent");
    }
    await sleep(thereMs + (call.trouble?.on === "the way there" ? call.trouble.lateMs : 0));
    const answer = await arrive(world, call, input.headers);
    if (call.trouble !== undefined && isFelt(call.trouble, answer)) world.happened.add(call.trouble.name);
    if (on === "the way back") return never();
    await sleep(backMs);
    process.boundary("network.answer");
    // Nobody is there any more who would read it.
    if (!process.isAlive() || input.signal.aborted) return never();
    const { status, headers, delivery } = answer;
    world.trace.add(() => `${clock.elapsedMs()} #${call.number} delivers ${status} ${delivery.kind} ${JSON.stringify(headers)}`);
    if (delivery.kind === "reset") throw broken("fetch failed");
    if (status === 429 && on !== "the vendor" && headers["x-ratelimit-reset"] !== undefined) world.happened.add("429 with headers");
    watchers.onDelivered({ call, status, headers, whole: delivery.kind === "whole" });
    return { status, headers, body: bodyOf(answer, sleep) };
  };
}

async function arrive(world: World, call: SentCall, headers: Readonly<Record<string, string>>): Promise<SandboxAnswer> {
  const { vendor, method, url, body } = call;
  const { sandbox } = vendor;
  if (call.path === "/contacts/search" && vendor.noteShown(world.clock.elapsedMs())) world.happened.add("index lag");
  if (call.trouble?.on === "the vendor") sandbox.inject({ method, path: new RegExp(`^${call.path}$`), fault: call.trouble.fault });
  const answer = await sandbox.handle({ method, url, headers: new Headers(headers), text: () => Promise.resolve(body) });
  sandbox.clearFaults();
  const record = sandbox.calls.records.findLast(({ path, method: m }) => path === call.path && m === method);
  world.trace.add(() => `${world.clock.elapsedMs()} #${call.number} arrives: ${answer.status}${record?.effect === true ? " with an effect" : ""}`);
  const read = method === "GET" && answer.status === 200 ? /^\/contacts\/([^/]+)$/.exec(call.path)?.[1] : undefined;
  if (read !== undefined && vendor.isGoing(read)) world.happened.add("stale read");
  world.watchers.onArrival(call, { status: answer.status, effect: record?.effect === true });
  return answer;
}

/** Whether a fault changed anything: what spoils an answer spoils none that is an error already. */
function isFelt(trouble: Trouble, { status }: SandboxAnswer): boolean {
  return trouble.on !== "the vendor" || insteadOf(trouble.fault) !== undefined || status < 400 || trouble.fault.kind === "status";
}

/** Other apps of the account spend its budget; somebody sets the clock. */
function disturb(world: World, vendor: Vendor, draw: Draw): void {
  const { foreign, jumps } = world.makeup.network;
  if (world.healed) return;
  if (foreign > 0 && draw.chance(foreign)) {
    world.troubles.add("foreign traffic");
    vendor.sandbox.spendElsewhere(draw.between(1, 20));
  }
  if (jumps > 0 && draw.chance(jumps)) {
    world.troubles.add("clock jump");
    const ms = draw.one([-86_400_000, -3_600_000, -5_000, 5_000, 3_600_000, 86_400_000]);
    world.clock.jump(ms);
    world.trace.add(() => `${world.clock.elapsedMs()} the clock is set ${ms < 0 ? "back" : "forward"} by ${Math.abs(ms)} ms`);
  }
}

type Sleep = (ms: number) => Promise<void>;

function bodyOf({ body, delivery }: SandboxAnswer, sleep: Sleep): TransportAnswer["body"] {
  switch (delivery.kind) {
    case "stall":
      return { [Symbol.asyncIterator]: () => ({ next: never }) };
    case "short":
      return shortened(body, delivery.missingBytes);
    case "drip":
      return dripping(body, delivery.everyMs, sleep);
    default: {
      const pieces = body[Symbol.iterator]();
      return { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(pieces.next()) }) };
    }
  }
}

async function* shortened(body: Iterable<Uint8Array>, missingBytes: number): AsyncGenerator<Uint8Array> {
  const whole = Buffer.concat([...body]);
  yield whole.subarray(0, Math.max(0, whole.byteLength - missingBytes));
  throw broken("terminated");
}

/** A dozen pieces are as slow as each byte alone would be. */
async function* dripping(body: Iterable<Uint8Array>, everyMs: number, sleep: Sleep): AsyncGenerator<Uint8Array> {
  const whole = Buffer.concat([...body]);
  const size = Math.ceil(whole.byteLength / 12);
  for (let at = 0; at < whole.byteLength; at += size) {
    yield whole.subarray(at, at + size);
    await sleep(everyMs);
  }
}

/** As undici reports it, and with words in it that must go no further. */
function broken(message: string): TypeError {
  return new TypeError(`${message} ${CANARY}`, { cause: Object.assign(new Error(`other side closed ${CANARY}`), { code: "UND_ERR_SOCKET" }) });
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
