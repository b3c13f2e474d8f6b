/** Admins see each competitor's products, price changes and scrapes here, and ask for a scrape. Asks the API every two seconds. */
"use client";

import { type ReactElement, useEffect, useState } from "react";
import type { ProviderView } from "../../../lib/competitors/views.ts";

const lookEveryMs = 2000;

const rand = (cents: number): string => `R ${(cents / 100).toFixed(2)}`;

async function ask<T>(method: string, path: string, body?: object): Promise<T> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(path, init);
  const answer = (await response.json().catch(() => ({}))) as T & { error?: string };
  if (!response.ok) throw new Error(answer.error ?? `The server answered with ${response.status}.`);
  return answer;
}

function Provider({ provider, onError }: { provider: ProviderView; onError: (text: string) => void }): ReactElement {
  const { id, name, scrape_frequency: frequency, last_scraped_at: last, products, changes, logs } = provider;
  const [log] = logs;
  const busy = log?.status === "pending" || log?.status === "running";
  const scrape = (): void => {
    ask("POST", "/api/admin/competitors/scrape", { provider_id: id }).catch((error: Error) => onError(error.message));
  };
  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      <p className="quiet">
        {frequency} · {last === null ? "never scraped" : `last scraped ${new Date(last).toLocaleString()}`}
      </p>
      <p>
        <button type="button" disabled={busy} onClick={scrape}>
          {busy ? "Scraping…" : "Scrape now"}
        </button>{" "}
        {log !== undefined && !busy && <span data-log={log.status}>Last scrape: {log.status}</span>}
      </p>
      {log?.error && (
        <p className="error" role="alert">
          {log.error}
        </p>
      )}
      {products.length > 0 && (
        <table>
          <thead>
            <tr>
              <th>Product</th>
              <th>Price</th>
              <th>Speed</th>
            </tr>
          </thead>
          <tbody>
            {products.map((product) => (
              <tr key={product.product_key}>
                <td>{product.name}</td>
                <td>{rand(product.price_cents)}</td>
                <td>{product.speed_mbps === null ? "" : `${product.speed_mbps} Mbps`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {changes.length > 0 && (
        <ul>
          {changes.map((change) => (
            <li key={`${change.product_key} ${change.detected_at}`}>
              {change.name}: {rand(change.old_cents)} → {rand(change.new_cents)} ({change.percent} %)
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export default function Competitors(): ReactElement {
  const [providers, setProviders] = useState<ProviderView[]>([]);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    const look = (): void => {
      ask<ProviderView[]>("GET", "/api/admin/competitors").then(setProviders, (problem: Error) =>
        setError(problem.message),
      );
    };
    look();
    const timer = setInterval(look, lookEveryMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <main>
      <h1>Competitors</h1>
      {error !== null && (
        <p className="error" role="alert">
          {error}
        </p>
      )}
      {providers.map((provider) => (
        <Provider key={provider.id} provider={provider} onError={setError} />
      ))}
    </main>
  );
}
