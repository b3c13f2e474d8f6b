/** Reads JSON texts of records for what is presented. Called by the routes of `/v2`. Pure. */
import type { ErrorAnswer } from "../answers.ts";

export const parseOrNull = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

/** An error as its app sent it; `{}` for what is none. */
export const asError = (value: unknown): ErrorAnswer => (typeof value === "object" && value !== null ? value : {});
