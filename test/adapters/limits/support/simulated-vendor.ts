import { createSeam, type SeamFetch } from "../../../../adapters/http/seam.js";
import { SEAM_LIMITS } from "../../../../adapters/http/seam-limits.js";
import type { Transport, TransportAnswer } from "../../../../adapters/http/transport.js";
import { createPacer, type PacerOptions } from "../../../../adapters/limits/pacer.js";
import type { Wait } from "../../../../adapters/limits/wait.js";
import type { Pacer } from "../../../../adapters/limits/pacing.js";
import { createMemoryWindow } from "../../../../adapters/limits/memory-window.js";
import { seededRandom, VirtualClock } from "../../clock/virtual-clock.js";
import { acme } from "../../http/support/acme.js";

export const ORIGIN = "https://api.acme.example";

/** A vendor with fixed windows, as Intercom has, on a clock of its own. */
export class SimulatedVendor {
  readonly arrivalsMs: number[] = [];
  readonly refusedMs: number[] = [];
  limit = 166;
  windowMs = 10_000;
  /** Which of its rate headers it sends. */
  rateHeaders: (all: Readonly<Record<string, string>>, refused: boolean) => Readonly<Record<string, string>> = (all) => all;
  /** Requests of other apps, by when they come: Unix milliseconds of the vendor. */
  othersAt: number[] = [];
  refuseAll = false;
  latencyMs: () => number = () => 100;
  #window = -1;
  #used = 0;

  constructor(readonly clock: VirtualClock) {}

  readonly transport: Transport = async ({ signal }) => {
    const latencyMs = this.latencyMs();
    await this.clock.sleep(latencyMs / 2, signal);
    const answer = this.#answer();
    await this.clock.sleep(latencyMs / 2, signal);
    return answer;
  };

  #answer(): TransportAnswer {
    // The vendor's own time, whatever the caller's operator did to the caller's clock.
    const nowMs = VENDOR_EPOCH_MS + this.clock.elapsedMs;
    this.arrivalsMs.push(this.clock.elapsedMs);
    this.#startWindow(nowMs);
    const taken = this.#used < this.limit && !this.refuseAll;
    if (taken) this.#used++;
    else this.refusedMs.push(this.clock.elapsedMs);
    const rate = {
      "x-ratelimit-limit": String(this.limit),
      "x-ratelimit-remaining": String(Math.max(0, this.limit - this.#used)),
      "x-ratelimit-reset": String(Math.floor(nowMs / this.windowMs + 1) * (this.windowMs / 1000)),
    };
    const headers = { date: new Date(nowMs).toUTCString(), ...this.rateHeaders(rate, !taken) };
    return taken ? { status: 200, headers, body: bytes("{}") } : { status: 429, headers, body: bytes('{"error":{"code":"rate_limited"}}') };
  }

  #startWindow(nowMs: number): void {
    const window = Math.floor(nowMs / this.windowMs);
    if (window !== this.#window) this.#used = 0;
    this.#window = window;
    while (this.othersAt[0] !== undefined && this.othersAt[0] <= nowMs) {
      if (Math.floor(this.othersAt[0] / this.windowMs) === window) this.#used++;
      this.othersAt.shift();
    }
  }
}

export const VENDOR_EPOCH_MS = Date.UTC(2026, 0, 1);

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

export interface SimulatedRun {
  readonly clock: VirtualClock;
  readonly vendor: SimulatedVendor;
  readonly pacer: Pacer;
  readonly waits: Wait[];
  /** A seam of its own for each run, as the host makes it. */
  seam(): SeamFetch;
  call(fetch?: SeamFetch): Promise<number>;
}

export function simulatedRun(options: Partial<PacerOptions> = {}): SimulatedRun {
  const clock = new VirtualClock();
  const vendor = new SimulatedVendor(clock);
  const waits: Wait[] = [];
  const pacer = createPacer({ key: "acme", limit: 150, windowMs: 10_000, store: createMemoryWindow(), clock, random: seededRandom(3), onWait: (wait) => waits.push(wait), ...options });
  const seam = (): SeamFetch =>
    createSeam({ protocol: acme, apiOrigin: ORIGIN, credential: () => undefined, pacer, transport: vendor.transport, clock, random: seededRandom(5), signal: new AbortController().signal, limits: SEAM_LIMITS });
  const shared = seam();
  return { clock, vendor, pacer, waits, seam, call: async (fetch = shared) => (await fetch(new Request(`${ORIGIN}/v1.0/me`))).status };
}
