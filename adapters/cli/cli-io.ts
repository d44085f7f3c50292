/** A stream to write to, as much of it as the command line needs. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** Of a terminal: how many characters a line holds. */
  readonly columns?: number;
}

/** Standard input; on a terminal it can be read without showing what is typed. */
export type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  readonly readableEnded?: boolean;
  setRawMode?(raw: boolean): unknown;
};

/** Everything that a command has from the process it runs in, so that it runs in a test as well. */
export interface CliIo {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts on Ctrl-C and on SIGTERM. */
  readonly signal: AbortSignal;
  /** Aborts where the command has not ended by itself some seconds after that: it is told how to go on, and nothing is waited for any more. */
  readonly cutShort?: AbortSignal;
}

/** Whether a person sits in front: one who can be asked and who sees the question. */
export function isInteractive({ stdin, stderr }: CliIo): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}
