import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { connectedWorld } from "./world.js";

const ADA = "ada@example.test";

/** Takes other people out of a conversation with a message of some MB, in a process that has so much memory for it. */
function redactedWithin(mebibytes: number, megabytes: number): { readonly said: string; readonly exit: number | null } {
  const module = new URL("../../../connectors/intercom/other-people.ts", import.meta.url).href;
  const script = `
    import { withoutOthers } from ${JSON.stringify(module)};
    const person = { contactIds: new Set(["own"]), isOwnAddress: () => false };
    const line = "<p>Hello &amp;  x\\u00e9 from Tom\\u00a0Baker </p>";
    const part = { type: "conversation_part", author: { type: "admin", id: "5", name: "Tom Baker" }, body: line.repeat(${megabytes}e6 / line.length) };
    const { data } = withoutOthers({ part }, person);
    console.log(data.part.body.slice(0, 36), /Tom|Baker/.test(data.part.body));`;
  const { stdout, status } = spawnSync(process.execPath, [`--max-old-space-size=${mebibytes}`, "--import", "tsx", "--input-type=module", "-e", script], { encoding: "utf8" });
  return { said: stdout.trim(), exit: status };
}

describe("long texts and names", () => {
  it("a text takes a small multiple of its size while other people are taken out of it", () => {
    expect(redactedWithin(96, 3)).to.deep.equal({ said: "<p>Hello &amp;  xé from teammate 1 < false", exit: 0 });
  }).timeout(120_000);

  it("somebody else with a name of very many words does not hold up the person's request, and each of the words goes", async () => {
    const word = (n: number): string => `N${[...String(n)].map((digit) => "abcdefghij"[Number(digit)]).join("")}`;
    const words = Array.from({ length: 20_000 }, (_, n) => word(n));
    const world = await connectedWorld({ categories: "granted" });
    const { build } = world.sandbox;
    const [ada, bob] = [build.addContact({ email: ADA }), build.addContact({ email: "bob@example.test", name: words.join(" ") })];
    build.addConversation({ contacts: [ada, bob], parts: [{ from: bob, body: "hi" }, { body: `Ask ${word(7)}, ${word(19_999)}, Nx, and ${words.join("\n")}!` }] });
    const result = await world.access(ADA);
    expect(result).to.deep.include({ outcome: "complete", gaps: [] });
    const [, own] = (world.host.packageOf(result.request.id)!.records["conversations"]![0]!.data as any).conversation_parts.conversation_parts;
    expect(own.body).to.equal("<p>Ask participant 1, participant 1, Nx, and participant 1!</p>");
  });
});
