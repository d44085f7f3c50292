import type { Bug } from "./plant.js";

/** Mistakes between the product and the network: pace, deadlines, credentials. */
export const CALLING: Readonly<Record<string, Bug>> = {
  "the rate is off by one": { breaks: ["RATE"], plant: { pacer: (_, limit) => ({ limit: limit + 1 }) } },
  "a window is a tenth too short": { breaks: ["RATE"], plant: { pacer: (_, __, windowMs) => ({ windowMs: windowMs * 0.9 }) } },
  "the pace goes by the wall clock": { breaks: ["RATE", "ENDS", "OBEYS", "DEADLINE"], plant: { host: (host) => ({ ...host, clock: { ...host.clock, monotonicMs: () => host.clock.now() } }) } },
  "a refusal's headers are not read": {
    breaks: ["OBEYS"],
    plant: {
      transport: (transport) => async (input) => {
        const answer = await transport(input);
        const { "retry-after": _, "x-ratelimit-reset": __, ...headers } = answer.headers;
        return answer.status === 429 ? { ...answer, headers } : answer;
      },
    },
  },
  "an attempt may take ten minutes": { breaks: ["DEADLINE"], plant: { limits: { deadlineMs: 600_000 } } },
  "an attempt has no deadline": { breaks: ["ENDS", "DEADLINE"], plant: { limits: { deadlineMs: Number.POSITIVE_INFINITY } } },
  "two connections share a credential": {
    breaks: ["ISOLATED"],
    plant: {
      host: (host) => ({
        ...host,
        connections: { ...host.connections, credential: async () => host.connections.credential((await host.connections.list())[0]?.name ?? "") },
      }),
    },
  },
};
