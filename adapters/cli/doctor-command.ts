import type { Command } from "commander";
import type { Act, Work } from "./act.js";
import { examine, type Finding } from "./doctor-checks.js";
import { aligned, visible } from "./visible-text.js";

export function addDoctorCommand(program: Command, act: Act): void {
  program.command("doctor").description("look whether this installation is well, without calling anybody").action(act(doctor));
}

const doctor: Work<object> = async (cli) => {
  const findings = await examine(cli);
  const ok = findings.every(({ status }) => status !== "fail");
  if (cli.json) cli.printJson({ ok, checks: findings });
  else cli.print(aligned(findings.map((each) => [paint(each, cli.style), each.name, visible(each.detail, 400)]), ""));
  return ok ? 0 : 1;
};

function paint({ status }: Finding, style: { green(t: string): string; yellow(t: string): string; red(t: string): string }): string {
  return status === "ok" ? style.green("ok") : status === "warn" ? style.yellow("look") : style.red("wrong");
}
