import { expect } from "chai";
import { isDsrError } from "../../core/errors.js";
import { BEARER } from "../../core/vendor-protocol.js";
import type { Bench, Person } from "../bench.js";
import { answering, disturbing, everyMutation, everyRead, lostAfter, MALFORMED, spoiling } from "../faults.js";
import { toldBy } from "../inspecting.js";
import { printedDuring } from "../printing.js";
import type { PlanChoices } from "../../core/plan.js";
import { everyone, rule, type Rule } from "../rule.js";
import { confirmedPlan, deleteWhole, fromNowOn, hiddenPerson } from "../steps.js";
import { telling } from "../telling.js";
import type { Fault, WireRequest } from "../wire.js";
import { offersOAuth, oauthOf } from "./auth.js";
import { files, filesOf, isFile } from "./files.js";
import { everyOccasion, overtaken, SHARED_TEXT } from "./occasions.js";
import { relates } from "./related-records.js";

export const PRIVACY_RULES: readonly Rule[] = [
  rule("PRIVACY-1", "throws nothing but codes: no address, token or text of a record is in an error", everyone, async (bench) => {
    await everythingGoesWrong(bench, await bench.addSubject(), [...refusalsThatTell(bench), ...Object.values(MALFORMED).map((spoil) => () => spoiling(spoil))]);
    await overtaken(bench);
    expect(bench.errors.length, "errors that were provoked").to.be.at.least(1);
    for (const error of bench.errors) expect(isDsrError(error), `whether ${error instanceof Error ? error.name : typeof error} is a DsrError`).to.equal(true);
    // Most of them tell the same.
    expectClean(telling([...bench.secrets, ...bench.secrets.flatMap((each) => /@[^@]+$/.exec(each) ?? [])]), [...new Set(bench.errors.flatMap(toldBy))]);
  }),

  rule("PRIVACY-2", "writes no address, token or text of a record into a URL", everyone, async (bench) => {
    await everythingGoesWell(bench, await bench.addSubject({ volume: "paged" }));
    expectClean(telling(bench.secrets), bench.wire.calls.map(({ url }) => url));
  }),

  rule("PRIVACY-3", "lets no address, token or text of a record into journal, result or connection", everyone, async (bench) => {
    const results = [...(await everythingGoesWell(bench, await bench.addSubject({ volume: "paged" }))), ...(await everyOccasion(bench))];
    const { requests, connections } = bench.hosted.host.state;
    const kept = [
      ...[...requests.values()].flatMap(({ entries, request }) => [...entries, JSON.stringify(request)]),
      ...[...connections.values()].map(({ connection }) => connection),
    ];
    expectClean(telling([...bench.secrets, SHARED_TEXT]), [...kept, JSON.stringify(results)]);
  }),

  rule("PRIVACY-4", "prints no address, token or text of a record, whether all goes well or wrong", everyone, async (bench) => {
    const [person, other] = [await bench.addSubject(), await bench.addSubject()];
    const exchanged: string[] = [];
    const printed = await printedDuring((text) => telling([...bench.secrets, SHARED_TEXT, ...exchanged])(text), async () => {
      await codeIsExchanged(bench, exchanged);
      await everythingGoesWell(bench, person);
      await everyOccasion(bench);
      await everythingGoesWrong(bench, other, refusalsThatTell(bench).slice(-1));
    });
    expect(printed, "ways in which the address, the token or a text of a record was printed").to.deep.equal([]);
  }),

  rule("PRIVACY-5", "sends no address, token or text of a record in a header, apart from the seam's own authorisation", everyone, async (bench) => {
    await everythingGoesWell(bench, await bench.addSubject({ volume: "paged" }));
    const { name } = bench.connector.protocol.tokenHeader ?? BEARER;
    for (const { headers } of bench.wire.calls) {
      const { [name]: _, ...others } = headers;
      expectClean(telling(bench.secrets), Object.values(others));
    }
  }),
];

/** Takes note of what must stay secret as soon as it is: the code, the client's secret, and whatever the vendor gives for them. */
async function codeIsExchanged(bench: Bench, secrets: string[]): Promise<void> {
  if (!offersOAuth(bench.connector)) return;
  const { hosted, wire } = bench;
  const { clientId, clientSecret, authorise } = oauthOf(bench);
  const { auth } = await hosted.open();
  const { code } = await authorise(auth.authoriseUrl({ clientId, state: "state-1" }));
  secrets.push(clientSecret, code);
  wire.disturb(async (request, send) => {
    const answer = await send(request);
    secrets.push(...(answer.body.match(/(?<=:\s*")[^"]{8,}(?=")/g) ?? []));
    return answer;
  });
  await auth.exchangeCode({ clientId, clientSecret, code });
  wire.mend();
  await auth.exchangeCode({ clientId, clientSecret, code }).catch(() => undefined);
}

/** All that a request may ask for: what is hidden, what a human names besides, and what is related. */
async function everythingGoesWell(bench: Bench, person: Person): Promise<readonly unknown[]> {
  const { hosted, manifest } = bench;
  const results: unknown[] = [await hosted.check()];
  const choices = await everyChoice(bench);
  if (manifest.requestTypes.includes("access")) {
    await withFileToRenew(bench, person);
    results.push((await hosted.access(person.identifier, choices.extents)).result);
    bench.wire.mend();
  }
  for (const extent of choices.extents) {
    const hidden = await hiddenPerson(bench, extent);
    if (manifest.requestTypes.includes("access")) results.push((await hosted.access(hidden.identifier, choices.extents)).result);
    if (manifest.requestTypes.includes("deletion")) results.push((await deleteWhole(bench, hidden, { extents: choices.extents })).result);
  }
  if (manifest.requestTypes.includes("deletion")) {
    const { id, result } = await confirmedPlan(bench, person, choices);
    results.push(result, (await hosted.execute(id)).result);
  }
  return results;
}

/** A file of the person's, the link to which has ended once it is followed. */
async function withFileToRenew(bench: Bench, { id }: Person): Promise<void> {
  const { connector, wire } = bench;
  if (!files(connector)) return;
  await filesOf(bench).attach(id, { text: "Canary file whose link ends." });
  const ending: Fault = async (request, send) => {
    await filesOf(bench).endLinks();
    return send(request);
  };
  wire.disturb(disturbing((request) => isFile(bench, request), ending, 1));
}

async function everyChoice(bench: Bench): Promise<PlanChoices & { readonly extents: readonly string[] }> {
  const other = await bench.addSubject({ volume: "bare" });
  const extents = (bench.manifest.lookupExtents ?? []).map(({ id }) => id);
  return { extents, also: [{ id: other.id, reason: "Said to be theirs, too." }], ...(relates(bench.connector) ? { erase: "related" } : {}) };
}

type FaultAbout = (person: Person) => Fault;

/** Answers that repeat what must not be repeated. */
function refusalsThatTell({ token }: Bench): readonly FaultAbout[] {
  const echo = (person: Person) => JSON.stringify({ message: `${person.value} ${token} ${Object.values(person.texts).flat().join(" ")}` });
  return [
    ...[400, 403, 404, 409, 422].map((status): FaultAbout => (person) => answering(status, echo(person))),
    (person) => answering(200, `<p>${echo(person)}`),
    (person) => answering(200, echo(person)),
  ];
}

/** Every call, spoiled in every one of these ways. What is not a DsrError ends a run instead of becoming its outcome; it has been noted all the same. */
async function everythingGoesWrong(bench: Bench, person: Person, faults: readonly FaultAbout[]): Promise<void> {
  const { hosted, manifest, wire } = bench;
  const choices = await everyChoice(bench);
  for (const faultAbout of faults) {
    for (const spared of [0, 1, 2, 3]) {
      const spoil = () => wire.disturb(disturbingAfter(spared, everyRead, faultAbout(person)));
      spoil();
      await hosted.check().catch(() => undefined);
      spoil();
      if (manifest.requestTypes.includes("access")) await hosted.access(person.identifier, choices.extents).catch(() => undefined);
      spoil();
      if (manifest.requestTypes.includes("deletion")) await hosted.plan(person.identifier, choices).catch(() => undefined);
    }
    wire.disturb(disturbing(everyRead, faultAbout(person)));
    await (await hosted.open()).lookup.findById(person.id, [person.identifier]).catch(() => undefined);
    wire.mend();
  }
  if (!manifest.requestTypes.includes("deletion")) return;
  for (const faultAbout of [...faults, () => lostAfter]) await aDeletionGoesWrong(bench, faultAbout);
  for (const faultAbout of faults.slice(0, 1)) await aConfirmationGoesWrong(bench, faultAbout);
}

/** Where what is read last before the first deletion, to make sure of the record, is spoiled. */
async function aConfirmationGoesWrong(bench: Bench, faultAbout: FaultAbout): Promise<void> {
  const wish: PlanChoices = relates(bench.connector) ? { erase: "related" } : {};
  const [going, person] = [await bench.addSubject(), await bench.addSubject()];
  const usual = await confirmedPlan(bench, going, wish);
  const since = fromNowOn(bench);
  await bench.hosted.execute(usual.id);
  const { id } = await confirmedPlan(bench, person, wish);
  bench.wire.disturb(disturbingAfter(since.calls().findIndex(({ mutates }) => mutates) - 1, everyRead, faultAbout(person)));
  await bench.hosted.execute(id).catch(() => undefined);
  bench.wire.mend();
}

/** Where the deletions are spoiled, and where only what is read from then on is. */
async function aDeletionGoesWrong(bench: Bench, faultAbout: FaultAbout): Promise<void> {
  for (const which of [everyMutation, everyRead]) {
    const person = await bench.addSubject();
    const { id } = await confirmedPlan(bench, person, relates(bench.connector) ? { erase: "related" } : {});
    let isSent = false;
    bench.wire.disturb(disturbing((request) => (isSent ||= request.mutates) && which(request), faultAbout(person)));
    await bench.hosted.execute(id).catch(() => undefined);
    bench.wire.mend();
  }
}

function disturbingAfter(spared: number, which: (request: WireRequest) => boolean, fault: Fault): Fault {
  let left = spared;
  return disturbing((request) => which(request) && (left -= 1) < 0, fault);
}

function expectClean(tells: (text: string) => boolean, texts: readonly string[]): void {
  expect(tells(texts.join("\n")), "whether the address, the token or a text of a record is told").to.equal(false);
}
