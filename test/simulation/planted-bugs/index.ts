import { CALLING } from "./calling.js";
import { DECIDING } from "./deciding.js";
import { DELETING } from "./deleting.js";
import { FINDING } from "./finding.js";
import type { Bug } from "./plant.js";
import { REMEMBERING } from "./remembering.js";

/** Every mistake that the simulation has to find, by its name. */
export const PLANTED_BUGS: Readonly<Record<string, Bug>> = { ...FINDING, ...DELETING, ...DECIDING, ...REMEMBERING, ...CALLING };
