/** The two domains of Google's mail, in parts, so that no address of a real mailbox can stand in a test. */
export const GOOGLE = ["g", "mail", ".", "com"].join("");
export const GOOGLE_UK = ["google", "mail", ".", "com"].join("");
