/** Whether the engine knows who is signed in, so that forms need not ask for a name. */
import { useQuery } from "@tanstack/react-query";
import { getSession } from "../api/engine.ts";

export function useIsKnown(): boolean {
  const session = useQuery({ queryKey: ["session"], queryFn: getSession, staleTime: Number.POSITIVE_INFINITY });
  const kind = session.data?.who?.kind;
  return kind === "user" || kind === "api-key";
}
