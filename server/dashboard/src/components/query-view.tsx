/** What a query gave, or that it is loading, or that it failed: three things that must never look alike. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure, Loading } from "./failure.tsx";

interface QueryViewProps<T> {
  what: string;
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}

export function QueryView<T>({ what, query, children }: QueryViewProps<T>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.isError) return <Failure what={what} error={query.error} retry={() => void query.refetch()} />;
  return <Loading what={what.toLowerCase()} />;
}
