import { expect } from "chai";
import { DsrError, type ErrorCode } from "../../core/errors.js";
import { watchFaults } from "../../core/fault-watch.js";
import { rejectionOf } from "./thrown.js";

const REQUEST = new Request("https://api.acme.example/people");

/** A vendor whose calls fail by these codes, one after the other, and then answer. */
function failing(...codes: readonly ErrorCode[]) {
  const left = [...codes];
  return watchFaults(async () => {
    const code = left.shift();
    if (code !== undefined) throw new DsrError(code);
    return Response.json({});
  });
}

const NO_ANSWER = ["AUTH_REJECTED", "INTERRUPTED", "OUTCOME_UNKNOWN", "RATE_LIMITED", "STORAGE_FAILED", "TLS_REJECTED", "HOST_REFUSED", "VENDOR_MALFORMED", "VENDOR_UNAVAILABLE"] as const;

describe("the watch over faults", () => {
  for (const code of NO_ANSWER) {
    it(`ends a port's call with ${code} where the connector made a result of it, and once`, async () => {
      const { fetch, watched } = failing(code);
      const port = watched({ find: async () => fetch(REQUEST).then(() => ["ada"]).catch(() => []) });
      expect(await rejectionOf(port.find())).to.include({ name: "DsrError", code });
      expect(await port.find()).to.deep.equal(["ada"]);
    });
  }

  it("lets a connector answer what it can: a missing permission, a refusal, what the account's plan does not have", async () => {
    for (const code of ["SCOPE_MISSING", "VENDOR_REJECTED", "ROLE_INSUFFICIENT", "PLAN_RESTRICTED"] as const) {
      const { fetch, watched } = failing(code);
      expect(await watched({ find: async () => fetch(REQUEST).catch(() => "answered") }).find(), code).to.equal("answered");
    }
  });

  it("lets pass what a connector makes of it by throwing, and holds nothing of it against the next call", async () => {
    const { fetch, watched } = failing("VENDOR_UNAVAILABLE", "VENDOR_UNAVAILABLE");
    const port = watched({
      look: async () => {
        await Promise.all([fetch(REQUEST), fetch(REQUEST)]).catch(() => {
          throw new RangeError("other words");
        });
        return "absent";
      },
    });
    expect(await rejectionOf(port.look())).to.be.instanceOf(RangeError);
    expect(await port.look()).to.equal("absent");
  });

  it("watches each page of what is read, and closes what is not read to its end", async () => {
    const { fetch, watched } = failing("RATE_LIMITED");
    let closed = 0;
    const port = watched({
      async *collect(swallows: boolean) {
        try {
          yield 1;
          if (swallows) await fetch(REQUEST).catch(() => undefined);
          yield 2;
        } finally {
          closed += 1;
        }
      },
    });
    const pages: number[] = [];
    const reading = async (swallows: boolean, most = Infinity): Promise<void> => {
      for await (const page of port.collect(swallows)) if (pages.push(page) >= most) return;
    };
    expect(await rejectionOf(reading(true))).to.include({ code: "RATE_LIMITED" });
    expect(pages).to.deep.equal([1]);
    await reading(false, 2);
    expect(pages).to.deep.equal([1, 1]);
    expect(closed, "left at its first page").to.equal(1);
  });

  it("tells the last of several calls, whichever of them made something of it", async () => {
    const { fetch, watched } = failing("VENDOR_UNAVAILABLE");
    let goOn: () => void = () => undefined;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    const port = watched({ swallow: async () => fetch(REQUEST).then(() => "read", () => "nothing"), wait: async () => waits });
    const other = rejectionOf(port.wait());
    expect(await port.swallow()).to.equal("nothing");
    goOn();
    expect(await other).to.include({ code: "VENDOR_UNAVAILABLE" });
  });

  it("is not appeased by what another call fails with meanwhile", async () => {
    const { fetch, watched } = failing("VENDOR_UNAVAILABLE");
    let goOn: () => void = () => undefined;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    const port = watched({ swallow: async () => fetch(REQUEST).catch(() => "nothing"), choose: async () => Promise.reject(new DsrError("CHOICE_INVALID")), wait: async () => waits });
    const other = rejectionOf(port.wait());
    expect(await port.swallow()).to.equal("nothing");
    expect(await rejectionOf(port.choose())).to.include({ code: "CHOICE_INVALID" });
    goOn();
    expect(await other).to.include({ code: "VENDOR_UNAVAILABLE" });
  });

  it("leaves a port's methods their own object, and what is no method as it is", async () => {
    class Port {
      readonly words = "own";
      #secret = "kept";
      async look() {
        return this.#secret;
      }
    }
    const port = failing().watched(new Port());
    expect([port.words, await port.look(), (port as { confirm?: unknown }).confirm]).to.deep.equal(["own", "kept", undefined]);
  });
});
