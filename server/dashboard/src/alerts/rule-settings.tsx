/** The settings of a rule's condition as fields: which there are, and their bounds, say the engine's conditions. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { AlertCondition, AlertRule } from "../api/alerts.ts";
import { listApps, listFunctions } from "../api/apps.ts";
import { SelectField, TextField } from "../components/field.tsx";

/** What is typed, as it is typed. */
export interface RuleDraft {
  condition: AlertRule["condition"];
  function: string;
  app: string;
  threshold: string;
  windowMinutes: string;
  minRuns: string;
  name: string;
  severity: AlertRule["severity"];
  channels: readonly string[];
  repeatMs: string;
}

const minuteMs = 60_000;
const secondMs = 1000;

/** Times are typed in seconds. */
const scaleOf = ({ threshold }: AlertCondition): number => (threshold?.unit === "milliseconds" ? secondMs : 1);
const shown = (value: number | null | undefined, scale: number): string =>
  value === null || value === undefined ? "" : String(value / scale);

/** The engine says what is wrong with what is no number. */
const toNumber = (text: string, scale: number): number | null =>
  text.trim() === "" ? null : Number((Number(text) * scale).toFixed(6));

export function settingsOf(spec: AlertCondition, rule: AlertRule | null) {
  return {
    threshold: shown(rule?.threshold ?? spec.threshold?.default, scaleOf(spec)),
    windowMinutes: shown(rule?.windowMs ?? spec.windowMs?.default, minuteMs),
    minRuns: shown(rule?.minRuns ?? spec.minRuns?.default, 1),
  };
}

export function toSettings(spec: AlertCondition, draft: RuleDraft) {
  return {
    condition: spec.condition,
    function: spec.function === "none" || draft.function === "" ? null : draft.function,
    app: spec.app === "none" || draft.app === "" ? null : draft.app,
    threshold: spec.threshold === null ? null : toNumber(draft.threshold, scaleOf(spec)),
    windowMs: spec.windowMs === null ? null : toNumber(draft.windowMinutes, minuteMs),
    minRuns: spec.minRuns === null ? null : toNumber(draft.minRuns, 1),
  };
}

const thresholdLabels = { percent: "Percent", count: "How many", milliseconds: "Longer than, in seconds" } as const;

interface SettingsProps {
  spec: AlertCondition;
  draft: RuleDraft;
  onChange: (change: Partial<RuleDraft>) => void;
  errorOf: (field: string) => string | null;
}

function Whose({ spec, draft, onChange, errorOf }: SettingsProps): ReactNode {
  const functions = useQuery({ queryKey: ["functions"], queryFn: listFunctions });
  const apps = useQuery({ queryKey: ["apps"], queryFn: listApps });
  return (
    <>
      {spec.function !== "none" && (
        <SelectField
          label="Function"
          value={draft.function}
          error={errorOf("function")}
          onChange={(change) => onChange({ function: change.target.value })}
        >
          <option value="">{spec.function === "required" ? "choose one" : "all of them"}</option>
          {(functions.data ?? []).map(({ slug, name }) => (
            <option key={slug} value={slug}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
      {spec.app !== "none" && (
        <SelectField
          label="App"
          value={draft.app}
          error={errorOf("app")}
          onChange={(change) => onChange({ app: change.target.value })}
        >
          <option value="">{spec.condition === "kill-switch" ? "none: a pause of everything" : "all of them"}</option>
          {(apps.data ?? []).map(({ id, name }) => (
            <option key={id} value={name}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
    </>
  );
}

export function RuleSettings(props: SettingsProps): ReactNode {
  const { spec, draft, onChange, errorOf } = props;
  return (
    <>
      <Whose {...props} />
      {spec.threshold !== null && (
        <TextField
          label={thresholdLabels[spec.threshold.unit]}
          inputMode="decimal"
          value={draft.threshold}
          error={errorOf("threshold")}
          onChange={(change) => onChange({ threshold: change.target.value })}
        />
      )}
      {spec.windowMs !== null && (
        <TextField
          label={spec.threshold === null ? "For so long, in minutes" : "Of the last minutes"}
          inputMode="decimal"
          value={draft.windowMinutes}
          error={errorOf("windowMs")}
          onChange={(change) => onChange({ windowMinutes: change.target.value })}
        />
      )}
      {spec.minRuns !== null && (
        <TextField
          label="With at least so many runs"
          hint="With fewer in that time nothing is said."
          inputMode="numeric"
          value={draft.minRuns}
          error={errorOf("minRuns")}
          onChange={(change) => onChange({ minRuns: change.target.value })}
        />
      )}
    </>
  );
}
