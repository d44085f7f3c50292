import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { expect } from "chai";
import { createSigner, fingerprintOf, isSignedBy, newSigningKey } from "../../../adapters/evidence/ed25519.js";

describe("signatures of evidence", () => {
  const key = newSigningKey();
  const signer = createSigner(key);
  const { publicKey, fingerprint } = signer.key();
  const signature = signer.sign("text");

  it("fit their text under their key, and nothing else", () => {
    expect(isSignedBy(publicKey, "text", signature)).to.equal(true);
    expect(isSignedBy(publicKey, "text ", signature)).to.equal(false);
    expect(isSignedBy(createSigner(newSigningKey()).key().publicKey, "text", signature)).to.equal(false);
  });

  it("are what any other Ed25519 makes of the same key", () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const der = createPublicKey(privateKey).export({ format: "der", type: "spki" }).toString("base64");
    expect(isSignedBy(der, "text", sign(null, Buffer.from("text"), privateKey).toString("hex"))).to.equal(true);
  });

  it("are written in one way alone", () => {
    for (const [index, digit] of [...signature].entries()) {
      for (const other of [digit.toUpperCase(), " ", "0", "f", ""]) {
        if (other !== digit) expect(isSignedBy(publicKey, "text", `${signature.slice(0, index)}${other}${signature.slice(index + 1)}`), `${index} ${other}`).to.equal(false);
      }
    }
    for (const other of [`${signature}0`, `${signature}\n`, ""]) expect(isSignedBy(publicKey, "text", other)).to.equal(false);
  });

  it("are known by the fingerprint of a key that is Ed25519 and written in one way", () => {
    expect(fingerprintOf(publicKey)).to.equal(fingerprint);
    const last = publicKey.replace(/.=$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}=`);
    const rsa = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "der", type: "spki" }).toString("base64");
    for (const other of ["", "x", ` ${publicKey}`, `${publicKey}\n`, publicKey.replace("=", ""), publicKey.replaceAll("+", "-").concat("="), last, rsa, Buffer.concat([Buffer.from(publicKey, "base64"), Buffer.from([0])]).toString("base64")]) {
      expect(fingerprintOf(other), JSON.stringify(other)).to.equal(undefined);
    }
  });
});
