/** Where a search leads: an id to its run or event, anything else to the list of runs. */
import { useLocation } from "wouter";
import { getEvent } from "../api/events.ts";
import { getRun } from "../api/runs.ts";

const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/i;

async function findPage(id: string): Promise<string> {
  const isRun = await getRun(id).then(
    () => true,
    () => false,
  );
  if (isRun) return `/runs/${id}`;
  const isEvent = await getEvent(id).then(
    () => true,
    () => false,
  );
  return isEvent ? `/events/${id}` : `/runs/${id}`;
}

export function useSearchGo(): (text: string) => Promise<void> {
  const [, navigate] = useLocation();
  return async (given) => {
    const text = given.trim();
    if (ulid.test(text)) navigate(await findPage(text.toUpperCase()));
    else navigate(text === "" ? "/runs" : `/runs?q=${encodeURIComponent(text)}`);
  };
}
