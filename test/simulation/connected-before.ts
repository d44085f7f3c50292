import { connect } from "./connecting.js";
import { createCrew } from "./crew.js";
import { createWorld } from "./create-world.js";
import { drawFrom } from "./draw.js";
import { NO_TROUBLE, type VendorMakeup } from "./makeup.js";
import { createNetwork } from "./network.js";
import { startProcess } from "./process.js";
import type { Vendor } from "./vendor.js";
import type { World } from "./world.js";

const known = new Map<string, Promise<string>>();

/**
 * Connects an account as if that had been done before the world began. Connecting takes as many calls as a whole request: the record that it
 * leaves in a world without trouble is made once for all worlds that ask for the same.
 */
export async function connectedBefore(world: World, vendor: Vendor): Promise<void> {
  const { makeup, sandbox } = vendor;
  const asked = JSON.stringify([makeup.connection, makeup.region, makeup.categories, makeup.rate]);
  const record = known.get(asked) ?? recordOf(makeup);
  known.set(asked, record);
  const token = sandbox.issueToken({ scopes: makeup.scopes });
  vendor.tokens.push(token);
  world.state.connections.set(makeup.connection, { connection: await record, credential: token });
}

async function recordOf(makeup: VendorMakeup): Promise<string> {
  const vendors = [{ ...makeup, rateLimit: 166, switches: {}, readLagMs: 0, cascadeDelayMs: 0 }];
  const world = createWorld({ seed: 0, draw: drawFrom(0), makeup: { ...NO_TROUBLE, vendors } });
  const network = createNetwork(world);
  const crew = createCrew(world, () => startProcess(world, network));
  for (const vendor of world.vendors) await world.clock.drive(connect(crew, vendor));
  const record = world.state.connections.get(makeup.connection)?.connection;
  if (record === undefined || world.judge.violation !== undefined) throw new Error("cannot connect in a world without trouble");
  return record;
}
