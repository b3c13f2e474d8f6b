/**
 * Schemas of any library, by what they have in common: Standard Schema (zod 3.24 and later, valibot, arktype), or the
 * `safeParse` of older zod. Read by the event types; validates through the library's own function.
 */

/** The part of Standard Schema version 1 that is used. Source: standardschema.dev. */
export interface StandardSchemaV1<TInput = unknown, TOutput = TInput> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<TOutput> | Promise<SchemaResult<TOutput>>;
    readonly types?: { readonly input: TInput; readonly output: TOutput } | undefined;
  };
}

export type SchemaResult<TOutput> =
  | { readonly value: TOutput; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A zod schema that may be older than Standard Schema. */
export interface ZodLike<TOutput = unknown> {
  readonly _output: TOutput;
  safeParseAsync(value: unknown): Promise<unknown>;
}

/** Any schema that is understood. */
export type AnySchema = StandardSchemaV1<unknown, unknown> | ZodLike;

/** What a schema gives for a valid value. Read from one property, so that it stays cheap for the compiler. */
export type SchemaOutput<TSchema> = TSchema extends { readonly _output: infer TOutput }
  ? TOutput
  : TSchema extends { readonly "~standard": { readonly types?: { readonly output: infer TOutput } | undefined } }
    ? TOutput
    : unknown;

/** Whether a value is a schema that {@link issuesOf} can use. */
export function isSchema(value: unknown): value is AnySchema {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const { "~standard": standard, safeParseAsync } = value as Partial<StandardSchemaV1> & { safeParseAsync?: unknown };
  return typeof standard?.validate === "function" || typeof safeParseAsync === "function";
}

/** What a schema finds wrong with a value, in its own words; null when nothing. A promise only when the schema takes its time. */
export function issuesOf(
  schema: AnySchema,
  value: unknown,
): readonly SchemaIssue[] | null | Promise<readonly SchemaIssue[] | null> {
  if (!("~standard" in schema)) {
    return schema.safeParseAsync(value).then((result) => {
      const { error } = result as { error?: { issues: readonly SchemaIssue[] } };
      return error?.issues ?? null;
    });
  }
  const result = schema["~standard"].validate(value);
  return result instanceof Promise ? result.then((late) => late.issues ?? null) : (result.issues ?? null);
}

/** Issues as one line: `user.age: Expected number, name: Required`. */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  return issues
    .map(({ path = [], message }) => {
      const keys = path.map((part) => String(typeof part === "object" ? part.key : part));
      return keys.length > 0 ? `${keys.join(".")}: ${message}` : message;
    })
    .join(", ");
}
