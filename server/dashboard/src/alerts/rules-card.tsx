/** The rules: what is watched, and those that only need to be switched on. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import {
  type AlertConditions,
  type AlertRule,
  getAlertConditions,
  listAlertRules,
  removeAlertRule,
  switchAlertRule,
} from "../api/alerts.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { Card } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { type Column, Table } from "../components/table.tsx";
import { Severity } from "./alert-table.tsx";
import { RuleDialog } from "./rule-dialog.tsx";

type Ready = AlertConditions["ready"][number];
type Open =
  | { rule: AlertRule }
  | { remove: AlertRule }
  | { condition: AlertRule["condition"]; windowMs: number | null };

function State({ enabled, isActive }: AlertRule): ReactNode {
  if (!enabled) return <span className="text-ink-3">off</span>;
  return isActive ? (
    <span className="font-semibold text-failed">alert</span>
  ) : (
    <span className="text-completed">on</span>
  );
}

function Switch({ id, enabled }: AlertRule): ReactNode {
  const client = useQueryClient();
  const turn = useMutation({
    mutationFn: () => switchAlertRule(id, !enabled),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["alert-rules"] }),
  });
  return (
    <Button icon={enabled ? "pause" : "play"} isBusy={turn.isPending} onClick={() => turn.mutate()}>
      {enabled ? "Switch off" : "Switch on"}
    </Button>
  );
}

const columns = (setOpen: (open: Open) => void): readonly Column<AlertRule>[] => [
  {
    name: "Rule",
    render: ({ name, severity, channels }) => (
      <>
        <span className="font-medium wrap-anywhere">{name}</span> <Severity severity={severity} />
        <span className="block text-meta text-ink-3 wrap-anywhere">
          tells {channels.map((channel) => channel.name).join(", ") || "nobody"}
        </span>
      </>
    ),
  },
  { name: "State", render: (rule) => <State {...rule} /> },
  {
    name: "",
    isRight: true,
    render: (rule) => (
      <span className="flex flex-wrap justify-end gap-2">
        <Switch {...rule} />
        <Button icon="settings" onClick={() => setOpen({ rule })}>
          Change
        </Button>
        <Button kind="danger" icon="trash" onClick={() => setOpen({ remove: rule })}>
          Remove
        </Button>
      </span>
    ),
  },
];

/** Those of which there is no rule yet. One that needs a function stays: there may be one for each. */
function ReadyRules({
  ready,
  rules,
  onChoose,
}: {
  ready: readonly Ready[];
  rules: readonly AlertRule[];
  onChoose: (open: Open) => void;
}): ReactNode {
  const left = ready.filter((one) => one.needsFunction || !rules.some(({ condition }) => condition === one.condition));
  if (left.length === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-2 border-t border-line px-4 py-3">
      <span className="text-meta text-ink-3">Ready to switch on:</span>
      {left.map(({ id, title, condition, windowMs }) => (
        <Button key={id} icon="plus" onClick={() => onChoose({ condition, windowMs })}>
          {title}
        </Button>
      ))}
    </div>
  );
}

export function RulesCard(): ReactNode {
  const rules = useQuery({ queryKey: ["alert-rules"], queryFn: listAlertRules });
  const conditions = useQuery({ queryKey: ["alert-conditions"], queryFn: getAlertConditions, staleTime: 3_600_000 });
  const [open, setOpen] = useState<Open | null>(null);
  const client = useQueryClient();
  const close = (): void => setOpen(null);
  const specs = conditions.data?.conditions ?? [];
  return (
    <Card
      title="Rules"
      actions={
        <Button icon="plus" onClick={() => setOpen({ condition: "kill-switch", windowMs: null })}>
          New rule
        </Button>
      }
    >
      <QueryView what="Rules" query={rules}>
        {(all) => (
          <>
            {all.length === 0 ? (
              <p className="p-4 text-ink-3">
                None yet. The engine itself looks at the rules, every 15 seconds, whatever is paused.
              </p>
            ) : (
              <Table label="Rules" rows={all} columns={columns(setOpen)} keyOf={({ id }) => id} />
            )}
            <ReadyRules ready={conditions.data?.ready ?? []} rules={all} onChoose={setOpen} />
          </>
        )}
      </QueryView>
      {open !== null && !("remove" in open) && specs.length > 0 && (
        <RuleDialog conditions={specs} from={open} onClose={close} />
      )}
      {open !== null && "remove" in open && (
        <Confirm
          title={`Remove "${open.remove.name}"?`}
          action="Remove the rule"
          run={() => removeAlertRule(open.remove.id)}
          onDone={() => void client.invalidateQueries({ queryKey: ["alert-rules"] })}
          onClose={close}
        >
          What goes on of it is over then. The history stays.
        </Confirm>
      )}
    </Card>
  );
}
