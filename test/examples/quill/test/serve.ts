import { serveSandbox } from "dsr-connect/contracts";
import { createQuillSandbox } from "../src/sandbox.js";

const sandbox = createQuillSandbox();
await sandbox.addSubject({ identifier: { category: "email", value: "ada@example.test" }, text: "Ada", volume: "one" });
const { url } = await serveSandbox(sandbox, Number(process.argv[2]));
console.log(url, await sandbox.issueToken({ scopes: ["subscribers.read", "letters.read", "subscribers.write"] }));
