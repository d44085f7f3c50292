import { expect } from "chai";
import type { Connector } from "../../core/ports.js";
import type { Bench, Person } from "../bench.js";
import { type GoesOn, goneOnFrom, parsed, reviveBeside } from "../cursors.js";
import { disturbing, spoiling } from "../faults.js";
import { hostConnector } from "../hosted-connector.js";
import { everyone, rule, type Rule } from "../rule.js";
import { crowd, deleteWhole, expectWhole, fromNowOn } from "../steps.js";
import { type Fault, keyOf } from "../wire.js";
import { relates } from "./related-records.js";

/** What servers and their libraries say of themselves, whoever runs them. */
const SAID_BY_SERVERS: readonly unknown[] = [
  { error: "Not Found" },
  { status: 404, error: "Not Found" },
  { timestamp: "2026-01-15T09:00:00.000+00:00", status: 404, error: "Not Found", path: "/" },
  { statusCode: 404, error: "Not Found", message: "Route not found" },
  { message: "Not Found" },
  { detail: "Not Found" },
  { errors: ["Not Found"] },
  { error: { code: 404, message: "Not Found" } },
  { code: 404, message: "Not Found" },
  "Not Found",
  [],
  null,
];

/** What stands where the next page is named, and names none: it is not known that there is none. */
const NAMING_NO_PAGE: readonly ((cursor: unknown) => unknown)[] = [(cursor) => ({ after: cursor }), () => true, (cursor) => [cursor]];

export const ANSWER_RULES: readonly Rule[] = [
  rule("FAULT-15", "finds no error of its vendor's in what any server says of itself", everyone, async ({ connector: { protocol } }) => {
    for (const body of SAID_BY_SERVERS) expect(protocol.errorCode(body), `the vendor's code in ${JSON.stringify(body)}`).to.equal(undefined);
  }),

  rule("FAULT-16", "takes no list for ended where what names its next page makes no sense", everyone, async (bench) => {
    if (bench.manifest.requestTypes.includes("access")) await expectListsNotEnded(bench, await bench.addSubject({ volume: "paged" }));
    const [person] = await crowd(bench, { category: bench.manifest.identifierCategories[0] ?? "", value: bench.nobody().reveal() });
    if (person !== undefined) await expectSearchNotEnded(bench, person);
  }),

  rule("FAULT-17", "leaves what it is given as it was given", everyone, async ({ connector, manifest, sandbox, wire, addSubject, ...bench }) => {
    const changed = new Set<string>();
    const hosted = hostConnector({ connector: watched(connector, (port) => changed.add(port)), transport: wire.carry, apiOrigin: sandbox.apiOrigin });
    const person = await addSubject();
    await hosted.connect(bench.token);
    if (manifest.requestTypes.includes("access")) await hosted.access(person.identifier);
    if (manifest.requestTypes.includes("deletion")) await deleteWhole({ ...bench, connector, manifest, sandbox, wire, addSubject, hosted }, person, relates(connector) ? { erase: "related" } : {});
    expect([...changed], "calls that changed what they were given").to.deep.equal([]);
  }),
];

async function expectListsNotEnded(bench: Bench, person: Person): Promise<void> {
  const since = fromNowOn(bench);
  await bench.hosted.access(person.identifier);
  for (const [number, { key, cursors }] of goneOnFrom(since.calls()).entries()) {
    for (const instead of number === 0 ? NAMING_NO_PAGE : NAMING_NO_PAGE.slice(0, 1)) {
      bench.wire.disturb(naming(key, cursors, instead));
      const standing = await bench.hosted.access(person.identifier);
      bench.wire.mend();
      if (standing.result.outcome === "complete") expectWhole(bench, standing, person);
      else expect(standing.result.outcome, `outcome where ${key} names no next page`).to.be.oneOf(["parked", "needs_attention", "complete_with_gaps"]);
    }
  }
}

async function expectSearchNotEnded({ hosted, wire, ...bench }: Bench, { identifier }: Person): Promise<void> {
  const { lookup } = await hosted.open();
  const since = fromNowOn({ ...bench, hosted, wire });
  const [all] = await lookup.find([identifier]);
  for (const { key, cursors } of goneOnFrom(since.calls())) {
    for (const instead of NAMING_NO_PAGE) {
      wire.disturb(naming(key, cursors, instead));
      const [found] = await lookup.find([identifier]).catch(() => []);
      wire.mend();
      if (found !== undefined && found.matches.length < (all?.matches.length ?? 0)) expect(found.gaps.length, "gaps of a search whose next page is not known").to.be.at.least(1);
    }
  }
}

function naming(key: string, cursors: GoesOn["cursors"], instead: (cursor: unknown) => unknown): Fault {
  return disturbing((request) => keyOf(request) === key, spoiling(({ body }) => JSON.stringify(reviveBeside(parsed(body), (leaf) => (cursors.has(String(leaf)) ? instead(leaf) : undefined)))));
}

/** A connector of whose ports each call tells when it leaves something else in what it was given. */
function watched(connector: Connector, onChange: (port: string) => void): Connector {
  const watch = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== "function") return member;
        return (...input: unknown[]): unknown => {
          const before = JSON.stringify(input);
          const judge = (): void => void (JSON.stringify(input) !== before && onChange(String(key)));
          const outcome: unknown = Reflect.apply(member, target, input);
          if (outcome instanceof Promise) return outcome.finally(judge);
          return key === "collect" ? judged(outcome as AsyncIterable<unknown>, judge) : outcome;
        };
      },
    });
  return { ...connector, auth: (context) => watch(connector.auth(context)), lookup: (context) => watch(connector.lookup(context)), executor: (context) => watch(connector.executor(context)) };
}

async function* judged(pages: AsyncIterable<unknown>, judge: () => void): AsyncIterable<unknown> {
  try {
    yield* pages;
  } finally {
    judge();
  }
}
