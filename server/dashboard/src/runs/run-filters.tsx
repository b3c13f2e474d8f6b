/** The filters of the list of runs. What is chosen stands in the address. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { listApps, listFunctions } from "../api/apps.ts";
import { runStatuses } from "../api/runs.ts";
import { Button } from "../components/button.tsx";
import { FilterMenu } from "../components/filter-menu.tsx";
import { StatusIcon, statusWord, toStatus } from "../components/status.tsx";
import { useSearchText } from "../components/use-search-text.ts";
import { isCondition, isFiltered, type RunViewState, ranges } from "./run-filter.ts";

const statusChoices = runStatuses.map((value) => {
  const status = toStatus(value);
  return { value, label: statusWord(status), drawing: <StatusIcon status={status} /> };
});

const control = "h-8 rounded-sm border border-edge bg-surface px-2 text-control text-ink-2 pointer-coarse:h-11";

/** What a date field holds, in the browser's zone, and back. */
function toInput(iso: string): string {
  if (iso === "") return "";
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
const fromInput = (text: string): string => (text === "" ? "" : new Date(text).toISOString());

function Moment({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (iso: string) => void;
}): ReactNode {
  return (
    <input
      type="datetime-local"
      aria-label={label}
      value={toInput(value)}
      onChange={(event) => onChange(fromInput(event.target.value))}
      className={control}
    />
  );
}

function TimeRange({ view, change }: RunViewState): ReactNode {
  return (
    <>
      <select
        aria-label="Time"
        value={view.range}
        onChange={(event) => change({ range: event.target.value, from: "", until: "" })}
        className={control}
      >
        <option value="">Any time</option>
        {Object.entries(ranges).map(([value, { label }]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value="custom">From … until …</option>
      </select>
      {view.range === "custom" && (
        <>
          <Moment label="From" value={view.from} onChange={(from) => change({ from })} />
          <Moment label="Until" value={view.until} onChange={(until) => change({ until })} />
        </>
      )}
    </>
  );
}

function Search({ view, change, error }: RunViewState & { error: string | null }): ReactNode {
  const { text, field, onSubmit } = useSearchText(view.q, (q) => change({ q }));
  return (
    <form onSubmit={onSubmit} className="relative min-w-56 flex-1">
      <input
        aria-label="Words, or a condition in CEL"
        aria-invalid={error !== null}
        aria-describedby={error === null ? undefined : "cel-error"}
        placeholder="Words, or CEL: event.data.plan == 'free'"
        spellCheck={false}
        {...field}
        className={`h-8 w-full rounded-sm border bg-surface px-2.5 pr-12 pointer-coarse:h-11 ${isCondition(text) ? "font-mono text-meta" : "text-control"} ${error === null ? "border-edge" : "border-failed"}`}
      />
      {text !== "" && (
        <span className="pointer-events-none absolute inset-y-0 right-2 flex items-center text-meta text-ink-3">
          {isCondition(text) ? "CEL" : "text"}
        </span>
      )}
      {error !== null && (
        <p id="cel-error" role="alert" className="mt-1 text-meta font-medium text-failed">
          {error}
        </p>
      )}
    </form>
  );
}

export function RunFilters({ state, error }: { state: RunViewState; error: string | null }): ReactNode {
  const { view, change, clear } = state;
  const functions = useQuery({ queryKey: ["functions"], queryFn: listFunctions });
  const apps = useQuery({ queryKey: ["apps"], queryFn: listApps });
  return (
    <div className="flex flex-wrap items-start gap-2 px-4 pb-3">
      <FilterMenu
        label="Status"
        choices={statusChoices}
        chosen={view.status}
        onChange={(status) => change({ status })}
      />
      <FilterMenu
        label="Function"
        choices={(functions.data ?? []).map(({ id, name, app }) => ({ value: id, label: `${name} · ${app.id ?? ""}` }))}
        chosen={view.functionId}
        onChange={(functionId) => change({ functionId })}
      />
      <FilterMenu
        label="App"
        choices={(apps.data ?? []).map(({ id }) => ({ value: id, label: id }))}
        chosen={view.appId}
        onChange={(appId) => change({ appId })}
      />
      <TimeRange {...state} />
      <Search {...state} error={error} />
      {isFiltered(view) && (
        <Button kind="quiet" icon="close" onClick={clear}>
          Clear
        </Button>
      )}
    </div>
  );
}
