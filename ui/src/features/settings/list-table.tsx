import type { ReactNode } from "react";
import { LoadingShape, Problem } from "@/shared/ui";
import { MoreButton } from "./more-button";
import styles from "./settings.module.css";

interface ListTableProps<T> {
  list: Parameters<typeof MoreButton>[0]["list"] & { data: readonly T[] | undefined; error: Error | null; refetch: () => Promise<unknown> };
  label: string;
  columns: readonly string[];
  /** What the buttons of the last column do; only heard. */
  action: string;
  /** Stands there instead of an empty table. */
  none?: ReactNode;
  /** How many lines there will be, about. */
  lines: number;
  children: (one: T) => ReactNode;
}

/** A list of rows with a button each, page by page; `children` is one row. */
export function ListTable<T>({ list, label, columns, action, none, lines, children }: ListTableProps<T>) {
  const { data, error, refetch } = list;
  if (data === undefined) {
    return error === null ? <LoadingShape lines={lines} /> : <Problem error={error} onTryAgain={() => void refetch()} />;
  }
  if (data.length === 0 && none !== undefined) return <div className="card">{none}</div>;
  return (
    <>
      <div className={`card ${styles.scroll}`} tabIndex={0} role="region" aria-label={label}>
        <table className={styles.table}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
              <th scope="col">
                <span className="hidden-text">{action}</span>
              </th>
            </tr>
          </thead>
          <tbody className="num">{data.map(children)}</tbody>
        </table>
      </div>
      <MoreButton list={list} />
    </>
  );
}
