import { expect } from "chai";
import { createHash, randomBytes } from "node:crypto";
import { createDigest } from "../../../adapters/vault/digest.js";
import { openWithKey, sealWithKey } from "../../../adapters/vault/sealed-box.js";
import { createVault } from "../../../adapters/vault/vault.js";
import { refusal } from "../journal/refusal.js";

const KEY = Buffer.alloc(32, 7);
const SECRET = "tok_CANARY_7f3a91c2";

describe("the vault", () => {
  const vault = createVault(KEY);

  it("opens what it sealed, text and bytes, an empty one too", () => {
    for (const plaintext of ["", SECRET, "ü\u0000\u202e", randomBytes(100_000)]) {
      expect(vault.open("credential", vault.seal("credential", plaintext, "acme"), "acme")).to.deep.equal(Buffer.from(plaintext as string));
    }
  });

  it("never seals the same thing to the same bytes, and shows nothing of it", () => {
    const boxes = Array.from({ length: 1_000 }, () => vault.seal("credential", SECRET, "acme"));
    expect(new Set(boxes.map((box) => box.toString("hex"))).size).to.equal(1_000);
    expect(new Set(boxes.map((box) => box.subarray(4, 16).toString("hex"))).size, "nonces").to.equal(1_000);
    for (const box of boxes) expect(box.includes("CANARY")).to.equal(false);
  });

  it("refuses a box of another owner, another purpose or another key", async () => {
    const box = vault.seal("credential", SECRET, "acme");
    await refusal("INTEGRITY", () => vault.open("credential", box, "beta"));
    await refusal("INTEGRITY", () => vault.open("credential", box, ""));
    await refusal("INTEGRITY", () => vault.open("staging", box, "acme"));
    await refusal("INTEGRITY", () => createVault(Buffer.alloc(32, 8)).open("credential", box, "acme"));
  });

  it("refuses a box in which any single bit was flipped, or that was cut or lengthened", async () => {
    const box = vault.seal("credential", SECRET, "acme");
    for (let bit = 0; bit < box.length * 8; bit++) {
      const flipped = Buffer.from(box);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      await refusal("INTEGRITY", () => vault.open("credential", flipped, "acme"));
    }
    for (let length = 0; length < box.length; length++) await refusal("INTEGRITY", () => vault.open("credential", box.subarray(0, length), "acme"));
    await refusal("INTEGRITY", () => vault.open("credential", Buffer.concat([box, Buffer.alloc(1)]), "acme"));
  });

  it("tells no secret when it refuses", async () => {
    const facts = await refusal("INTEGRITY", () => vault.open("credential", vault.seal("credential", SECRET, "canary-owner"), "beta"));
    expect(JSON.stringify(facts)).not.to.match(/canary/i);
  });

  it("signs equal texts equally, and differently for each purpose, text and key", () => {
    const purposes = ["journal", "connection", "oauth-state", "subject"] as const;
    expect(vault.mac("journal", "x")).to.match(/^[0-9a-f]{64}$/).and.to.equal(createVault(KEY).mac("journal", "x"));
    expect(new Set([...purposes.map((purpose) => vault.mac(purpose, "x")), vault.mac("journal", "y"), createVault(Buffer.alloc(32, 8)).mac("journal", "x")]).size).to.equal(6);
  });

  it("has a fingerprint that follows the key and does not hold it", () => {
    expect(vault.fingerprint).to.match(/^[0-9a-f]{32}$/).and.to.equal(createVault(KEY).fingerprint);
    expect(createVault(Buffer.alloc(32, 8)).fingerprint).not.to.equal(vault.fingerprint);
    expect(KEY.toString("hex")).not.to.contain(vault.fingerprint);
  });

  it("shows no key when it is printed", () => {
    expect(JSON.stringify(vault)).not.to.contain("07".repeat(8));
    expect(Object.values(vault).some((each) => each instanceof Uint8Array)).to.equal(false);
  });
});

describe("a sealed box", () => {
  it("is bound to the construction that its prefix names", async () => {
    const box = sealWithKey(KEY, SECRET, "acme");
    expect(box.subarray(0, 4).toString()).to.equal("dsr1");
    box.write("dsr2");
    await refusal("INTEGRITY", () => openWithKey(KEY, box, "acme"));
  });
});

describe("the digest", () => {
  const digest = createDigest(createVault(KEY));

  it("is SHA-256 of the UTF-8 text", () => {
    expect(digest.sha256("abc")).to.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(digest.sha256("ü")).to.equal(createHash("sha256").update(Buffer.from([0xc3, 0xbc])).digest("hex"));
  });

  it("is keyed with this home's secret where the value could be guessed", () => {
    expect(digest.keyed("jane@example.com")).to.equal(createDigest(createVault(KEY)).keyed("jane@example.com"));
    expect(digest.keyed("jane@example.com")).not.to.equal(createDigest(createVault(Buffer.alloc(32, 8))).keyed("jane@example.com"));
    expect(digest.keyed("jane@example.com")).not.to.equal(digest.sha256("jane@example.com"));
  });
});
