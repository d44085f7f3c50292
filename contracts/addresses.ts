/** As long as an address may be, before its sign and as a whole. */
const LONGEST = `${"canary.".repeat(9)}x@${"long.".repeat(34)}contract.example`;

/** Addresses like any other, though their signs mean something in URLs, JSON, patterns and languages of queries, or though they are long. */
export const ODD_EMAILS = [LONGEST, "o'canary@contract.example", "canary/of+odd=signs&more@contract.example", "canary{x}|y~z!@contract.example"];

/** One domain, as people write it and as machines do. */
export const IDN = ["canary@b\u00fccher.example", "canary@xn--bcher-kva.example"];
