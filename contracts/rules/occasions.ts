import type { Bench, Person } from "../bench.js";
import { sampleValue } from "../bench.js";
import { atMost, GOING_ROUND, repeatingFirstPage } from "../faults.js";
import { crowd, fromNowOn } from "../steps.js";
import { onceMoved } from "./moved.js";
import { comingToShare } from "./coming-to-share.js";
import { relatedCategories, relates } from "./related-records.js";

/** What happens to a person's records now and then, and has to be told of without telling whose they are: what requests come to that meet with it. */
export async function everyOccasion(bench: Bench): Promise<readonly unknown[]> {
  return [...(await sharedWithOthers(bench)), ...(await overtaken(bench)), ...(await vanishing(bench)), ...(await goingRound(bench))];
}

/** A record comes to be somebody else's before it is read by its id, and one is shared with somebody after its deletion was planned. */
export async function overtaken(bench: Bench): Promise<readonly unknown[]> {
  const [moved, other] = [await bench.addSubject(), await bench.addSubject({ volume: "bare" })];
  const results: unknown[] = [];
  for (const request of [access, plan]) results.push((await onceMoved(bench, moved, other.value, async () => ({ told: await request(bench, moved) }))).told);
  for (const category of relates(bench.connector) ? relatedCategories(bench) : []) results.push((await comingToShare(bench, category)).result);
  return results;
}

async function sharedWithOthers(bench: Bench): Promise<readonly unknown[]> {
  if (!relates(bench.connector)) return [];
  const [person, other] = [await bench.addSubject(), await bench.addSubject()];
  for (const { id, deletion } of bench.manifest.dataCategories) {
    if (deletion.related !== undefined) await bench.sandbox.related?.add(id, [person.id, other.id], SHARED_TEXT);
  }
  const results = [];
  for (const erase of ["subject", "related"] as const) results.push((await bench.hosted.plan(person.identifier, { erase })).result);
  return [...results, ...(await access(bench, person))];
}

/** To be part of what others share: told of nowhere, either. */
export const SHARED_TEXT = "Canary of what others share.";

/** Somebody else deletes the person's record before each of the calls in turn. */
async function vanishing(bench: Bench): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for (const request of [access, plan]) {
    const there = await bench.addSubject();
    const clean = fromNowOn(bench);
    await request(bench, there);
    const calls = clean.calls().length;
    for (let number = 0; number < calls; number++) {
      const going = await bench.addSubject();
      let left = number;
      bench.wire.disturb(async (call, send) => {
        if (left-- === 0) await bench.sandbox.remove(going.id);
        return send(call);
      });
      results.push(...(await request(bench, going)));
      bench.wire.mend();
    }
  }
  return results;
}

async function goingRound(bench: Bench): Promise<readonly unknown[]> {
  const paged = await bench.addSubject({ volume: "paged" });
  const [many = paged] = await crowd(bench, { category: paged.identifier.category, value: sampleValue(paged.identifier.category, 8000) });
  const results: unknown[] = [];
  for (const person of [paged, many]) {
    for (const request of [access, plan]) {
      bench.wire.disturb(atMost(GOING_ROUND, repeatingFirstPage()));
      results.push(...(await request(bench, person)));
      bench.wire.mend();
    }
  }
  return results;
}

async function access({ hosted, manifest }: Bench, { identifier }: Person): Promise<readonly unknown[]> {
  return manifest.requestTypes.includes("access") ? [(await hosted.access(identifier)).result] : [];
}

async function plan({ connector, hosted, manifest }: Bench, { identifier }: Person): Promise<readonly unknown[]> {
  return manifest.requestTypes.includes("deletion") ? [(await hosted.plan(identifier, relates(connector) ? { erase: "related" } : {})).result] : [];
}
