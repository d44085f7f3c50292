import { expect } from "chai";
import pg from "pg";
import { DsrError } from "../../../core/errors.js";
import { connectionOf, DatabaseUrl } from "../../../adapters/postgres/database-url.js";

describe("an address of a database, as the driver is told it", () => {
  const ADDRESS = "postgres://u:CANARY@h/db";
  /** What the driver makes of it, and what it warns of meanwhile. */
  const driver = async (query: string): Promise<{ readonly ssl: unknown; readonly warnings: readonly string[] }> => {
    const warnings: string[] = [];
    const onWarning = ({ message }: Error): void => void warnings.push(message);
    process.on("warning", onWarning);
    try {
      const { ssl } = new pg.Client(connectionOf(DatabaseUrl.parse(`${ADDRESS}${query}`))) as unknown as { ssl: unknown };
      // Warnings are told a moment later.
      await new Promise((resolve) => setImmediate(resolve));
      return { ssl, warnings };
    } finally {
      process.off("warning", onWarning);
    }
  };

  for (const mode of ["prefer", "require", "verify-ca", "verify-full"]) {
    it(`checks the server's certificate and its name with sslmode=${mode}, and warns of nothing`, async () => {
      for (const query of [`?sslmode=${mode}`, `?sslmode=disable&sslmode=${mode}`, `?application_name=x&sslmode=${mode}&uselibpqcompat=false`]) {
        const { ssl, warnings } = await driver(query);
        expect({ ...(ssl as object) }).to.deep.equal({});
        expect(warnings).to.deep.equal([]);
      }
    });
  }

  it("has a name that can be told, or is refused", () => {
    expect(DatabaseUrl.parse("postgres://u@h/my%20db").name).to.equal("my db");
    for (const name of ["%zz", "%", "a%E0%A4%A"]) expect(() => DatabaseUrl.parse(`postgres://u@h/${name}`)).to.throw(DsrError, "CONFIG_INVALID");
  });

  it("has what is committed written to the disk, whatever the server or the address say of that", () => {
    for (const query of ["", "?options=-c%20synchronous_commit%3Doff"]) {
      const { connectionParameters } = new pg.Client(connectionOf(DatabaseUrl.parse(`${ADDRESS}${query}`))) as unknown as { connectionParameters: { options: string } };
      // Of two the server takes the last.
      expect(connectionParameters.options.match(/synchronous_commit=\w+/g)?.at(-1), query).to.equal("synchronous_commit=on");
    }
  });

  it("encrypts no less and no more than was asked for otherwise", async () => {
    expect((await driver("")).ssl).to.equal(false);
    expect((await driver("?sslmode=disable")).ssl).to.equal(false);
    expect((await driver("?sslmode=require&sslmode=no-verify")).ssl).to.deep.include({ rejectUnauthorized: false });
    expect((await driver("?uselibpqcompat=true&sslmode=require")).ssl).to.deep.include({ rejectUnauthorized: false });
  });
});
