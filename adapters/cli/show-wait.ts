import type { Users, Wait } from "../limits/wait.js";

/** That a run waits for a rate limit, for how long still, and who uses it. */
export function waitWords(wait: Wait, leftMs: number): string {
  const lead = wait.ms >= 1000 ? `waiting ${Math.max(1, Math.ceil(leftMs / 1000))} s for` : "held back by";
  return `${lead} ${LIMITS[wait.why](wait)}; used by ${usersWords(wait.users)}`;
}

function ours({ limit: { requests, windowMs }, users }: Wait): string {
  const calls = `${requests} calls in ${windowMs / 1000} s`;
  return users.otherProcesses === undefined ? `this process's part of the rate limit, ${calls}, since the shared record of it cannot be used` : `the rate limit, ${calls}`;
}

const LIMITS: Readonly<Record<Wait["why"], (wait: Wait) => string>> = {
  pace: ours,
  window: ours,
  vendor: () => "the vendor's rate limit, of which nothing is left",
  refused: () => "the vendor's rate limit, by which it refused a call (429)",
  shut_out: () => "the shared record of the rate limit, which this process cannot use and others may: nothing is sent",
  unshared: () => "what other processes may just have sent, since the shared record of the rate limit cannot be used",
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
