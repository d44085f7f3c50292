import { expect } from "chai";
import type { ScopeStatus } from "../../core/connection.js";
import type { Connector } from "../../core/ports.js";
import type { RequestType } from "../../core/request.js";
import { neededScopes } from "../../core/scopes.js";
import type { Bench, Person } from "../bench.js";
import { answering, MALFORMED, proxyJson, proxyPage, retelling, spoiling } from "../faults.js";
import { CONNECTION, type Standing } from "../hosted-connector.js";
import { declares, everyone, rule, type Rule } from "../rule.js";
import { confirmedPlan, deleteWhole, expectHeld, expectWhole, finish, fromNowOn, grantedAnew, tellsOf } from "../steps.js";
import type { AccessResult } from "../../core/results.js";
import { operationOf, type Fault } from "../wire.js";
import { ROLE_RULE } from "./roles.js";

export const SCOPE_RULES: readonly Rule[] = [
  rule("SCOPE-1", "finds each missing scope when connecting, and nothing is stored", everyone, async (bench) => {
    for (const scope of neededFor(bench, ...bench.manifest.requestTypes)) {
      const statuses = await connectWith(bench, all(bench).filter((id) => id !== scope));
      expect(statuses.get(scope), `status of ${scope} without it`).to.be.oneOf(["missing", "not_testable"]);
      for (const [other, status] of statuses) if (other !== scope) expect(status, `status of ${other} without ${scope}`).not.to.equal("missing");
    }
  }),

  rule("SCOPE-2", "lists all missing scopes together, in one pass", everyone, async (bench) => {
    const alone = new Map<string, ScopeStatus | undefined>();
    for (const scope of neededFor(bench, ...bench.manifest.requestTypes)) alone.set(scope, (await connectWith(bench, all(bench).filter((id) => id !== scope))).get(scope));
    const together = await connectWith(bench, []);
    for (const [scope, status] of alone) expect(together.get(scope), `status of ${scope} without any scope`).to.equal(status);
  }),

  rule("SCOPE-3", "carries each capability out with the scopes that it declares for it, and no others", everyone, async (bench) => {
    for (const type of bench.manifest.requestTypes) {
      const person = await bench.addSubject();
      const connected = await bench.hosted.reconnect(await bench.sandbox.issueToken({ scopes: neededFor(bench, type) }), [type]);
      expect(connected.ok, `whether ${type} connects`).to.equal(true);
      if (type === "access") {
        const standing = await bench.hosted.access(person.identifier);
        expect(standing.result.outcome).to.equal("complete");
        expectWhole(bench, standing, person);
      } else {
        expect((await deleteWhole(bench, person)).result.outcome).to.equal("verified");
      }
    }
  }),

  rule("SCOPE-4", "changes nothing and reads no person by connecting and checking", everyone, async (bench) => {
    const person = await bench.addSubject();
    const since = fromNowOn(bench);
    await connectWith(bench, all(bench));
    await connectWith(bench, []);
    await bench.hosted.check();
    expect(since.effects(), "calls that changed something").to.deep.equal([]);
    for (const { url, answer } of since.calls()) expect(tellsOf(answer?.body ?? "", person), `whether ${new URL(url).pathname} told of a person`).to.equal(false);
  }),

  rule("SCOPE-5", "never takes a scope that was withdrawn for there being no data", declares("access"), async (bench) => {
    const person = await bench.addSubject();
    const covered = bench.manifest.dataCategories.map(({ scope }) => scope);
    await eachWithdrawal(bench, person, [...new Set([...neededFor(bench, "access"), ...covered])], (standing, label) => {
      if (standing.result.attention?.code === "SCOPE_MISSING") expect(standing.result.attention.scope, "the scope that is missing").to.equal(label);
      if (standing.result.outcome !== "needs_attention") {
        expect(standing.result.outcome).to.equal("complete");
        expectWhole(bench, standing, person);
      }
    });
  }),

  rule("SCOPE-6", "asks for no scope that access does without, and names the one that was withdrawn", declares("access"), async (bench) => {
    const person = await bench.addSubject();
    const needed = neededFor(bench, "access");
    const expectNamed = ({ result }: Standing<AccessResult>, label: string | undefined) =>
      expect([result.outcome, result.attention?.code, result.attention?.scope]).to.deep.equal(["needs_attention", "SCOPE_MISSING", label]);
    await eachWithdrawal(bench, person, needed, (standing, label, atStart) => {
      if (atStart || standing.result.outcome !== "complete") expectNamed(standing, label);
    });
    // What only an optional category uses is missed by nobody who leaves that category out.
    for (const scope of needed) {
      const token = await grantedAnew(bench);
      await coverNothingOptional(bench);
      await bench.sandbox.withdraw(token, scope);
      expectNamed(await bench.hosted.access(person.identifier), labelOf(bench, scope));
    }
  }),

  rule("SCOPE-7", "asks for no scope that deletion does without, stops a deletion whose scope was withdrawn, claims nothing, and ends it once it is granted again", declares("deletion"), async (bench) => {
    for (const scope of neededFor(bench, "deletion")) {
      const person = await bench.addSubject();
      const planned = await confirmedPlan(bench, person);
      const token = await grantedAnew(bench);
      await bench.sandbox.withdraw(token, scope);
      const { result } = await bench.hosted.execute(planned.id);
      expect(["needs_attention", "partial"], "outcomes").to.include(result.outcome);
      expect([result.attention?.code, result.attention?.scope]).to.deep.equal(["SCOPE_MISSING", labelOf(bench, scope)]);
      expect(result.targets.map((target) => target.outcome), "outcomes of targets").not.to.include.oneOf(["deleted", "already_absent"]);
      await grantedAnew(bench);
      expect((await finish(bench, planned.id)).result.outcome, "outcome once it is granted").to.equal("verified");
      await expectHeld(bench, [person], false);
    }
    await expectNoneUnneeded(bench);
  }),

  ROLE_RULE,

  rule("SCOPE-9", "leaves an optional category alone where its scope is not granted, and says so", optionalScopesExist, async (bench) => {
    const needed = neededFor(bench, ...bench.manifest.requestTypes);
    const person = await bench.addSubject();
    for (const category of bench.manifest.dataCategories.filter((each) => each.coverage === "optional" && !needed.includes(each.scope))) {
      await bench.hosted.reconnect(await bench.sandbox.issueToken({ scopes: all(bench).filter((id) => id !== category.scope) }));
      const standing = await bench.hosted.access(person.identifier);
      expect(standing.result.outcome).to.equal("complete");
      expect(standing.result.notCovered.map((each) => each.category)).to.include(category.id);
      expect(standing.records[category.id] ?? [], `records of ${category.id}`).to.deep.equal([]);
      expectWhole(bench, standing, person);
    }
    await expectUnselectedLeftAlone(bench, person);
  }),

  rule("SCOPE-10", "can tell of each scope that a read needs whether it is granted", everyone, async (bench) => {
    await expectTestable(bench, readScopes(bench.connector));
    await expectNothingConcluded(bench);
    await expectOthersNotTaken(bench);
  }),

  rule("SCOPE-11", "can tell of each scope that only a change needs whether it is granted, but for those that nothing but a related deletion uses", (connector) => changeScopes(connector).length > 0, async (bench) => {
    await expectTestable(bench, changeScopes(bench.connector));
  }),
];

function readScopes({ manifest, protocol }: Connector): readonly string[] {
  const reading = new Set([...protocol.operations.filter((operation) => operation.effect === "read").map((operation) => operation.scope), ...manifest.dataCategories.map((category) => category.scope)]);
  return manifest.scopes.map((scope) => scope.id).filter((id) => reading.has(id));
}

/** Nobody has to grant what only a related deletion uses: a deletion that lacks it stops there. See SCOPE-12. */
function changeScopes(connector: Connector): readonly string[] {
  const { manifest } = connector;
  const reading = readScopes(connector);
  const needed = neededScopes(manifest, { capabilities: manifest.requestTypes, categories: [] });
  return needed.map((scope) => scope.id).filter((id) => !reading.includes(id));
}

/** Of those scopes that connecting asks for: what no capability and no data category needs is none of its business. */
async function expectTestable(bench: Bench, scopes: readonly string[]): Promise<void> {
  const [withAll, withNone] = [await connectWith(bench, all(bench)), await connectWith(bench, [])];
  for (const scope of scopes.filter((id) => withAll.has(id))) {
    expect([withAll.get(scope), withNone.get(scope)], `status of ${scope} with every scope, and with none`).to.deep.equal(["granted", "missing"]);
  }
}

/** What takes the place of every answer, and what may not be concluded from it: whoever was turned away on the way did not get past the check of permissions. */
const UNANSWERED: readonly (readonly [name: string, fault: Fault, concluded: readonly string[]])[] = [
  ...[503, 403, 404].flatMap((status) => [proxyPage, proxyJson].map((body) => [`a proxy's ${status}`, answering(status, body), ["missing", "granted"]] as const)),
  ...Object.entries(MALFORMED).map(([name, spoil]) => [name, spoiling(spoil), ["missing"]] as const),
];

/** Where nobody could ask, nothing is told of a scope. */
async function expectNothingConcluded(bench: Bench): Promise<void> {
  const { auth } = await bench.hosted.open();
  for (const [name, fault, concluded] of UNANSWERED) {
    for (const scope of all(bench)) {
      bench.wire.disturb(fault);
      const status = await auth.probe(scope).then((probed) => probed.status, () => "an error");
      bench.wire.mend();
      expect(concluded, `what is concluded of ${scope} from ${name}`).not.to.include(status);
    }
  }
}

/** A scope that the vendor lists under a longer name is another one: it grants as little of this one as a list does without it. */
async function expectOthersNotTaken(bench: Bench): Promise<void> {
  const { auth } = await bench.hosted.open();
  const statusOf = async (scope: string, name: string | undefined) => {
    const words = (text: string) => text.split(/([\s,]+)/).map((word) => (word === scope ? (name ?? "") : word)).join("");
    bench.wire.disturb(retelling((text) => (text === scope ? name : words(text))));
    const status = await auth.probe(scope).then((probed) => probed.status, () => "an error");
    bench.wire.mend();
    return status;
  };
  for (const scope of all(bench)) {
    // Then it is no list that tells.
    if ((await statusOf(scope, undefined)) === "granted") continue;
    for (const other of [`${scope}_requests`, `${scope}.requests`, `non_${scope}`, `none:${scope}`]) {
      expect(await statusOf(scope, other), `status of ${scope} where ${other} is granted in its place`).not.to.equal("granted");
    }
  }
}

function optionalScopesExist({ manifest }: Parameters<Rule["concerns"]>[0]): boolean {
  const needed = neededScopes(manifest, { capabilities: manifest.requestTypes, categories: [] }).map((scope) => scope.id);
  return manifest.requestTypes.includes("access") && manifest.dataCategories.some((category) => category.coverage === "optional" && !needed.includes(category.scope));
}

function all({ manifest }: Bench): readonly string[] {
  return manifest.scopes.map((scope) => scope.id);
}

function neededFor({ manifest }: Bench, ...types: readonly RequestType[]): readonly string[] {
  return neededScopes(manifest, { capabilities: types, categories: [] }).map((scope) => scope.id);
}

function labelOf({ manifest }: Bench, scopeId: string): string | undefined {
  return manifest.scopes.find((scope) => scope.id === scopeId)?.label;
}

async function coverNothingOptional({ hosted: { host }, manifest }: Bench): Promise<void> {
  const connection = await host.connections.get(CONNECTION);
  if (connection === undefined) throw new Error("nothing is connected");
  const required = manifest.dataCategories.filter(({ coverage }) => coverage === "required").map(({ id }) => id);
  await host.connections.put({ ...connection, categories: connection.categories.filter((id) => required.includes(id)) });
}

/** What only an optional category uses, a deletion does without where nothing optional is covered. */
async function expectNoneUnneeded(bench: Bench): Promise<void> {
  const optional = bench.manifest.dataCategories.filter(({ coverage }) => coverage === "optional").map(({ scope }) => scope);
  for (const scope of neededFor(bench, "deletion").filter((id) => optional.includes(id))) {
    const token = await grantedAnew(bench);
    await coverNothingOptional(bench);
    const { id } = await confirmedPlan(bench, await bench.addSubject());
    await bench.sandbox.withdraw(token, scope);
    const { result } = await bench.hosted.execute(id);
    expect([result.attention?.code, result.attention?.scope], `what is said of a deletion without ${scope}, where nothing optional is covered`).to.deep.equal(["SCOPE_MISSING", labelOf(bench, scope)]);
  }
}

/** What the host did not select is neither asked for nor packaged, though it could be read. */
async function expectUnselectedLeftAlone(bench: Bench, { identifier }: Person): Promise<void> {
  const { connector, hosted, manifest } = bench;
  await grantedAnew(bench);
  await coverNothingOptional(bench);
  const since = fromNowOn(bench);
  const { records } = await hosted.access(identifier);
  const optional = manifest.dataCategories.filter(({ coverage }) => coverage === "optional");
  expect(Object.keys(records), "categories in the package of what was not selected").not.to.include.oneOf(["nothing", ...optional.map(({ id }) => id)]);
  const usedElsewhere = [...neededFor(bench, ...manifest.requestTypes), manifest.teammates?.scope];
  const unneeded = optional.map(({ scope }) => scope).filter((id) => !usedElsewhere.includes(id));
  const asked = since.calls().map((call) => operationOf(connector.protocol, call)).filter((operation) => operation?.scope !== undefined && unneeded.includes(operation.scope));
  expect(asked.map((operation) => `${operation?.method} ${operation?.path}`), "calls for what was not selected").to.deep.equal([]);
}

/** What connecting says of each scope; nothing may be stored unless it connects. */
async function connectWith(bench: Bench, scopes: readonly string[]): Promise<ReadonlyMap<string, ScopeStatus>> {
  const name = `probe-${bench.wire.calls.length}`;
  const connected = await bench.hosted.connect(await bench.sandbox.issueToken({ scopes }), undefined, name);
  const statuses = new Map(connected.report.scopes.map((scope) => [scope.id, scope.status]));
  const missing = neededFor(bench, ...bench.manifest.requestTypes).filter((id) => statuses.get(id) === "missing");
  expect(connected.ok, "whether it connects").to.equal(missing.length === 0);
  expect((await bench.hosted.host.connections.get(name)) !== undefined, "whether it is stored").to.equal(connected.ok);
  return statuses;
}

/** Takes each needed scope away: before anything was asked, and before the last call of an access request. */
async function eachWithdrawal(bench: Bench, person: Person, scopes: readonly string[], judge: (standing: Standing<AccessResult>, label: string | undefined, atStart: boolean) => void): Promise<void> {
  const clean = fromNowOn(bench);
  await bench.hosted.access(person.identifier);
  const calls = clean.calls().length;
  for (const scope of scopes) {
    for (const before of [0, calls - 1]) {
      const token = await grantedAnew(bench);
      let left = before;
      bench.wire.disturb(async (request, send) => {
        if (left === 0) await bench.sandbox.withdraw(token, scope);
        left -= 1;
        return send(request);
      });
      const standing = await bench.hosted.access(person.identifier);
      bench.wire.mend();
      judge(standing, labelOf(bench, scope), before === 0);
    }
  }
}
