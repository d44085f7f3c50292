import { all } from "./permissions.js";
import type { AdminRecord, Workspace } from "./records.js";
import { failure, json } from "./reply.js";
import type { Route } from "./route.js";

/** 2024-12-18, when the sandbox's workspace was opened. */
const WORKSPACE_CREATED_AT = 1_734_537_243;

const identify: Route = {
  operation: "identify",
  method: "GET",
  template: "/me",
  needs: () => [],
  age: "older",
  answer: ({ switches }, { token, version }) => {
    const { admin } = token;
    const showsRole = switches.meRole === "present" || version.minor === Number.POSITIVE_INFINITY;
    return json({
      type: "admin",
      id: admin.id,
      email: admin.email,
      name: admin.name,
      email_verified: admin.emailVerified,
      app: appView(admin.workspace),
      avatar: { type: "avatar", image_url: null },
      has_inbox_seat: true,
      ...(showsRole ? roleView(admin) : {}),
    });
  },
};

const getAdmin: Route = {
  operation: "getAdmin",
  method: "GET",
  template: "/admins/{admin_id}",
  needs: () => [["read_one_admin", "read_admins"]],
  age: "older",
  answer: ({ state }, { params, token, version }) => {
    const admin = state.admins.get(params["admin_id"] ?? "");
    if (admin === undefined || admin.workspace.id !== token.admin.workspace.id) return failure(404, "admin_not_found", "Admin not found");
    return json(adminView(admin, version.minor >= 16));
  },
};

const listAdmins: Route = {
  operation: "listAdmins",
  method: "GET",
  template: "/admins",
  needs: all("read_admins"),
  age: "older",
  answer: ({ state }, { token, version }) => {
    const admins = [...state.admins.values()].filter(({ workspace }) => workspace.id === token.admin.workspace.id);
    return json({ type: "admin.list", admins: admins.map((admin) => adminView(admin, version.minor >= 16)) });
  },
};

export const ACCOUNT_ROUTES: readonly Route[] = [identify, getAdmin, listAdmins];

/** A teammate, as endpoints and authors of notes show them. */
export function adminView(admin: AdminRecord, withRole = false): Record<string, unknown> {
  return {
    type: "admin",
    id: admin.id,
    name: admin.name,
    email: admin.email,
    away_mode_enabled: false,
    away_mode_reassign: false,
    has_inbox_seat: true,
    team_ids: [],
    ...(withRole ? roleView(admin) : {}),
  };
}

/** The name of a role; left out for people whose permissions were set one by one. */
function roleView({ role }: AdminRecord): Record<string, unknown> {
  return role === null ? {} : { role: { type: "role", id: String(1 + role.length), name: role } };
}

function appView({ id, name, region }: Workspace): Record<string, unknown> {
  return {
    type: "app",
    id_code: id,
    name,
    created_at: WORKSPACE_CREATED_AT,
    secure: false,
    identity_verification: false,
    timezone: "Europe/Dublin",
    region,
  };
}
