/**
 * The base of every error that this SDK makes. Thrown from all folders above.
 * Recognised by brand and name, never by instanceof alone: two copies of the package must understand each other.
 */

import { isInstance } from "./is-instance.ts";

/** Every code an error of this SDK can carry. */
export type ErrorCode =
  | "invalid_option"
  | "not_supported"
  | "missing_event_key"
  | "send_failed"
  | "invalid_call"
  | "function_not_found"
  | "state_unavailable"
  | "non_retriable"
  | "retry_after"
  | "step_failed";

export interface StepwellErrorOptions {
  code: ErrorCode;
  /** Whether trying again may help. Default: false. */
  retryable?: boolean;
  cause?: unknown;
}

/**
 * Base class: a closed `code`, whether trying again may help, and the cause.
 * @example
 * try {
 *   await inngest.send({ name: "shop/order.created" });
 * } catch (error) {
 *   if (error instanceof StepwellError && error.code === "missing_event_key") console.error("No event key.");
 * }
 */
export class StepwellError extends Error {
  /** The class by which other copies of the package know it. */
  static readonly "~kin": string = "StepwellError";
  // Private, so that they do not travel when the error is serialized.
  readonly #code: ErrorCode;
  readonly #retryable: boolean;

  constructor(message: string, options: StepwellErrorOptions) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "StepwellError";
    this.#code = options.code;
    this.#retryable = options.retryable ?? false;
  }

  /**
   * Errors of another copy of the package, and of the published SDK, are instances too; what users derive is looked at as
   * usual.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore lint/complexity/noThisInStatic: the class that stands right of instanceof
    return isInstance(this, value, isKin);
  }

  get code(): ErrorCode {
    return this.#code;
  }

  get retryable(): boolean {
    return this.#retryable;
  }
}

/**
 * Whether an error is of a class of this SDK, of any copy of the package, or of the published SDK's class of that name.
 * A StepError is named after the error of its step, so its name says nothing.
 */
export function isKin(value: unknown, className: string): boolean {
  if (typeof value !== "object" || value === null) return false;
  let isStepError = false;
  for (let proto = Object.getPrototypeOf(value); proto !== null; proto = Object.getPrototypeOf(proto)) {
    const { name, "~kin": kin = name } = (proto.constructor ?? {}) as { name?: unknown; "~kin"?: unknown };
    if (kin === className) return true;
    if (kin === "StepError") isStepError = true;
  }
  return !isStepError && (value as { name?: unknown }).name === className;
}

/** The error for what a user gave wrongly. @param problem what is wrong, what is allowed; without a full stop. */
export function invalidOption(problem: string): StepwellError {
  return new StepwellError(`${problem}.`, { code: "invalid_option" });
}

/** What a thrown value says. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
