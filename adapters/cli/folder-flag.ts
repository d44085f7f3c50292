import { InvalidArgumentError } from "commander";

/** An empty path would be the folder that the command is started in; it is mostly a variable that nobody set. */
export function folderNamed(text: string): string {
  if (text === "") throw new InvalidArgumentError("It is the path of a folder.");
  return text;
}
