/** Reads a Dockerfile into its instructions. Used by the test that does what it says, as no Docker engine runs in CI. */

export interface Instruction {
  readonly name: string;
  readonly text: string;
}

const known = new Set([
  ..."FROM ARG WORKDIR RUN ENV USER VOLUME EXPOSE STOPSIGNAL HEALTHCHECK CMD COPY ENTRYPOINT LABEL SHELL".split(" "),
]);

/** @throws for a line that begins no instruction, and for an instruction that Docker does not have. */
export function parseDockerfile(text: string): Instruction[] {
  const whole = text
    .split("\n")
    .filter((line) => !line.trimStart().startsWith("#"))
    .join("\n")
    .replaceAll(/\\\n\s*/g, " ");
  return whole
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, name = "", rest = ""] = /^([A-Z]+) (.+)$/.exec(line.trim()) ?? [];
      if (!known.has(name)) throw new Error(`This is no instruction of a Dockerfile: ${line}`);
      return { name, text: rest.trim() };
    });
}

/** The variables of ENV instructions. */
export function environmentOf(instructions: readonly Instruction[]): Record<string, string> {
  const pairs = instructions.filter(({ name }) => name === "ENV").flatMap(({ text }) => text.split(" "));
  return Object.fromEntries(pairs.map((pair) => pair.split("=", 2) as [string, string]));
}

/** What hadolint would say of the mistakes that matter here. */
export function problemsOf(instructions: readonly Instruction[]): string[] {
  const all = (name: string): string[] => instructions.filter((one) => one.name === name).map(({ text }) => text);
  const last = (name: string): number => instructions.findLastIndex((one) => one.name === name);
  const isExec = (text: string | undefined): boolean => {
    const list = text?.slice(text.indexOf("["));
    return list?.startsWith("[") === true && Array.isArray(JSON.parse(list));
  };
  const says = (isWrong: boolean, sentence: string): string[] => (isWrong ? [sentence] : []);
  return [
    ...says(instructions[0]?.name !== "FROM", "begins with FROM"),
    ...says(!/:\d[\w.-]*$/.test(all("FROM")[0] ?? ""), "names the version of its image"),
    ...says(["root", "0", undefined].includes(all("USER").at(-1)), "does not end as root"),
    ...says(last("USER") > last("CMD"), "becomes its user before its command"),
    ...says(!isExec(all("CMD")[0]), "gives its command as a list, so that signals reach the engine"),
    ...says(!isExec(all("HEALTHCHECK")[0]), "gives its health check as a list"),
    ...says(
      all("RUN").some((text) => /\bsudo\b|curl .*\| *sh/.test(text)),
      "runs nothing that it downloads unseen",
    ),
  ];
}
