import type { Output } from "./cli-io.js";

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
}

type Paint = (text: string) => string;

/** Colours where a terminal shows them and nobody asked for none: https://no-color.org */
export function createStyle({ isTTY }: Output, env: Readonly<Record<string, string | undefined>>, wanted: boolean): Style {
  const coloured = isTTY === true && wanted && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  const paint = (open: number, close: number): Paint => (coloured ? (text) => `\u001b[${open}m${text}\u001b[${close}m` : (text) => text);
  return { bold: paint(1, 22), dim: paint(2, 22), red: paint(31, 39), green: paint(32, 39), yellow: paint(33, 39) };
}
