/** One post of the feed, and the response that AI writes to it. */
import { type ReactElement, useState } from "react";
import type { Api } from "../lib/api.ts";
import type { FeedItem as Item } from "../supabase/functions/make-server-dc1f2437/records.ts";
import { useToast } from "./toasts.tsx";

export function FeedItem({ api, item }: { api: Api; item: Item }): ReactElement {
  const toast = useToast();
  const [asked, setAsked] = useState(false);
  const { ai_response: response, ai_response_error: error } = item;
  const waiting = asked && response === null && error === null;
  const generate = async (): Promise<void> => {
    setAsked(true);
    try {
      await api.generateResponse(item.projectId, item.id);
      toast("info", "Response is written in background");
    } catch (problem) {
      toast("error", problem instanceof Error ? problem.message : String(problem));
    }
  };
  return (
    <article className="card">
      <h3>
        <a href={item.url}>{item.title}</a>
      </h3>
      <p className="quiet">
        r/{item.subreddit} · {item.author} · {new Date(item.created_at).toLocaleString()} · {item.keywords.join(", ")}
      </p>
      {item.content !== "" && <p>{item.content}</p>}
      {response !== null && <blockquote>{response}</blockquote>}
      {error !== null && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <button type="button" disabled={waiting} onClick={() => void generate()}>
        {waiting ? "Writing…" : "Generate Response"}
      </button>
    </article>
  );
}
