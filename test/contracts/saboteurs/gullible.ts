import { isDsrError, DsrError } from "../../../core/errors.js";
import { authOver, saboteur, type Saboteur } from "./sabotage.js";

/** Connectors that take for the account's own what the vendor did not tell, or told of something else. */
export const GULLIBLE: readonly Saboteur[] = [
  saboteur("AUTH-1", "takes a region that the vendor does not tell for the first one", () => ({
    manifest: (m) => ({ ...m, regions: [...m.regions, { ...m.regions[0]!, id: "us", vendorId: "US", apiOrigin: "https://api.us.memory.example", appOrigin: "https://app.us.memory.example" }] }),
    auth: (_, context) => ({ account: authOver(context, { answer: (json) => void (json.workspace.region ??= "EU") }).account }),
  })),
  saboteur("AUTH-4", "takes a workspace whose id has other letters for the connected one", () => ({
    auth: (_, context) => ({ account: authOver(context, { answer: (json) => void (json.workspace.id = json.workspace.id.toLowerCase()) }).account }),
  })),
  saboteur("AUTH-5", "asks the admin for more than its manifest declares", () => ({ auth: (port) => ({ authoriseUrl: (input) => `${port.authoriseUrl(input)}&scope=read_people+admin` }) })),
  saboteur("AUTH-6", "takes an exchange that was put off for a refused code", () => ({ auth: (port) => ({ exchangeCode: (input) => port.exchangeCode(input).catch(denying("RATE_LIMITED")) }) })),
  saboteur("AUTH-6", "takes an answer without a token for a refused code", () => ({ auth: (port) => ({ exchangeCode: (input) => port.exchangeCode(input).catch(denying("VENDOR_MALFORMED")) }) })),
  saboteur("AUTH-6", "takes an exchange that failed with a 5xx for a refused code", () => ({
    auth: (port) => ({
      exchangeCode: (input) =>
        port.exchangeCode(input).catch((error: unknown) => {
          throw isDsrError(error) && error.facts.vendorStatus === 500 ? new DsrError("OAUTH_DENIED") : error;
        }),
    }),
  })),
  saboteur("SCOPE-8", "takes every role that has the required one in its name for that one", () => ({
    auth: (_, context) => ({ account: authOver(context, { answer: (json) => void (json.user.role = /admin/i.test(json.user.role) ? "Admin" : json.user.role) }).account }),
  })),
  saboteur("SCOPE-8", "takes a role that the vendor does not tell for the required one", () => ({
    auth: (_, context) => ({ account: authOver(context, { answer: (json) => void (json.user.role ??= "Admin") }).account }),
  })),
  saboteur("SCOPE-8", "takes a role that it is not let read for the required one", () => ({
    // A vendor that tells the role by a call of its own.
    protocol: (p) => ({ ...p, operations: [...p.operations, { method: "GET", path: "/role", effect: "read" }] }),
    vendor: (vendor) => ({
      ...vendor,
      fetch: async (request) => {
        const asksForRole = request.url.endsWith("/role");
        const response = await vendor.fetch(asksForRole ? new Request(request.url.replace("/role", "/account"), request) : request);
        if (!response.ok || !(asksForRole || request.url.endsWith("/account"))) return response;
        const { user: { role, ...user }, ...account } = (await response.json()) as { readonly user: { readonly role: string } };
        return Response.json(asksForRole ? { role } : { ...account, user });
      },
    }),
    auth: (_, context) => ({
      account: async () => {
        const told = (await context.fetch(new Request(`${context.apiOrigin}/role`)).then((response) => response.json(), () => ({ role: "Admin" }))) as { readonly role?: string } | null;
        const { workspace, authorisedBy } = await authOver(context, { answer: (json) => void (json.user.role = "told elsewhere") }).account();
        return { workspace, authorisedBy: { ...authorisedBy, role: told?.role ?? null } };
      },
    }),
  })),
  saboteur("SCOPE-10", "takes a scope whose name holds another one's for that one", () => ({
    auth: (port, context) => ({
      probe: async (scope) => {
        const { scopes } = (await (await context.fetch(new Request(`${context.apiOrigin}/account`))).json()) as { readonly scopes?: readonly string[] };
        return scopes?.join(" ").includes(scope) === true ? { status: "granted", basis: "observed" } : port.probe(scope);
      },
    }),
  })),
];

function denying(code: "RATE_LIMITED" | "VENDOR_MALFORMED"): (error: unknown) => never {
  return (error) => {
    throw isDsrError(error, code) ? new DsrError("OAUTH_DENIED") : error;
  };
}
