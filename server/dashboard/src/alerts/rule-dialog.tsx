/** Makes a rule, or changes one: what is watched, how bad it is, who is told. What the engine refuses is told beside its field. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import {
  type AlertCondition,
  type AlertRule,
  changeAlertRule,
  createAlertRule,
  listAlertChannels,
} from "../api/alerts.ts";
import { FormDialog } from "../components/dialog.tsx";
import { messageOf } from "../components/failure.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { useToast } from "../components/toasts.tsx";
import { type RuleDraft, RuleSettings, settingsOf, toSettings } from "./rule-settings.tsx";

interface RuleDialogProps {
  conditions: readonly AlertCondition[];
  /** The rule that is changed; or what a new one begins with. */
  from: { rule: AlertRule } | { condition: AlertRule["condition"]; windowMs: number | null };
  onClose: () => void;
}

function toDraft(spec: AlertCondition, rule: AlertRule | null): RuleDraft {
  return {
    condition: spec.condition,
    function: rule?.function ?? "",
    app: rule?.app ?? "",
    ...settingsOf(spec, rule),
    name: rule?.name ?? "",
    severity: rule?.severity ?? "warning",
    channels: rule?.channels.map(({ id }) => id) ?? [],
    repeatMs: rule?.repeatMs === null || rule === null ? "" : String(rule.repeatMs),
  };
}

/** Fields stand in backticks in what the engine says. */
const fieldOf = (said: string): string | null => /`(\w+)`/.exec(said)?.[1] ?? null;
const known = ["function", "app", "threshold", "windowMs", "minRuns", "name", "channels", "repeatMs"];

function Channels({
  draft,
  onChange,
  error,
}: {
  draft: RuleDraft;
  onChange: (change: Partial<RuleDraft>) => void;
  error: string | null;
}): ReactNode {
  const channels = useQuery({ queryKey: ["alert-channels"], queryFn: listAlertChannels });
  const all = channels.data ?? [];
  return (
    <fieldset>
      <legend className="mb-1 text-meta font-semibold text-ink-2">Tells</legend>
      {all.length === 0 && <p className="text-meta text-ink-3">No channel yet: the alert shows in this page alone.</p>}
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {all.map(({ id, name }) => (
          <label key={id} className="flex min-h-8 items-center gap-2 pointer-coarse:min-h-11">
            <input
              type="checkbox"
              checked={draft.channels.includes(id)}
              onChange={({ target }) =>
                onChange({
                  channels: target.checked ? [...draft.channels, id] : draft.channels.filter((one) => one !== id),
                })
              }
            />
            {name}
          </label>
        ))}
      </div>
      {error !== null && (
        <p role="alert" className="mt-1 text-meta font-medium text-failed">
          {error}
        </p>
      )}
    </fieldset>
  );
}

interface TellingProps {
  draft: RuleDraft;
  onChange: (change: Partial<RuleDraft>) => void;
  errorOf: (field: string) => string | null;
}

/** How bad it is, who is told how often, and what the rule is called. */
function Telling({ draft, onChange, errorOf }: TellingProps): ReactNode {
  return (
    <>
      <SelectField
        label="Severity"
        value={draft.severity}
        onChange={({ target }) => onChange({ severity: target.value as RuleDraft["severity"] })}
      >
        <option value="info">info</option>
        <option value="warning">warning</option>
        <option value="critical">critical</option>
      </SelectField>
      <Channels draft={draft} onChange={onChange} error={errorOf("channels")} />
      <SelectField
        label="Tells again"
        value={draft.repeatMs}
        onChange={({ target }) => onChange({ repeatMs: target.value })}
      >
        <option value="">never: once, and when it is over</option>
        <option value="900000">every 15 minutes</option>
        <option value="3600000">every hour</option>
        <option value="86400000">every day</option>
        {!["", "900000", "3600000", "86400000"].includes(draft.repeatMs) && (
          <option value={draft.repeatMs}>every {Math.round(Number(draft.repeatMs) / 60_000)} minutes</option>
        )}
      </SelectField>
      <TextField
        label="Name"
        hint="Left out, the rule says what it watches."
        value={draft.name}
        error={errorOf("name")}
        onChange={({ target }) => onChange({ name: target.value })}
      />
    </>
  );
}

function useRuleForm({ conditions, from, onClose }: RuleDialogProps) {
  const rule = "rule" in from ? from.rule : null;
  const specOf = (condition: AlertRule["condition"]) => conditions.find((spec) => spec.condition === condition);
  const first = specOf(rule?.condition ?? ("condition" in from ? from.condition : "kill-switch")) ?? conditions[0];
  const [draft, setDraft] = useState<RuleDraft | null>(() => {
    if (first === undefined) return null;
    const begun = toDraft(first, rule);
    const windowMs = "condition" in from ? from.windowMs : null;
    return windowMs === null ? begun : { ...begun, windowMinutes: String(windowMs / 60_000) };
  });
  const client = useQueryClient();
  const toast = useToast();
  const save = useMutation({
    mutationFn: async ({ spec, draft: typed }: { spec: AlertCondition; draft: RuleDraft }) => {
      const { name, severity, channels, repeatMs } = typed;
      const body = { ...toSettings(spec, typed), severity, channels };
      const more = { ...body, repeatMs: repeatMs === "" ? null : Number(repeatMs) };
      const named = name.trim() === "" ? more : { ...more, name: name.trim() };
      return rule === null ? createAlertRule(named) : changeAlertRule(rule.id, named);
    },
    onSuccess: () => {
      toast(rule === null ? "The rule is on" : "The rule is changed");
      void client.invalidateQueries({ queryKey: ["alert-rules"] });
      onClose();
    },
  });
  return { rule, specOf, draft, setDraft, save };
}

export function RuleDialog(props: RuleDialogProps): ReactNode {
  const { rule, specOf, draft, setDraft, save } = useRuleForm(props);
  const spec = draft === null ? undefined : specOf(draft.condition);
  if (draft === null || spec === undefined) return null;
  const said = save.isError ? messageOf(save.error) : "";
  const about = fieldOf(said);
  const errorOf = (field: string): string | null => (about === field ? said : null);
  const change = (part: Partial<RuleDraft>): void => setDraft({ ...draft, ...part });
  return (
    <FormDialog
      title={rule === null ? "New rule" : `Change "${rule.name}"`}
      action={rule === null ? "Switch the rule on" : "Change the rule"}
      isBusy={save.isPending}
      isDisabled={spec.function === "required" && draft.function === ""}
      error={about !== null && known.includes(about) ? null : save.error}
      onSubmit={() => save.mutate({ spec, draft })}
      onClose={props.onClose}
    >
      <SelectField
        label="Watch"
        hint={spec.says}
        value={draft.condition}
        onChange={({ target }) => {
          const next = specOf(target.value as AlertRule["condition"]);
          if (next !== undefined) change({ condition: next.condition, ...settingsOf(next, null) });
        }}
      >
        {props.conditions.map(({ condition, title }) => (
          <option key={condition} value={condition}>
            {title}
          </option>
        ))}
      </SelectField>
      <RuleSettings spec={spec} draft={draft} onChange={change} errorOf={errorOf} />
      <Telling draft={draft} onChange={change} errorOf={errorOf} />
    </FormDialog>
  );
}
