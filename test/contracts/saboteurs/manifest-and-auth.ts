import { DsrError, isDsrError } from "../../../core/errors.js";
import type { AuthPort } from "../../../core/ports.js";
import { saboteur, type Saboteur } from "./sabotage.js";

export const MANIFEST_SABOTEURS: readonly Saboteur[] = [
  saboteur("MANIFEST-1", "leaves a text of its manifest empty", () => ({ manifest: (m) => ({ ...m, legalNotice: "" }) })),
  saboteur("MANIFEST-2", "names a scope in an operation that it does not declare", () => ({
    protocol: (p) => ({ ...p, operations: [...p.operations, { method: "GET", path: "/ghosts", effect: "read", scope: "read_ghosts" }] }),
  })),
  saboteur("MANIFEST-3", "claims an exemption from a rule that there is not", () => ({
    manifest: (m) => ({ ...m, exemptions: [{ rule: "ACCESS-99", reason: "There is no such thing.", until: "2999-01-01" }] }),
  })),
  saboteur("MANIFEST-4", "gives two regions one id", () => ({ manifest: (m) => ({ ...m, regions: [...m.regions, { ...m.regions[0]!, vendorId: "US" }] }) }), ["MANIFEST-2"]),
  saboteur("MANIFEST-5", "is silent on what a deletion leaves behind", () => ({ manifest: (m) => ({ ...m, residuals: [] }) }), ["DELETE-2"]),
];

export const AUTH_SABOTEURS: readonly Saboteur[] = [
  saboteur("AUTH-1", "names a region that it does not declare", () => ({
    auth: (port) => ({
      account: async () => {
        const account = await port.account();
        return { ...account, workspace: { ...account.workspace, region: "Europe" } };
      },
    }),
  })),
  saboteur("AUTH-1", "tells one name and one user for every account", () => ({
    auth: (port) => ({
      account: async () => {
        const { workspace, authorisedBy } = await port.account();
        return { workspace: { ...workspace, name: "Workspace" }, authorisedBy: { ...authorisedBy, id: "admin" } };
      },
    }),
  })),
  saboteur("AUTH-2", "calls an invalid token a rejected request", () => ({
    auth: (port, { workspaceId }) => ({
      account: () =>
        port.account().catch((error: unknown) => {
          throw workspaceId === undefined && isDsrError(error, "AUTH_REJECTED") ? new DsrError("VENDOR_REJECTED") : error;
        }),
    }),
  })),
  saboteur("AUTH-3", "takes a revoked token for the end of the data", () => ({
    executor: (port) => ({
      collect: async function* (input) {
        try {
          yield* port.collect(input);
        } catch (error) {
          if (!isDsrError(error, "AUTH_REJECTED")) throw error;
        }
      },
    }),
  })),
  saboteur("AUTH-4", "echoes the workspace that it was told instead of asking", () => ({
    auth: (port, { workspaceId }) => ({
      account: async () => {
        const account = await port.account();
        return { ...account, workspace: { ...account.workspace, id: workspaceId ?? account.workspace.id } };
      },
    }),
  })),
  saboteur("AUTH-5", "sends the admin to another host than the vendor's page", () => ({
    auth: (port) => ({ authoriseUrl: (input) => port.authoriseUrl(input).replace("app.", "login.") }),
  })),
  saboteur("AUTH-6", "takes a code that was refused for a rejected token", () => ({
    auth: (port) => ({
      exchangeCode: (input) =>
        port.exchangeCode(input).catch((error: unknown) => {
          throw isDsrError(error, "OAUTH_DENIED") ? new DsrError("AUTH_REJECTED") : error;
        }),
    }),
  })),
  saboteur("AUTH-5", "forgets where the host wants the admin to come back to", () => ({ auth: (port) => ({ authoriseUrl: ({ clientId, state }) => port.authoriseUrl({ clientId, state }) }) }), ["AUTH-6"]),
  saboteur("AUTH-6", "does not tell the vendor again where it came back to", () => ({ auth: (port) => ({ exchangeCode: ({ clientId, clientSecret, code }) => port.exchangeCode({ clientId, clientSecret, code }) }) })),
  saboteur("AUTH-5", "sends the admin back to another place than the host's", () => ({ auth: (port) => ({ authoriseUrl: (input) => `${port.authoriseUrl(input)}&redirect_uri=https%3A%2F%2Felsewhere.example` }) }), ["AUTH-6"]),
  saboteur("AUTH-6", "takes every breakage of an exchange for a refused code", () => ({
    auth: (port) => ({
      exchangeCode: (input) =>
        port.exchangeCode(input).catch(() => {
          throw new DsrError("OAUTH_DENIED");
        }),
    }),
  })),
  saboteur("AUTH-6", "exchanges a code again whose answer was lost", () => ({
    auth: (port) => ({
      exchangeCode: (input) =>
        port.exchangeCode(input).catch((error: unknown) => {
          if (isDsrError(error, "OAUTH_DENIED")) throw error;
          return port.exchangeCode(input);
        }),
    }),
  })),
  saboteur("AUTH-6", "writes the code into a URL", () => ({
    auth: (port, context) => ({
      exchangeCode: async (input) => {
        await context.fetch(new Request(`${context.apiOrigin}/account?code=${input.code}`)).catch(() => undefined);
        return port.exchangeCode(input);
      },
    }),
  })),
  saboteur("AUTH-7", "ends no grant", () => ({ auth: () => ({ revoke: undefined }) as unknown as Partial<AuthPort> })),
  saboteur("AUTH-9", "says that a grant has ended where the vendor could not be reached", () => ({ auth: (port) => ({ revoke: () => port.revoke!().catch(() => undefined) }) })),
  saboteur("AUTH-9", "forgets the token instead of ending the grant", () => ({ auth: () => ({ revoke: async () => undefined }) }), ["AUTH-7"]),
];
