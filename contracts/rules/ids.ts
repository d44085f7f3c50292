import { expect } from "chai";
import { policiesFor, valuesOf } from "../../core/erasure.js";
import { isDsrError } from "../../core/errors.js";
import type { CollectedPage, Connector, IdentifierLookupPort, RequestExecutorPort } from "../../core/ports.js";
import { DEFAULT_SETTINGS } from "../../core/request-settings.js";
import type { Bench, Person } from "../bench.js";
import { disturbing, spoiling } from "../faults.js";
import { fromNowOn } from "../steps.js";
import { keyOf, leadsTo, type WireRequest } from "../wire.js";

/** Whatever port is handed an id that leads elsewhere calls for nothing that has not to do with it, and changes nothing. */
export async function expectGivenIdsKept(bench: Bench, person: Person): Promise<void> {
  const { lookup, executor } = await bench.hosted.open();
  const asking = portsOf(bench.connector, lookup, executor, person);
  for (const [port, call] of Object.entries(asking)) {
    // Whatever it asks for an id that leads nowhere has nothing to do with the id.
    const usual = fromNowOn(bench);
    await call("leads-nowhere").catch(() => undefined);
    const harmless = usual.calls().filter((each) => !isAbout(each, "leads-nowhere")).map(keyOf);
    for (const id of misleadingIds(bench, person)) {
      const since = fromNowOn(bench);
      const outcome = await call(id).catch((error: unknown) => error);
      const astray = since.calls().filter((each) => !isAbout(each, id) && !harmless.includes(keyOf(each)));
      expect(astray.map(({ method, url }) => `${method} ${url}`), `calls of ${port} for ${id}`).to.deep.equal([]);
      expect(since.effects(), `changes by ${port} for ${id}`).to.deep.equal([]);
      if (outcome instanceof Error) expect(isDsrError(outcome), `whether ${port} refuses ${id} with a DsrError`).to.equal(true);
      else if (since.calls().length === 0) expect(outcome, `what ${port} says of ${id}, having asked nobody`).to.equal(undefined);
    }
  }
}

/** What stands in the place of an id in a list, by which the connector goes on. */
const MISLEADING_IN_LISTS: readonly ((id: string) => string)[] = [(id) => `${id}?x=y`, (id) => `../self?x=${id}`];

/** An id that a list names leads nowhere else than one that a human gives. */
export async function expectListedIdsKept(bench: Bench, person: Person): Promise<void> {
  const clean = fromNowOn(bench);
  await bench.hosted.access(person.identifier);
  const usual = clean.calls();
  const harmless = usual.map(keyOf);
  for (const [number, call] of usual.entries()) {
    const [id] = idsIn(call.answer?.body ?? "").filter((each) => !leadsTo(call, each) && usual.slice(number + 1).some((later) => leadsTo(later, each)));
    for (const misleading of id === undefined ? [] : MISLEADING_IN_LISTS.map((mislead) => mislead(id))) {
      const since = fromNowOn(bench);
      bench.wire.disturb(disturbing((request) => keyOf(request) === keyOf(call), spoiling(({ body }) => body.replaceAll(JSON.stringify(id), JSON.stringify(misleading)))));
      await bench.hosted.access(person.identifier);
      bench.wire.mend();
      const astray = since.calls().filter((each) => !isAbout(each, misleading) && !harmless.includes(keyOf(each)));
      expect(astray.map(({ method, url }) => `${method} ${url}`), `calls where a list names ${misleading}`).to.deep.equal([]);
    }
  }
}

/** Every text in an answer that may be an id. */
function idsIn(body: string): readonly string[] {
  return [...new Set([...body.matchAll(/"([\w-]+)"/g)].map(([, text = ""]) => text))];
}

/** Each way to hand a connector an id: what it tells of it, undefined where that is nothing. */
function portsOf({ manifest, protocol }: Connector, lookup: IdentifierLookupPort, executor: RequestExecutorPort, person: Person): Readonly<Record<string, (id: string) => Promise<unknown>>> {
  const { identifier } = person;
  const ports: Record<string, (id: string) => Promise<unknown>> = { findById: (id) => lookup.findById(id) };
  for (const { id: extent } of manifest.lookupExtents ?? []) ports[`findById in ${extent}`] = (id) => lookup.findById(id, [identifier], extent);
  const categories = manifest.dataCategories.map((each) => each.id);
  if (manifest.requestTypes.includes("access")) {
    ports["collect"] = (id) => firstRecords(executor.collect({ matches: [{ id, kind: "unknown" }], identifiers: [identifier], categories, settings: DEFAULT_SETTINGS, checkpoint: undefined }));
    for (const category of (protocol.fileHosts ?? []).length === 0 ? [] : categories) ports[`renewFiles of ${category}`] = async (recordId) => (await executor.renewFiles?.({ category, recordId }))?.[0];
  }
  if (!manifest.requestTypes.includes("deletion")) return ports;
  const related = manifest.dataCategories.flatMap((each) => each.deletion.related?.target ?? []);
  for (const category of [manifest.subjectCategory, ...related]) {
    ports[`look at ${category}`] = (id) => executor.look({ category, id });
    ports[`erase of ${category}`] = (id) => executor.erase({ category, id });
    ports[`prove of ${category}`] = async (id) => (await executor.prove?.([{ category, id }]))?.[0];
  }
  for (const category of related) ports[`confirm of ${category}`] = async (id) => executor.confirm?.({ category, id }, { ids: [person.id], identifiers: [identifier] });
  for (const erase of related.length === 0 ? (["subject"] as const) : (["subject", "related"] as const)) {
    const wish = { erase, policies: valuesOf(policiesFor(manifest)), spare: [], identifiers: [identifier], settings: {} };
    ports[`planDeletion of ${erase}`] = async (id) => void (await executor.planDeletion([{ id, kind: "unknown", matchedBy: "chosen", primary: true, holds: {} }], [], wish));
  }
  return ports;
}

/** Written into a path as they stand, these lead to the vendor's other endpoints, or to a record that was not meant. */
function misleadingIds({ connector }: Bench, { id }: Person): readonly string[] {
  const fixed = [...new Set(connector.protocol.operations.map(({ path }) => path).filter((path) => !path.includes("{")))];
  const below = connector.protocol.operations.flatMap(({ path }) => /\{[^{}]+\}(\/[^{}]+)$/.exec(path)?.[1] ?? []);
  return ["", ".", "..", "/", `${id}/`, `./${id}`, `x/../${id}`, `${id}?x=y`, `${id}#x`, `%2e%2e/${id}`, ...fixed.flatMap((path) => [`..${path}`, `../..${path}`]), ...[...new Set(below)].map((path) => `${id}${path}`)];
}

/** Whether a call names the id as one whole: as a part of the path, a parameter, or a text in its body. */
function isAbout({ url, body }: WireRequest, id: string): boolean {
  return id !== "" && (leadsTo({ url }, id) || [...new URL(url).searchParams.values()].includes(id) || body.includes(JSON.stringify(id)));
}

/** What the first pages hold; no more of them than it takes to come past each kind of call. */
async function firstRecords(pages: AsyncIterable<CollectedPage>): Promise<unknown> {
  const records: unknown[] = [];
  let count = 0;
  for await (const page of pages) {
    records.push(...page.records);
    if ((count += 1) >= 20) break;
  }
  return records.length === 0 ? undefined : records;
}
