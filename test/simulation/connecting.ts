import type { Selection } from "../../core/scopes.js";
import type { Crew } from "./crew.js";
import type { Vendor } from "./vendor.js";

const CAPABILITIES: Selection["capabilities"] = ["access", "deletion"];

/** Connects an account, as often as it takes; whatever is left of the trouble after some tries is over. */
export async function connect(crew: Crew, vendor: Vendor): Promise<void> {
  const { world, draw } = crew;
  const { sandbox, makeup } = vendor;
  const token = sandbox.issueToken({ scopes: makeup.scopes });
  vendor.tokens.push(token);
  const target = { connector: "intercom", name: makeup.connection, region: makeup.region };
  // What is listed by name is needed: then a permission that lacks is no trouble but an answer.
  for (let tries = 0; ; tries++) {
    if (tries === 4) world.healed = true;
    const { told, code } = await crew.ask(`connect ${makeup.connection}`, (dsr) => dsr.connect(target, { capabilities: CAPABILITIES, categories: makeup.categories }, token, makeup.rate), ["CONNECTION_EXISTS"]);
    if (told?.ok === true || code === "CONNECTION_EXISTS") break;
    if (told?.ok === false) {
      const lacking = told.code === "SCOPE_MISSING" && told.report.scopes.every(({ id, status }) => (status === "missing") === !grants(vendor, id) || status === "not_testable");
      world.judge.expect(lacking || world.troubles.size > 0, "TRUE_REASON", () => `${told.code} when connecting`);
      for (const { id, status } of told.report.scopes) if (status === "missing") sandbox.grantScope(token, id as (typeof makeup.scopes)[number]);
    }
    await crew.wait(tries < 4 ? draw.between(1_000, 900_000) : 4_000_000);
    if (tries > 8) throw new Error("cannot connect in a world without trouble");
  }
  world.healed = false;
}

/** A new token of the same account, with every permission. */
export async function renew(crew: Crew, vendor: Vendor): Promise<boolean> {
  const { sandbox, makeup } = vendor;
  const token = sandbox.issueToken();
  vendor.tokens.push(token);
  const { told } = await crew.ask(`reconnect ${makeup.connection}`, (dsr) => dsr.reconnect(makeup.connection, token));
  return told?.ok === true;
}

function grants({ makeup }: Vendor, scope: string): boolean {
  return makeup.scopes.some((each) => each === scope) || (scope === "read_single_user" && makeup.switches.listScopeCoversSingle === true);
}
