import Libsql from "libsql";
import { join } from "node:path";
import { describeTenants } from "./tenants-suite.js";

describeTenants("in one home folder", {
  people: 6,
  limitKeys: async (home) => (new Libsql(join(home, "limits.db"), { readonly: true }).prepare("SELECT DISTINCT key FROM window").all() as readonly { readonly key: string }[]).map(({ key }) => key),
});
