import type { AdminRecord, Workspace } from "./records.js";
import type { SeededRandom } from "./random.js";
import type { ScopeId } from "./scopes.js";
import { ALL_SCOPES } from "./scopes.js";

/** What a token should be able to do; everything left out is the most permissive. */
export type TokenRequest = {
  readonly scopes?: readonly ScopeId[];
  /** The role of the teammate who authorised; null where their permissions were set one by one. */
  readonly role?: string | null;
  readonly workspace?: Workspace;
  readonly emailVerified?: boolean;
  readonly revoked?: boolean;
  /** The workspace's plan does not include the API. */
  readonly planRestricted?: boolean;
};

export type IssuedToken = {
  readonly value: string;
  readonly scopes: Set<ScopeId>;
  readonly admin: AdminRecord;
  readonly planRestricted: boolean;
  revoked: boolean;
  /** Whether the teammate who authorised has left. */
  teammateLeft: boolean;
};

/** The tokens of the sandbox; each acts for a teammate of its own, as at Intercom. */
export class TokenRegister {
  private readonly tokens = new Map<string, IssuedToken>();
  revision = 0;

  constructor(
    private readonly random: SeededRandom,
    private readonly workspace: Workspace,
    private readonly admins: Map<string, AdminRecord>,
  ) {}

  issue(request: TokenRequest = {}): IssuedToken {
    const number = this.tokens.size + 1;
    const admin: AdminRecord = {
      id: String(990_000_000 + number),
      workspace: request.workspace ?? this.workspace,
      name: `Teammate ${number}`,
      email: `teammate${number}@example.test`,
      role: request.role === undefined ? "Admin" : request.role,
      emailVerified: request.emailVerified ?? true,
    };
    const token: IssuedToken = {
      value: Buffer.from(`tok:${this.random.uuid()}:1:0`).toString("base64"),
      scopes: new Set(request.scopes ?? ALL_SCOPES),
      admin,
      planRestricted: request.planRestricted ?? false,
      revoked: request.revoked ?? false,
      teammateLeft: false,
    };
    this.admins.set(admin.id, admin);
    this.tokens.set(token.value, token);
    this.revision += 1;
    return token;
  }

  find(value: string): IssuedToken | undefined {
    return this.tokens.get(value);
  }

  revoke(value: string): void {
    this.known(value).revoked = true;
    this.revision += 1;
  }

  /** The teammate who authorised it leaves the workspace. */
  removeTeammate(value: string): void {
    const token = this.known(value);
    token.teammateLeft = true;
    this.admins.delete(token.admin.id);
    this.revision += 1;
  }

  grantScope(value: string, scope: ScopeId): void {
    this.known(value).scopes.add(scope);
  }

  withdrawScope(value: string, scope: ScopeId): void {
    this.known(value).scopes.delete(scope);
  }

  private known(value: string): IssuedToken {
    const token = this.tokens.get(value);
    if (token === undefined) throw new Error("the sandbox never issued this token");
    return token;
  }
}
