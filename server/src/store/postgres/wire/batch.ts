/**
 * A batch: several statements that go to the database in one message and come back in one answer. The driver sends a
 * statement only when the one before has been answered; this is the object that it lets send more at once.
 * Made by connection.ts. Statements have no names, so that a pooler may give each transaction another connection.
 */
import type { Connection } from "pg";

export type SqlValue = string | number | boolean | null | readonly string[];

export interface Statement {
  text: string;
  values: readonly SqlValue[];
}

export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** What one statement came to. */
export interface StatementResult {
  rows: Row[];
  /** Rows that were returned or changed. */
  count: number;
}

/** The part of a column's description that is used. */
interface Field {
  name: string;
  dataTypeID: number;
}

const booleanType = 16;
const numberTypes: ReadonlySet<number> = new Set([20, 21, 23, 700, 701]);

function reader(type: number): (text: string) => string | number | boolean {
  if (type === booleanType) return (text) => text === "t";
  return numberTypes.has(type) ? Number : (text) => text;
}

/** What Postgres cannot store in a text is shown by its symbol. */
function withoutNul(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "\u2400") : text;
}

function toArrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${withoutNul(value).replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

function toParameter(value: SqlValue): string | null {
  if (value === null) return null;
  if (typeof value === "string") return withoutNul(value);
  return typeof value === "object" ? toArrayLiteral(value) : String(value);
}

/** `COMMIT` of a transaction that has failed answers as `ROLLBACK` does. */
const tagCount: RegExp = /(\d+)$/;

/**
 * What the driver is given. All its methods but `results` are called by the driver.
 * The statements after one that fails are not run.
 */
export class Batch {
  /** @throws the error of the statement that failed, or of the connection. */
  readonly results: Promise<StatementResult[]>;
  readonly #statements: readonly Statement[];
  readonly #done: StatementResult[] = [];
  #fields: { name: string; read(text: string): string | number | boolean }[] = [];
  #rows: Row[] = [];
  #error: unknown = null;
  #resolve: (results: StatementResult[]) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(statements: readonly Statement[]) {
    this.#statements = statements;
    this.results = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    connection.stream.cork();
    for (const { text, values } of this.#statements) {
      connection.parse({ name: "", text, types: [] }, true);
      connection.bind({ values: values.map(toParameter) }, true);
      connection.describe({ type: "P", name: "" }, true);
      connection.execute({}, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { fields: readonly Field[] }): void {
    this.#fields = fields.map(({ name, dataTypeID }) => ({ name, read: reader(dataTypeID) }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const row: Record<string, string | number | boolean | null> = {};
    for (const [index, { name, read }] of this.#fields.entries()) {
      const text = fields[index] ?? null;
      row[name] = text === null ? null : read(text);
    }
    this.#rows.push(row);
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.#done.push({ rows: this.#rows, count: Number(tagCount.exec(text)?.[1] ?? 0) });
    this.#rows = [];
    this.#fields = [];
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete({ text: "" });
  }

  /** The driver then lets go of the batch: what the server says until it is ready again is for nobody. */
  handleError(error: unknown): void {
    this.#error ??= error;
    this.#reject(this.#error);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#done);
  }

  handlePortalSuspended(): void {
    this.handleError(new Error("A portal was suspended although all its rows were asked for."));
  }

  handleCopyInResponse(): void {
    this.handleError(new Error("A statement asked for data to copy."));
  }

  handleCopyData(): void {
    // Nothing is copied.
  }
}
