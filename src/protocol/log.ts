/**
 * What a function wrote with its logger, on its way to an engine that takes it (`logs` in {@link headerKeys.takes}): in the field
 * `logs` of a checkpoint, and around the body of an answer, which then is `{"logs":…,"body":…}`, with the length of the
 * logs' text in {@link headerKeys.logs}.
 */

/** When (milliseconds since 1970), how loud, what was given to the logger, and in which step: its hashed id and its name. */
export type LoggedLine = [at: number, level: string, args: unknown[], stepId: string | null, stepName: string | null];

export interface Logged {
  lines: LoggedLine[];
  /** Lines that there was no room for. */
  leftOut: number;
}

/** What stands before the logs in an answer's body, and between them and the answer itself. */
export const logsBefore = '{"logs":';
export const logsBetween = ',"body":';
