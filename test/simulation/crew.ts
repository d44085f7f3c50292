import { ALL_SCOPES } from "../../connectors/intercom/sandbox/scopes.js";
import type { Dsr } from "../../adapters/inversify/dsr.js";
import type { ErrorCode } from "../../core/errors.js";
import { isDsrError } from "../../core/errors.js";
import { Identifier } from "../../core/identifier.js";
import type { RequestInput } from "../../core/intake.js";
import type { PlanChoices } from "../../core/plan.js";
import type { RequestType } from "../../core/request.js";
import type { RequestResult } from "../../core/results.js";
import type { Draw } from "./draw.js";
import type { Person } from "./people.js";
import type { Process } from "./process.js";
import type { Vendor } from "./vendor.js";
import type { World } from "./world.js";

/** What came of asking the product for something. */
export type Answer<T> = { readonly told: T; readonly code?: undefined } | { readonly told?: undefined; readonly code: ErrorCode } | { readonly told?: undefined; readonly code: "died" };

/** A request as the people remember it who made it. */
export interface Asked {
  readonly type: RequestType;
  readonly vendor: Vendor;
  readonly person: Person;
  readonly input: RequestInput;
  /** What holds for every plan of it. */
  readonly choices: PlanChoices;
  id: string | undefined;
}

/** The people who use the product, and the processes that they start. */
export interface Crew {
  readonly world: World;
  readonly draw: Draw;
  readonly asked: Asked[];
  /** Lets people sleep, too. */
  wait(ms: number): Promise<void>;
  /** The process that people use, started anew when it has died. */
  process(): Process;
  /** Another one beside it. */
  another(): Process;
  /** @param expected codes that are a fitting answer beside those that any breakage may give */
  ask<T>(what: string, use: (dsr: Dsr, signal: AbortSignal) => Promise<T>, expected?: readonly ErrorCode[], process?: Process): Promise<Answer<T>>;
  /** Interrupts everything that is asked for just now. */
  interrupt(): void;
  /** A new request about somebody. */
  about(type: RequestType, vendor: Vendor, person: Person): Asked;
}

/** Codes of breakage, which any call may give where something broke. */
const BREAKAGE: Readonly<Partial<Record<ErrorCode, readonly string[] | "any trouble">>> = {
  VENDOR_UNAVAILABLE: "any trouble",
  VENDOR_MALFORMED: "any trouble",
  RATE_LIMITED: "any trouble",
  OUTCOME_UNKNOWN: "any trouble",
  VENDOR_REJECTED: ["proxy_404", "proxy_404_after"],
  AUTH_REJECTED: ["revoked"],
  SCOPE_MISSING: ["scope"],
  STORAGE_FAILED: ["disk"],
  INTERRUPTED: ["interrupted", "crash"],
  REQUEST_BUSY: ["together"],
};

/** Nothing that people ask for takes longer, whatever the vendor does. */
const LONGEST_MS = 24 * 3_600_000;

const PEOPLE = {};

export function createCrew(world: World, start: () => Process): Crew {
  const draw = world.draw.fork("people");
  const { clock, judge, watchers, troubles } = world;
  const clockOfPeople = clock.of(PEOPLE);
  const running = new Set<AbortController>();
  let current: Process | undefined;
  let second: Process | undefined;
  const alive = (process: Process | undefined): Process => (process?.isAlive() === true ? process : start());

  const failed = (what: string, error: unknown, process: Process, expected: readonly ErrorCode[]): Answer<never> => {
    if (!process.isAlive()) return { code: "died" };
    const text = error instanceof Error ? `${error.message} ${error.stack ?? ""} ${JSON.stringify(error)} ${String(error.cause)}` : String(error);
    watchers.onShown(text, `the error of ${what}`);
    if (!isDsrError(error)) {
      judge.fail("ERRORS", `${what} throws ${error instanceof Error ? error.name : typeof error}`);
      return { code: "INTERNAL" };
    }
    const causes = BREAKAGE[error.code];
    const fits = expected.includes(error.code) || (causes === "any trouble" ? troubles.size > 0 : causes?.some((cause) => troubles.has(cause)) === true);
    judge.expect(fits, "ERRORS", () => `${what} throws ${error.code} ${JSON.stringify(error.facts)}`);
    world.trace.add(() => `${clock.elapsedMs()} ${what} throws ${error.code}`);
    return { code: error.code };
  };

  const crew: Crew = {
    world,
    draw,
    asked: [],
    wait: (ms) => clockOfPeople.sleep(ms),
    process: () => (current = alive(current)),
    another: () => (second = alive(second)),
    interrupt: () => {
      troubles.add("interrupted");
      for (const each of running) each.abort();
    },
    ask: async (what, use, expected = [], process = crew.process()) => {
      const stop = new AbortController();
      running.add(stop);
      if (running.size > 1) troubles.add("together");
      const startedMs = clock.elapsedMs();
      world.trace.add(() => `${startedMs} ${what} by ${process.number}`);
      try {
        const told = await Promise.race([use(process.dsr, stop.signal), process.died.then(() => Promise.reject(new Error("died")))]);
        if (isResult(told)) {
          world.trace.add(() => `${clock.elapsedMs()} ${what}: ${inShort(told)}`);
          watchers.onResult(told);
        }
        return { told };
      } catch (error) {
        return failed(what, error, process, expected);
      } finally {
        running.delete(stop);
        const tookMs = clock.elapsedMs() - startedMs;
        judge.expect(tookMs <= LONGEST_MS, "ENDS", () => `${what} took ${tookMs} ms`);
      }
    },
    about: (type, vendor, person) => {
      const reference = draw.chance(0.9) ? { reference: `TICKET-${crew.asked.length + 1}` } : {};
      const wide = type === "deletion" && draw.chance(seesAll(vendor) ? 0.6 : 0.03);
      const asked: Asked = { type, vendor, person, input: { identifier: Identifier.parse("email", person.address), ...reference }, choices: wide ? { erase: "related" } : {}, id: undefined };
      crew.asked.push(asked);
      return asked;
    },
  };
  return crew;
}

/** Whether the connection covers everything that a related deletion has to see; elsewhere it is refused. */
function seesAll({ makeup }: Vendor): boolean {
  return makeup.categories === "granted" && makeup.scopes === ALL_SCOPES;
}

/** What a result says, without what is the same in most of them. */
function inShort({ searched: _, notCovered: __, ...result }: RequestResult): string {
  return JSON.stringify(result);
}

function isResult(told: unknown): told is RequestResult {
  return typeof told === "object" && told !== null && "outcome" in told && "request" in told;
}
