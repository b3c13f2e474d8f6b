/** A plain table in a card: for lists that are short. It scrolls by itself where it is too wide. */
import type { ReactNode } from "react";

export interface Column<T> {
  name: string;
  /** Right-aligned numbers and times. */
  isRight?: boolean;
  /** Left out where there is little room. */
  isWideOnly?: boolean;
  render: (row: T) => ReactNode;
}

interface TableProps<T> {
  label: string;
  rows: readonly T[];
  columns: readonly Column<T>[];
  keyOf: (row: T) => string;
}

const cell = <T,>({ isRight, isWideOnly }: Column<T>): string =>
  `px-4 py-2 align-top ${isRight === true ? "text-right" : "text-left"} ${isWideOnly === true ? "hidden lg:table-cell" : ""}`;

export function Table<T>({ label, rows, columns, keyOf }: TableProps<T>): ReactNode {
  return (
    <section className="overflow-x-auto" aria-label={label} tabIndex={0}>
      <table className="w-full border-collapse">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="border-b border-line text-meta text-ink-3">
            {columns.map((column) => (
              <th key={column.name} scope="col" className={`${cell(column)} font-medium whitespace-nowrap`}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-b border-line last:border-b-0 hover:bg-sunken">
              {columns.map((column) => (
                <td key={column.name} className={cell(column)}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
