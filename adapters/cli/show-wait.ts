import type { Users, Wait } from "../limits/wait.js";

/** That a run waits for a rate limit, for how long still, and who uses it. */
export function waitWords({ ms, why, limit, users }: Wait, leftMs: number): string {
  const lead = ms >= 1000 ? `waiting ${Math.max(1, Math.ceil(leftMs / 1000))} s for` : "held back by";
  return `${lead} ${LIMITS[why](limit)}; used by ${usersWords(users)}`;
}

const ours = ({ requests, windowMs }: Wait["limit"]): string => `the rate limit, ${requests} calls in ${windowMs / 1000} s`;

const LIMITS: Readonly<Record<Wait["why"], (limit: Wait["limit"]) => string>> = {
  pace: ours,
  window: ours,
  vendor: () => "the vendor's rate limit, of which nothing is left",
  refused: () => "the vendor's rate limit, by which it refused a call (429)",
};

function usersWords({ own, otherProcesses = 0, otherApps = 0 }: Users): string {
  return [
    `this run (${own})`,
    ...(otherProcesses === 0 ? [] : [`other processes (${otherProcesses})`]),
    ...(otherApps === 0 ? [] : [`other apps (${otherApps})`]),
  ].join(", ");
}

/** For scripts, beside `--verbose`'s calls. */
export function waitJson({ ms, heldMs, why, limit, users }: Wait): object {
  return { ms: Math.ceil(ms), heldMs: Math.floor(heldMs), why, limit, users };
}
