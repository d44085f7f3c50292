/** Addresses like any other, though their signs mean something in URLs, JSON, patterns and languages of queries. */
export const ODD_EMAILS = ["o'canary@contract.example", "canary/of+odd=signs&more@contract.example", "canary{x}|y~z!@contract.example"];

/** One domain, as people write it and as machines do. */
export const IDN = ["canary@b\u00fccher.example", "canary@xn--bcher-kva.example"];
