import { DsrError } from "../../core/errors.js";

/** An address of a database: `postgres://user:password@host:port/name`. It holds a password, so it shows as `[database]` wherever it is printed. */
export class DatabaseUrl {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** @throws DsrError `CONFIG_INVALID` */
  static parse(text: string): DatabaseUrl {
    let url: URL;
    try {
      url = new URL(text);
      decodeURIComponent(url.pathname);
    } catch {
      throw invalid();
    }
    if (!/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) throw invalid();
    return new DatabaseUrl(text);
  }

  withPassword(): string {
    return this.#text;
  }

  /** The database's name, which is no secret. */
  get name(): string {
    return decodeURIComponent(new URL(this.#text).pathname.slice(1));
  }

  toString(): string {
    return "[database]";
  }

  toJSON(): string {
    return "[database]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[database]";
  }
}

/** How the driver is told: all of ours lies in a schema of its own. */
export function connectionOf(database: DatabaseUrl): { readonly connectionString: string; readonly application_name: string } {
  const url = new URL(database.withPassword());
  // To the driver all of these are `verify-full`, which is said here since it warns of the others with lines of text on standard error.
  const mode = url.searchParams.getAll("sslmode").at(-1) ?? "";
  if (AS_VERIFY_FULL.has(mode) && !url.searchParams.getAll("uselibpqcompat").includes("true")) url.searchParams.set("sslmode", "verify-full");
  url.searchParams.set("options", `${url.searchParams.get("options") ?? ""} -c search_path=dsr_connect -c synchronous_commit=on`.trim());
  return { connectionString: url.href, application_name: "dsr-connect" };
}

/** Source: https://github.com/brianc/node-postgres/tree/pg%408.23.1/packages/pg-connection-string#tcp-connections */
const AS_VERIFY_FULL: ReadonlySet<string> = new Set(["prefer", "require", "verify-ca"]);

function invalid(): DsrError {
  return new DsrError("CONFIG_INVALID", { at: "DSR_DATABASE_URL", reason: "it is an address like postgres://user:password@host/database" });
}
