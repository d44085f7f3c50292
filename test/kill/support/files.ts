import { execFileSync } from "node:child_process";

const SEARCH = `
const { readdirSync, readFileSync, statSync } = require("node:fs");
const { join } = require("node:path");
const [folder, ...texts] = process.argv.slice(1);
const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
const found = names.flatMap((name) => { const bytes = readFileSync(join(folder, name)); return texts.filter((text) => bytes.includes(text)).map((text) => text + " in " + name); });
console.log(JSON.stringify(found));
`;

/**
 * Which of the texts stand in files of a folder. Another process looks: to close a file of SQLite's in one that has it open as a database drops its
 * locks, and whoever writes next damages what this one reads. Source: sqlite.org/howtocorrupt.html, 2.2.
 */
export function textsInFiles(folder: string, texts: readonly string[]): readonly string[] {
  return JSON.parse(execFileSync(process.execPath, ["-e", SEARCH, folder, ...texts], { encoding: "utf8", maxBuffer: 1e8 })) as readonly string[];
}
