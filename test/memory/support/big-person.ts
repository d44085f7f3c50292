import { startIntercomSandbox, type RunningSandbox } from "../../../connectors/intercom/sandbox/server.js";
import type { NewPart } from "../../../connectors/intercom/sandbox/builders.js";

export const ADA = "ada@example.test";
export const CANARY = "Words of a conversation that nobody else has. ";

export interface BigPerson {
  readonly vendor: RunningSandbox;
  /** How many times a conversation was read so far. */
  conversationsRead(): number;
}

/** A person at a vendor on a real socket. All conversations have the same parts, so that a vendor of two million fits into this process. */
export async function startBigPerson({ conversations, parts }: { readonly conversations: number; readonly parts: number }): Promise<BigPerson> {
  const vendor = await startIntercomSandbox({ rateLimit: "off", fixture: "empty" });
  const { build, calls } = vendor.sandbox;
  const ada = build.addContact({ email: ADA, name: "Ada Lovelace" });
  const one = build.addConversation({ contacts: [ada], parts: Array.from({ length: parts }, (_, n): NewPart => ({ body: `<p>${CANARY.repeat(4)}${n}</p>`, from: n % 2 === 0 ? ada : "teammate" })) });
  for (let n = 1; n < conversations; n++) Object.assign(build.addConversation({ contacts: [ada] }), { parts: one.parts });
  return { vendor, conversationsRead: () => calls.countByOperation()["getConversation"] ?? 0 };
}
