/**
 * The asynchronous context of the place where a step was called: the user, the trace or the session that an application
 * keeps in AsyncLocalStorage. Taken by the replay machine when it meets a new step, entered when the step runs.
 * Needs nothing of the runtime: what is attached to a promise runs in the context that it was attached in.
 */

/** Runs work in the context in which {@link callerContext} was called, one microtask later. Works once. */
export type EnterContext = (work: () => void) => void;

export function callerContext(): EnterContext {
  let enter!: EnterContext;
  void new Promise<() => void>((resolve) => {
    enter = resolve;
  }).then((work) => work());
  return enter;
}
