import type { SentCall } from "../network.js";
import { CANARY } from "../people.js";
import type { World } from "../world.js";

/** Nobody's address, text or token stands anywhere but in packages, in bodies of calls, and where tokens belong. */
export function createQuietWatch(world: () => World): { onSend(call: SentCall): void; onShown(text: string, what: string): void } {
  return {
    onSend: (call) => {
      const { judge, vendors } = world();
      judge.expect(!call.url.includes(CANARY), "QUIET", () => `a person stands in the address of ${call.method} ${call.path}`);
      const own = call.token === undefined || call.vendor.tokens.includes(call.token);
      judge.expect(own && call.url.startsWith(call.vendor.origin), "ISOLATED", () => `${call.method} ${call.path} carries another account's token`);
      judge.expect(!vendors.some(({ tokens }) => tokens.some((token) => call.url.includes(token) || call.body.includes(token))), "QUIET", () => `a token stands in ${call.method} ${call.path}`);
    },
    onShown: (text, what) => {
      const { judge, vendors } = world();
      judge.expect(!text.includes(CANARY) && !text.includes("Canary") && !text.includes("CANARY"), "QUIET", () => `a person stands in ${what}`);
      for (const { tokens } of vendors) for (const token of tokens) judge.expect(!text.includes(token), "QUIET", () => `a token stands in ${what}`);
    },
  };
}
