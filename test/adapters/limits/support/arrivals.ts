/** The most arrivals in any half-open window [t, t + windowMs): it is enough to begin one at each arrival. */
export function mostInAnyWindow(arrivalsMs: readonly number[], windowMs: number): number {
  const sorted = [...arrivalsMs].sort((a, b) => a - b);
  let most = 0;
  for (let first = 0, end = 0; first < sorted.length; first++) {
    while (end < sorted.length && (sorted[end] ?? 0) < (sorted[first] ?? 0) + windowMs) end++;
    most = Math.max(most, end - first);
  }
  return most;
}
