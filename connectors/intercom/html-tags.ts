/** Where a tag or a comment stands in a text. */
export interface Tag {
  readonly from: number;
  readonly to: number;
  /** Lower-case; empty for comments and declarations. */
  readonly name: string;
}

/** Elements beside which words are not one word. All others are of no account to the words that they stand in. */
export const APART: ReadonlySet<string> = new Set(
  ("p h1 h2 h3 h4 h5 h6 blockquote ul ol dl table pre hr div section article header footer main aside nav address figure form li tr dt dd body title br td th img image iframe object embed " +
    "video audio source script").split(" "),
);

/** The tags of a text as a browser takes them: quoted attributes may hold any character. One that does not end is none. Takes time in proportion to the text. */
export function* tagsIn(text: string): Iterable<Tag> {
  for (let at = text.indexOf("<"); at !== -1; ) {
    const tag = tagAt(text, at);
    if (tag === "endless") break;
    if (tag !== undefined) yield tag;
    at = text.indexOf("<", tag?.to ?? at + 1);
  }
}

/** `endless` where the rest of the text would belong to it. */
function tagAt(text: string, from: number): Tag | "endless" | undefined {
  if (text.startsWith("<!--", from)) return upTo(text, from, "-->", from + 4);
  const start = /^<(?:\/?([a-z][^\s/>]*)|[!?/])/i.exec(text.slice(from, from + MOST_OF_A_NAME));
  if (start === null) return undefined;
  const name = (start[1] ?? "").toLowerCase();
  if (name === "") return upTo(text, from, ">", from + 2);
  for (let at = from + start[0].length; at < text.length; at += 1) {
    if (text[at] === ">") return { from, to: at + 1, name };
    if (text[at] !== "=") continue;
    while (/\s/.test(text[at + 1] ?? "")) at += 1;
    const quote = text[at + 1];
    if (quote !== '"' && quote !== "'") continue;
    at = text.indexOf(quote, at + 2);
    if (at === -1) return "endless";
  }
  return "endless";
}

function upTo(text: string, from: number, end: string, after: number): Tag | "endless" {
  const at = text.indexOf(end, after);
  return at === -1 ? "endless" : { from, to: at + end.length, name: "" };
}

const MOST_OF_A_NAME = 64;
