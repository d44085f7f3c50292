import { DsrError } from "../../core/errors.js";
import type { Connector, ConnectorContext, RehearsalPort } from "../../core/ports.js";
import { DEVIATIONS } from "./api/deviations.js";
import { UNREAD } from "./api/unread.js";
import { intercomAuth } from "./auth.js";
import { checkedId, createIntercomClient } from "./client.js";
import { collect } from "./collect.js";
import { intercomErasure } from "./erase.js";
import { holdings, intercomLookup } from "./lookup.js";
import { manifest } from "./manifest.js";
import { planDeletion } from "./plan-deletion.js";
import { protocol } from "./protocol.js";
import { renewFiles } from "./renew-files.js";
import { createSharingWatch } from "./sharing-watch.js";

/** Intercom. Register it with a host; it does nothing by being imported. */
export const intercom: Connector = {
  manifest,
  protocol,
  auth: intercomAuth,
  lookup: intercomLookup,
  executor: (context) => {
    const watch = createSharingWatch(context);
    return {
      collect: (input) => collect(context, input),
      renewFiles: (record) => renewFiles(context, record),
      planDeletion: (matches, loose, wish) => planDeletion(context, matches, loose, wish, watch),
      ...intercomErasure(context, watch),
    };
  },
  rehearsal: intercomRehearsal,
  description: { file: new URL("api/openapi.yaml", import.meta.url), deviations: DEVIATIONS, unread: UNREAD },
};

/** Makes a lead, since leads may share an address and cannot collide with anybody. */
function intercomRehearsal(context: ConnectorContext): RehearsalPort {
  return {
    create: async (identifier) => {
      const { data } = await createIntercomClient(context).POST("/contacts", { body: { role: "lead", email: identifier.reveal(), name: "Rehearsal of a privacy request" } });
      if (data === undefined) throw new DsrError("VENDOR_MALFORMED");
      return { id: checkedId(data.id), kind: "lead", matchedBy: "exact", primary: false, holds: holdings(data) };
    },
  };
}
