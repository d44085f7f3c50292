import type { SeededRandom } from "./random.js";
import type { Reply } from "./reply.js";
import { failure, html, isRecord, json, redirect } from "./reply.js";
import type { ScopeId } from "./scopes.js";
import { SCOPE_LABELS } from "./scopes.js";
import type { Switches } from "./switches.js";
import type { IssuedToken, TokenRegister } from "./tokens.js";

/** The app as its owner set it up at the vendor; the permissions belong to it, not to the link that asks for them. */
export type AppRegistration = {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Empty: any HTTPS address and any loopback one. The first is the default. */
  readonly redirectUris: readonly string[];
  readonly scopes: readonly ScopeId[];
  /** The API version for requests that name none. */
  readonly version: string;
};

/** How long a code waits to be exchanged; Intercom does not say. */
const CODE_LIFETIME_MS = 600_000;

/** The consent page, the exchange of its code, and the withdrawal of what came of it. */
export class OAuthPages {
  private readonly codes = new Map<string, { readonly expiresAt: number }>();

  constructor(
    private readonly app: AppRegistration,
    private readonly tokens: TokenRegister,
    private readonly random: SeededRandom,
    private readonly switches: Switches,
  ) {}

  /** `GET` shows the page; `decision=authorise` or `deny`, in the query or in a form, answers it. */
  consent(url: URL, form: URLSearchParams, now: number): Reply {
    const field = (name: string): string | null => url.searchParams.get(name) ?? form.get(name);
    if (field("client_id") !== this.app.clientId) return html(404, "<!doctype html><title>Not found</title><p>No app has this client id.</p>");
    const target = this.redirectTarget(field("redirect_uri"));
    if (target === undefined) return html(400, "<!doctype html><title>Refused</title><p>The redirect address is not registered for this app.</p>");
    const state = field("state");
    const decision = field("decision");
    if (decision === null) return html(200, consentPage(this.app, url, state));
    // Written by hand: the code goes out with its bare `=`, which a careless reader of queries cuts off.
    const outcome = decision === "authorise" ? `code=${this.newCode(now)}` : "error=access_denied";
    const stateBack = state === null ? "" : `&state=${encodeURIComponent(state)}`;
    target.search = `${target.search === "" ? "?" : `${target.search}&`}${outcome}${stateBack}`;
    return redirect(target.href);
  }

  exchange(fields: unknown, now: number): Reply {
    const { code, client_id, client_secret } = isRecord(fields) ? fields : {};
    const known = typeof code === "string" ? this.codes.get(code) : undefined;
    const right = client_id === this.app.clientId && client_secret === this.app.clientSecret;
    if (typeof code !== "string" || known === undefined || known.expiresAt <= now || !right) return failure(401, this.switches.wrongCodeAnswers, "Unauthorized Code");
    this.codes.delete(code);
    const { value } = this.tokens.issue({ scopes: this.app.scopes });
    return json({ token_type: "Bearer", token: value, access_token: value });
  }

  uninstall(token: IssuedToken): Reply {
    this.tokens.revoke(token.value);
    switch (this.switches.uninstallAnswers) {
      case "json_200": return json({});
      case "no_content_204": return { status: 204, headers: {}, content: { text: "" } };
      case "empty_200": return { status: 200, headers: {}, content: { text: "" } };
    }
  }

  private newCode(now: number): string {
    const code = Buffer.from(this.random.hex(25)).toString("base64");
    this.codes.set(code, { expiresAt: now + CODE_LIFETIME_MS });
    return code;
  }

  private redirectTarget(asked: string | null): URL | undefined {
    const { redirectUris } = this.app;
    const address = asked ?? redirectUris[0];
    if (address === undefined || !URL.canParse(address)) return undefined;
    if (redirectUris.length > 0 && !redirectUris.includes(address)) return undefined;
    const target = new URL(address);
    const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(target.hostname);
    return target.protocol === "https:" || (target.protocol === "http:" && loopback) ? target : undefined;
  }
}

function consentPage(app: AppRegistration, url: URL, state: string | null): string {
  const redirectUri = url.searchParams.get("redirect_uri");
  const hidden = Object.entries({ client_id: app.clientId, state, redirect_uri: redirectUri })
    .flatMap(([name, value]) => (value === null ? [] : `<input type="hidden" name="${name}" value="${escape(value)}">`));
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Connect ${escape(app.name)}</title>
<style>body{font:16px/1.5 sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}button{font:inherit;padding:.4rem 1rem}</style>
<h1>Connect ${escape(app.name)} to this workspace?</h1>
<p>This is the sandbox: the people behind it are made up. The app asks for:</p>
<ul>${app.scopes.map((scope) => `<li>${SCOPE_LABELS[scope]}</li>`).join("")}</ul>
<form method="post" action="/oauth">${hidden.join("")}
<button name="decision" value="authorise">Authorise</button> <button name="decision" value="deny">Deny</button></form>
</html>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
