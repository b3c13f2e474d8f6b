/** How the background functions went in the last 24 hours, for admins. Asks the API, which asks the engine, every five seconds. */
import { type ReactElement, useEffect, useState } from "react";
import type { Api } from "../lib/api.ts";
import type { FunctionFigures } from "../supabase/functions/make-server-dc1f2437/engine.ts";

export function AdminMetrics({ api }: { api: Api }): ReactElement {
  const [figures, setFigures] = useState<FunctionFigures[]>([]);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const look = (): void => {
      api.metrics().then(
        (found) => {
          setFigures(found);
          setError(null);
        },
        (problem: unknown) => setError(problem instanceof Error ? problem.message : String(problem)),
      );
    };
    look();
    const timer = setInterval(look, 5000);
    return () => clearInterval(timer);
  }, [api]);
  return (
    <section aria-label="Background jobs">
      <h2>Background jobs, last 24 hours</h2>
      {error !== null && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      <div className="wide">
        <table>
          <thead>
            <tr>
              {["Function", "Started", "Completed", "Failed", "Retries", "Average", "Waiting", "Running"].map(
                (head) => (
                  <th key={head}>{head}</th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {figures.map((row) => (
              <tr key={row.function}>
                <td>{row.function}</td>
                <td>{row.started}</td>
                <td>{row.completed}</td>
                <td>{row.failed}</td>
                <td>{row.retries}</td>
                <td>{row.avgMs === null ? "–" : `${row.avgMs} ms`}</td>
                <td>{row.waiting}</td>
                <td>{row.running}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
