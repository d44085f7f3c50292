import { expect } from "chai";
import type { CollectedRecord, Match } from "../../core/ports.js";
import { DEFAULT_SETTINGS } from "../../core/request-settings.js";
import type { Session } from "../../core/session.js";
import type { Bench, Person } from "../bench.js";
import { asIf } from "../faults.js";
import { type HostedConnector, hostConnector } from "../hosted-connector.js";
import { expectHeld } from "../steps.js";
import { createWire, type Fault } from "../wire.js";
import { plantOne, relatedCategories, relates } from "./related-records.js";

/** One of several accounts at the vendor that know records by the same ids. */
interface Account {
  readonly session: Session;
  /** Whose record it is there; nobody's where it is gone. */
  readonly own: Person | undefined;
  readonly matches: readonly Match[];
  /** The ids of what hangs on it there. */
  readonly related: readonly string[];
}

/** Accounts may have records of the same ids: what one was told of such a record is no answer for another, at the same time or later. */
export async function expectAccountsApart(bench: Bench): Promise<void> {
  const [person, other, gone] = [await bench.addSubject(), await bench.addSubject(), await bench.addSubject({ volume: "bare" })];
  const [own, others] = [await relatedTo(bench, person), await relatedTo(bench, other)];
  await bench.sandbox.remove(gone.id);
  await bench.sandbox.settleIndex();
  bench.wire.disturb(slowly(bench.hosted));
  const here = await accountOf(await bench.hosted.open(), person, own);
  const there = await accountOf(await openOther(bench, person.id, other.id), other, others);
  const without = await accountOf(await openOther(bench, person.id, gone.id), undefined, []);
  for (const accounts of [[here, there], [there, here], [here, without], [without, here], [there], [here]]) {
    for (const expectOwn of [expectSeen, expectFoundById, expectCollected, expectPlanned]) await Promise.all(accounts.map((account) => expectOwn(bench, account, person.id)));
  }
  if (bench.manifest.requestTypes.includes("deletion")) {
    const last = await bench.addSubject({ volume: "bare" });
    const later = await openOther(bench, person.id, last.id);
    await expectDeleted(bench, [here.session, there.session], person.id, [person, other]);
    await expectDeleted(bench, [later], person.id, [last]);
  }
  bench.wire.mend();
}

/** The record that each of these accounts has by this id: its own one. */
async function expectDeleted({ manifest, sandbox }: Bench, accounts: readonly Session[], id: string, people: readonly Person[]): Promise<void> {
  const answers = await Promise.all(accounts.map(({ executor }) => executor.erase({ category: manifest.subjectCategory, id })));
  for (const { answer } of answers) expect(answer, "answer to the deletion of a record that another account deletes by the same id").to.be.oneOf(["deleted", "accepted"]);
  await sandbox.settleIndex();
  await expectHeld({ sandbox }, people, false);
}

async function accountOf(session: Session, own: Person | undefined, related: readonly string[]): Promise<Account> {
  const found = own === undefined ? [] : await session.lookup.find([own.identifier]);
  return { session, own, matches: found.flatMap(({ matches }) => matches), related };
}

/** One of each category that a related deletion deletes. */
async function relatedTo(bench: Bench, person: Person): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const category of relatedCategories(bench)) ids.push(await plantOne(bench, category, person));
  return ids.filter((id) => id !== "");
}

/** Whatever is asked at the same time is under way before any of it is answered. */
function slowly({ host }: HostedConnector): Fault {
  return async (request, send) => {
    await host.clock.sleep(1);
    return send(request);
  };
}

/** A connection to another account, where what is called `id` is what is `instead` at the sandbox. */
async function openOther({ connector, sandbox, manifest }: Bench, id: string, instead: string): Promise<Session> {
  const wire = createWire(sandbox, connector.protocol);
  const hosted = hostConnector({ connector, transport: wire.carry, apiOrigin: sandbox.apiOrigin });
  const workspace = asIf(unlike(sandbox.workspaceId), () => sandbox.workspaceId, { disguise: true });
  wire.disturb(workspace);
  const connected = await hosted.connect(await sandbox.issueToken({ scopes: manifest.scopes.map((scope) => scope.id) }));
  expect(connected.ok && connected.connection.workspace.id, "the workspace of another account").to.equal(unlike(sandbox.workspaceId));
  const [slow, record] = [slowly(hosted), asIf(id, () => instead, { disguise: true })];
  wire.disturb((request, send) => slow(request, (late) => workspace(late, (there) => record(there, send))));
  return hosted.open();
}

/** An id of the same form. */
function unlike(id: string): string {
  return id.slice(0, -1) + (/\d$/.test(id) ? (Number(id.at(-1)) + 1) % 10 : id.endsWith("a") ? "b" : "a");
}

async function expectSeen({ manifest }: Bench, { session, own }: Account, id: string): Promise<void> {
  if (!manifest.requestTypes.includes("deletion")) return;
  const { answer } = await session.executor.look({ category: manifest.subjectCategory, id });
  expect(answer === "present", "whether a record is there that another account has by the same id, or does not have").to.equal(own !== undefined);
}

async function expectFoundById(_: Bench, { session, own }: Account, id: string): Promise<void> {
  const found = await session.lookup.findById(id);
  expect(found?.identifiers?.map((each) => each.reveal()), "whose a record is that another account has by the same id").to.deep.equal(own === undefined ? undefined : [own.value]);
}

async function expectCollected({ manifest }: Bench, { session, own, matches }: Account): Promise<void> {
  if (own === undefined || !manifest.requestTypes.includes("access")) return;
  const records: CollectedRecord[] = [];
  const input = { matches, categories: session.connection.categories, identifiers: [own.identifier], settings: DEFAULT_SETTINGS, checkpoint: undefined };
  for await (const page of session.executor.collect(input)) records.push(...page.records);
  const told = JSON.stringify(records);
  const texts = session.connection.categories.flatMap((category) => own.texts[category] ?? []);
  expect(texts.filter((text) => !told.includes(text)).length, "texts that are missing of a record that another account has by the same id").to.equal(0);
}

async function expectPlanned({ manifest, connector }: Bench, { session, own, matches, related }: Account): Promise<void> {
  if (own === undefined || !manifest.requestTypes.includes("deletion")) return;
  const wish = { erase: relates(connector) ? "related" : "subject", policies: {}, spare: [], settings: {}, identifiers: [own.identifier] } as const;
  const { targets, dependents = [], kept } = await session.executor.planDeletion(matches, [], wish);
  const planned = [...targets, ...dependents, ...kept].map(({ id }) => id);
  expect(planned, "what is planned beside a record that another account has by the same id").to.include.members(related);
}
