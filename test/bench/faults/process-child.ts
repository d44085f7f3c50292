import { IntercomClient } from "intercom-client";
import { openLocalDsr } from "../../../adapters/inversify/local-dsr.js";
import { Identifier } from "../../../core/index.js";

/** Does one job as one side would, and prints what it can tell of it at its end. */
const [side, job, url = "", home = ""] = process.argv.slice(2);
const token = process.env["TOKEN"] ?? "";
const ADDRESS = "ada@example.test";

if (side === "ours") await ours();
else if (job === "read" || job === "delete") await theirs();

async function ours(): Promise<void> {
  const dsr = await openLocalDsr({ home, timings: { looksMs: [0, 50, 100, 150, 200] } });
  const input = { identifier: Identifier.parse("email", ADDRESS), reference: "TICKET-1" };
  try {
    if (job === "connect") await dsr.connect({ connector: "intercom", name: "acme", apiUrl: url }, { capabilities: ["access", "deletion"], categories: [] }, token);
    else if (job === "reconnect") await dsr.reconnect("acme", token);
    else if (job === "read") {
      const { outcome, matches } = await dsr.access("acme", input);
      tell(outcome, outcome === "complete" ? matches.map(({ id }) => id) : []);
    } else {
      const [open] = await dsr.requests({ type: "deletion", open: true });
      const planned = open === undefined ? await dsr.plan("acme", input) : undefined;
      const result = planned?.plan == null ? await dsr.resume(open?.id ?? "") : await dsr.delete(planned.plan.id, planned.plan.confirm);
      const targets = "targets" in result ? result.targets : [];
      tell(result.outcome, targets.filter(({ outcome }) => outcome === "deleted").map(({ id }) => id));
    }
  } finally {
    await dsr.close();
  }
}

/** As anybody would write it: begun anew after each kill, since nothing was written down. */
async function theirs(): Promise<void> {
  const client = new IntercomClient({ token, baseUrl: url });
  const found: string[] = [];
  for await (const contact of await client.contacts.search({ query: { field: "email", operator: "=", value: ADDRESS } })) found.push(contact.id ?? "");
  const done: string[] = [];
  for (const contact_id of found) {
    if (job === "read") {
      await client.contacts.find({ contact_id });
      await client.contacts.listAttachedTags({ contact_id });
      done.push(contact_id);
    } else if ((await client.contacts.delete({ contact_id })).deleted === true) done.push(contact_id);
  }
  tell(found.length === 0 ? "nobody found" : job === "read" ? "read" : "deleted", done);
}

function tell(words: string, ids: readonly string[]): void {
  console.log(JSON.stringify({ words, ids }));
}
