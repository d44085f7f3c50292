import { expect } from "chai";
import { isDsrError } from "../../core/errors.js";
import { DEFAULT_SETTINGS } from "../../core/request-settings.js";
import type { PlanChoices } from "../../core/plan.js";
import type { AccessResult } from "../../core/results.js";
import type { Bench, Person } from "../bench.js";
import { hostConnector, type Standing } from "../hosted-connector.js";
import { declares, everyone, rule, type Rule } from "../rule.js";
import { confirmedPlan, crowd, decoy, entriesOf, expectHeld, finish, fromNowOn } from "../steps.js";
import { expectAccountsApart } from "./accounts.js";
import { sharedCategories } from "./others.js";
import { expectRelated, plantFor, waysToDelete } from "./related-records.js";

/** What is done at the same time has nothing in common but the connector's code. */
export const TOGETHER_RULES: readonly Rule[] = [
  rule("TOGETHER-1", "finds for each of two that are looked for at the same time their own, and nobody else's", everyone, async (bench) => {
    const category = bench.manifest.identifierCategories[0] ?? "";
    const crowds = [await crowd(bench, { category, value: bench.nobody().reveal() }), await crowd(bench, { category, value: bench.nobody().reveal() })];
    const { lookup } = await bench.hosted.open();
    const found = await Promise.all([...crowds, ...crowds].map(async ([one], n) => (n < crowds.length ? lookup : (await bench.hosted.open()).lookup).find(one === undefined ? [] : [one.identifier])));
    for (const [n, people] of [...crowds, ...crowds].entries()) {
      expect(found[n]?.map(({ matches, gaps, dropped }) => [matches.map(({ id }) => id).sort(), gaps, dropped]), "matches, gaps and what was dropped").to.deep.equal([[people.map(({ id }) => id).sort(), [], 0]]);
    }
    const ids = crowds.flat().map(({ id }) => id);
    expect((await Promise.all(ids.map((id) => lookup.findById(id)))).map((match) => match?.id), "who is found by their ids").to.deep.equal(ids);
  }),

  rule("TOGETHER-2", "makes of accesses at the same time the packages that each would have come to alone, as the host decided for each", declares("access"), async (bench) => {
    const asked = [...(await twoInCompany(bench)).flatMap((person) => [{ person, otherPeople: "withhold" }, { person, otherPeople: "include" }] as const)];
    const accesses = asked.map(({ person, otherPeople }) => () => bench.hosted.access(person.identifier, undefined, { ...DEFAULT_SETTINGS, otherPeople, notes: otherPeople }));
    const alone: Standing<AccessResult>[] = [];
    for (const access of accesses) alone.push(await access());
    const together = await Promise.all(accesses.map((access) => access()));
    for (const [n, { records, result }] of together.entries()) {
      expect(result.outcome, "outcome of an access beside others").to.equal(alone[n]?.result.outcome);
      expect(toldOf(records), `what a package holds that was made beside others, where the host decided to ${asked[n]?.otherPeople}`).to.deep.equal(toldOf(alone[n]?.records ?? {}));
    }
  }),

  rule("TOGETHER-3", "deletes at the same time each one's own, once, and nobody else", declares("deletion"), async (bench) => {
    for (const choices of waysToDelete(bench)) await expectEachOwn(bench, choices);
  }),

  rule("TOGETHER-4", "lets no connection have what another one's token was told, at the same time or later", everyone, async (bench) => {
    const { manifest, sandbox } = bench;
    const scopes = manifest.scopes.map(({ id }) => id);
    const revoked = await sandbox.issueToken({ scopes });
    await sandbox.revoke(revoked);
    const tokens = [
      { token: revoked, comes: "AUTH_REJECTED" },
      { token: await sandbox.issueToken({ scopes, elsewhere: true }), comes: "another workspace" },
      ...(await Promise.all(manifest.scopes.filter(({ neededFor }) => neededFor.includes("always")).map(async ({ id }) => ({ token: await sandbox.issueToken({ scopes: scopes.filter((each) => each !== id) }), comes: "SCOPE_MISSING" })))),
    ];
    const full = { token: bench.token, comes: "connected" };
    for (const other of tokens) {
      for (const both of [[full, other], [other, full]]) {
        const came = await Promise.all(both.map(({ token }) => connectedTo(bench, token)));
        expect(came, "what comes of two that connect at the same time").to.deep.equal(both.map(({ comes }) => comes));
      }
      expect(await connectedTo(bench, other.token), "what comes of one that connects later").to.equal(other.comes);
    }
    await expectAccountsApart(bench);
  }),
];

/** Several who are deleted at the same time, in this way. */
async function expectEachOwn(bench: Bench, choices: PlanChoices): Promise<void> {
  const people = [await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" }), await bench.addSubject({ volume: "bare" })];
  const related = await Promise.all(people.map((person) => plantFor(bench, choices, person)));
  const stranger = await decoy(bench);
  const plans = await Promise.all(people.map((person) => confirmedPlan(bench, person, choices)));
  const since = fromNowOn(bench);
  const ended = await Promise.all(plans.map(({ id }) => finish(bench, id)));
  expect(ended.map(({ result }) => result.outcome), "outcomes of deletions at the same time").to.deep.equal(people.map(() => "verified"));
  expect(ended.map(({ result }) => result.targets.map(({ id }) => id).sort()), "their targets").to.deep.equal(people.map((person, n) => [...(related[n] ?? []), person].map(({ id }) => id).sort()));
  expect(since.effects().length, "calls that changed something").to.equal(people.length + related.flat().length);
  const references = ended.flatMap((standing) => entriesOf(standing, "answered").flatMap(({ answer }) => answer.reference ?? []));
  expect(new Set(references).size, "references by which the vendor knows them, each its own").to.equal(references.length);
  await expectHeld(bench, people, false);
  await expectRelated(bench, related.flat(), false);
  expect(await bench.sandbox.isHeld(stranger), "whether somebody else is held still").to.equal(true);
}

/** What comes of connecting on another host of the same connector: with a connection, a clock and a store of its own. */
async function connectedTo({ connector, wire, sandbox }: Bench, token: string): Promise<string> {
  const hosted = hostConnector({ connector, transport: wire.carry, apiOrigin: sandbox.apiOrigin });
  try {
    const connected = await hosted.connect(token);
    if (!connected.ok) return connected.code;
    return connected.connection.workspace.id === sandbox.workspaceId ? "connected" : "another workspace";
  } catch (error) {
    return isDsrError(error) ? error.code : "something else than a DsrError";
  }
}

/** Two with lists of several pages, each of whom shares records with the other. */
async function twoInCompany(bench: Bench): Promise<readonly Person[]> {
  const people = [await bench.addSubject({ volume: "paged" }), await bench.addSubject({ volume: "paged" })];
  const ids = people.map(({ id }) => id);
  for (const category of sharedCategories(bench)) for (const order of [ids, [...ids].reverse()]) await bench.sandbox.related?.add(category, order, "Canary of what both have a part in.");
  for (const id of ids) await bench.sandbox.staff?.note?.(id, "Colleague Canaryson", "Canary of what the staff noted down.");
  return people;
}

/** All that a package holds but for when, and by which call, it was read. */
function toldOf(records: Standing<AccessResult>["records"]): unknown {
  return Object.fromEntries(Object.entries(records).map(([category, all]) => [category, all.map(({ provenance: { at: _, vendorRequestId: __, ...provenance }, ...record }) => ({ ...record, provenance }))]));
}
