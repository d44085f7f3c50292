import type { ErrorCode } from "../../core/errors.js";
import { ENDED_STATES, type PrivacyRequest } from "../../core/request.js";
import type { RequestResult } from "../../core/results.js";
import { askForPlan, confirm, planSomehow, release, resumeOne, resumeTogether } from "./actions.js";
import { renew } from "./connecting.js";
import type { JournalEntry } from "../../core/journal.js";
import type { Crew } from "./crew.js";
import type { Vendor } from "./vendor.js";

/** What a human has to decide, and what no resuming changes. */
const UP_TO_HUMANS: ReadonlySet<ErrorCode> = new Set(["AMBIGUOUS_SUBJECT", "CHOICE_INVALID", "STILL_PRESENT", "NOT_DELETED", "NOTHING_TO_DELETE", "PLAN_STALE", "REAPPEARED"]);

/** Rounds of resuming, each as far from the one before as a request asks for. */
const ROUNDS = 8;

/** Every fault heals, people renew what has expired, and each request is resumed until it has ended. */
export async function heal(crew: Crew): Promise<void> {
  const { world } = crew;
  world.healed = true;
  world.trace.add(() => `${world.clock.elapsedMs()} -- everything heals`);
  await release(crew);
  // Longer than anybody waits whom the vendor told to wait.
  await crew.wait(4_000_000);
  for (const vendor of world.vendors) await renewWhereNeeded(crew, vendor, world.troubles.has("scope") || world.troubles.has("revoked"));
  for (let round = 0; round < ROUNDS; round++) {
    const open = (await requests(crew)).filter((request) => !hasEnded(request));
    if (open.length === 0) break;
    if (crew.draw.chance(0.3)) await resumeTogether(crew, open.map(({ id }) => id), { waitForAllLooks: true });
    else for (const { id } of open) await resumeOne(crew, id, { waitForAllLooks: true });
    await crew.wait(1_000_000);
    for (const vendor of world.vendors) await renewWhereNeeded(crew, vendor, false);
  }
  for (const asked of crew.asked) await planAnew(crew, asked.id);
  for (const request of await requests(crew)) {
    const result = await crew.ask(`result of ${request.id}`, (dsr) => dsr.result(request.id));
    if (result.told !== undefined) world.judge.expect(isFinal(request, result.told), "HEALS", () => `${request.type} ${request.id} stays ${request.state} ${result.told?.attention?.code ?? ""}`);
  }
}

/** Where a call was refused, or may be, people authorise anew with every permission. */
async function renewWhereNeeded(crew: Crew, vendor: Vendor, anyway: boolean): Promise<void> {
  const { judge, state, log } = crew.world;
  const { connection } = vendor.makeup;
  const { told } = await crew.ask("look at the connection", (dsr) => dsr.connection(connection), ["CONNECTION_UNKNOWN"]);
  const lacking = [...state.requests.values()].some(({ request }) => request.connection === connection && isLacking(log.of(request.id).at(-1)?.entry));
  if (told !== undefined && (anyway || lacking || told.status === "broken")) judge.expect(await renew(crew, vendor), "HEALS", () => "the connection cannot be renewed");
}

function isLacking(entry: JournalEntry | undefined): boolean {
  return entry?.kind === "ended" && entry.attention?.code === "SCOPE_MISSING";
}

async function requests(crew: Crew): Promise<readonly PrivacyRequest[]> {
  return (await crew.ask("list requests", (dsr) => dsr.requests())).told ?? [];
}

/** A plan that went stale is made once more, and carried out. */
async function planAnew(crew: Crew, id: string | undefined): Promise<void> {
  const asked = crew.asked.find((each) => each.id === id);
  if (id === undefined || asked?.type !== "deletion" || asked.input.reference === undefined) return;
  const { told } = await crew.ask(`result of ${id}`, (dsr) => dsr.result(id));
  if (told?.attention?.code !== "PLAN_STALE" || told.outcome !== "needs_attention") return;
  const planned = await planSomehow(crew, asked, await askForPlan(crew, asked));
  if (planned?.outcome === "planned") await confirm(crew, asked, planned);
  for (let round = 0; round < 3; round++) {
    await crew.wait(1_000_000);
    for (const vendor of crew.world.vendors) await renewWhereNeeded(crew, vendor, false);
    await resumeOne(crew, id, { waitForAllLooks: true });
  }
}

function hasEnded({ state }: PrivacyRequest): boolean {
  return ENDED_STATES.has(state) || state === "planned";
}

function isFinal(request: PrivacyRequest, { outcome, attention }: RequestResult): boolean {
  if (hasEnded(request)) return true;
  return (outcome === "needs_attention" || outcome === "partial") && attention !== undefined && UP_TO_HUMANS.has(attention.code);
}
