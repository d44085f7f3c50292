/** The contract that every connector keeps, to be run in the tests of whoever writes one. */
export type { ContractSubject } from "./bench.js";
export { RULES } from "./rules.js";
export type { Rule } from "./rule.js";
export { runConnectorContract, type TestFunctions } from "./run-connector-contract.js";
export { serveSandbox, type ServedSandbox } from "./serve-sandbox.js";
export type { Awaitable, PlantedSubject, SandboxAnswer, SandboxCall, SandboxFiles, SandboxOAuth, SandboxRelated, SandboxStaff, SubjectWish, TokenWish, VendorSandbox } from "./vendor-sandbox.js";
