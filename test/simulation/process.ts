import { SEAM_LIMITS } from "../../adapters/http/seam-limits.js";
import { createMemoryHost, type MemoryHost } from "../../adapters/in-memory/memory-host.js";
import { createDsr } from "../../adapters/inversify/create-dsr.js";
import type { Dsr } from "../../adapters/inversify/dsr.js";
import { createPacer } from "../../adapters/limits/pacer.js";
import type { Pacer } from "../../adapters/limits/pacing.js";
import { createManifestValidator } from "../../adapters/manifests/validate-manifest.js";
import { intercom } from "../../connectors/intercom/connector.js";
import { DsrError } from "../../core/errors.js";
import type { ManifestValidator } from "../../core/registry.js";
import type { createNetwork } from "./network.js";
import type { World } from "./world.js";

/** One process of the product. Its memory dies with it; what it wrote does not. */
export interface Process {
  readonly number: number;
  readonly host: MemoryHost;
  readonly dsr: Dsr;
  /** Resolves when the process has died. */
  readonly died: Promise<void>;
  isAlive(): boolean;
  kill(): void;
  /** A moment at which it may die. */
  boundary(name: string): void;
}

/** Operations that make something durable, and that may fail. */
const WRITES = /(?<!journal)\.(open|append|put|write|drop|place|release|issue)$|^journal\.(open|append)$/;

export function startProcess(world: World, network: ReturnType<typeof createNetwork>): Process {
  const { makeup, judge, plant, clock } = world;
  const draw = world.draw.fork(`process ${world.processes.length}`);
  let alive = true;
  let die: () => void = () => undefined;
  const died = new Promise<void>((resolve) => (die = resolve));
  const kill = (): void => {
    if (!alive) return;
    alive = false;
    world.troubles.add("crash");
    world.trace.add(() => `${clock.elapsedMs()} process ${host.state.processes.started} dies`);
    host.crash();
    clock.drop(process);
    die();
  };
  const boundary = (name: string): void => {
    if (!alive || world.healed || world.crashes >= makeup.disk.most || !draw.chance(makeup.disk.crash)) return;
    world.crashes += 1;
    world.trace.add(() => `${clock.elapsedMs()} crash at ${name}`);
    kill();
  };
  const watch = {
    before: (operation: string) => {
      boundary(`before ${operation}`);
      if (alive && !world.healed && WRITES.test(operation) && draw.chance(makeup.disk.failure)) {
        world.troubles.add("disk");
        throw new DsrError("STORAGE_FAILED");
      }
    },
    after: (operation: string) => {
      if (!alive) return;
      world.trace.add(() => `${clock.elapsedMs()} ${operation}`);
      world.watchers.onDisk(operation);
      boundary(`after ${operation}`);
    },
  };
  const process: Process = { number: world.processes.length + 1, isAlive: () => alive, kill, boundary, died } as Process;
  const host = createMemoryHost({ state: world.state, clock: clock.of(process), seed: world.seed % 4_000_000, watch });
  const planted = plant.host?.(host, world) ?? host;
  const limits = { ...SEAM_LIMITS, ...plant.limits };
  const pacers = new Map<string, Pacer>();
  const transport = network(process);
  const dsr = createDsr({
    host: planted,
    connectors: [plant.connector?.(intercom) ?? intercom],
    validateManifest: validateManifest(),
    network: {
      transport: () => plant.transport?.(transport) ?? transport,
      pacer: (key, limit, windowMs) => {
        const pacer = pacers.get(key) ?? createPacer({ key, limit, windowMs, store: world.windows, clock: planted.clock, random: planted.random, ...plant.pacer?.(key, limit, windowMs) });
        pacers.set(key, pacer);
        return pacer;
      },
      limits,
      onCall: (call) => {
        // Whoever is dead tells nothing of what its calls came to.
        if (!alive) return;
        judge.expect(call.durationMs <= SEAM_LIMITS.deadlineMs, "DEADLINE", () => `${call.operation} took ${call.durationMs} ms`);
        world.watchers.onShown(JSON.stringify(call), "a call record");
      },
    },
  });
  Object.assign(process, { host, dsr: plant.dsr?.(dsr) ?? dsr });
  world.processes.push(process);
  return process;
}

let validator: ManifestValidator | undefined;
const judged = new WeakMap<object, ReturnType<ManifestValidator>>();

/** Compiled once, and asked once for each manifest: it takes longer than a world. */
function validateManifest(): ManifestValidator {
  return (manifest) => {
    const known = judged.get(manifest as object) ?? (validator ??= createManifestValidator())(manifest);
    judged.set(manifest as object, known);
    return known;
  };
}
