import { randomBytes } from "node:crypto";
import { closeSync, constants, fstatSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DsrError } from "../../core/errors.js";
import { syncFolder } from "./private-folder.js";

export const SEALING_KEY_BYTES = 32;

/**
 * Reads a key that was given as text: 64 hex digits, or base64 (either alphabet) of 32 bytes.
 * @throws DsrError `SEALING_KEY_INVALID`
 */
export function parseSealingKey(text: string, at: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (text.length === 0) throw invalid(at, "it is empty");
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) throw invalid(at, "it is neither base64 nor hex");
  const key = Buffer.from(text, "base64");
  if (key.length !== SEALING_KEY_BYTES) throw invalid(at, "it is not 32 bytes long");
  // A last character with stray bits would be dropped silently, and so would a typing error in it.
  if (key.toString("base64url") !== text.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_")) throw invalid(at, "it is not well-formed base64");
  return key;
}

/** The key in the home's key file, or undefined where there is none. @throws DsrError `SEALING_KEY_INVALID` */
export function readKeyFile(directory: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(keyPath(directory), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw invalid(KEY_FILE, codeOf(error) === "ELOOP" ? "it is a link" : "it cannot be read");
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw invalid(KEY_FILE, "it is not a file");
    // Windows has no such bits; there the profile folder's access list protects the file.
    if (process.platform !== "win32" && (status.mode & 0o077) !== 0) throw invalid(KEY_FILE, "others than its owner may read or write it; its mode must be 0600");
    if (status.size > 200) throw invalid(KEY_FILE, "it is not 32 bytes long");
    return parseSealingKey(readFileSync(file, "utf8").trim(), KEY_FILE);
  } finally {
    closeSync(file);
  }
}

/**
 * Makes the key file unless another process was first, and returns whichever key now stands there. The file appears under its name
 * only when it is whole and on disk: a link, unlike a rename, fails where the name is taken.
 */
export function makeKeyFile(directory: string): Buffer {
  const draft = `${keyPath(directory)}.${randomBytes(8).toString("hex")}`;
  try {
    const file = openSync(draft, "wx", 0o600);
    try {
      writeSync(file, `${randomBytes(SEALING_KEY_BYTES).toString("base64")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(draft, keyPath(directory));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw new DsrError("STORAGE_FAILED", { at: KEY_FILE, reason: "the key file cannot be made" });
  } finally {
    rmSync(draft, { force: true });
  }
  // A lost key is lost data: its name must survive a power cut as well as its content.
  syncFolder(directory);
  const key = readKeyFile(directory);
  if (key === undefined) throw new DsrError("STORAGE_FAILED", { at: KEY_FILE, reason: "the key file vanished" });
  return key;
}

const KEY_FILE = "key";

function keyPath(directory: string): string {
  return join(directory, KEY_FILE);
}

function invalid(at: string, reason: string): DsrError {
  return new DsrError("SEALING_KEY_INVALID", { at, reason });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
