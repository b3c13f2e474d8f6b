/** Schedules: what ticks, those in the code of functions and those made here; make one, pause, resume, remove. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "wouter";
import { listTicks, type Tick } from "../api/apps.ts";
import { listSchedules, pauseSchedule, removeSchedule, resumeSchedule, type Schedule } from "../api/operate.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { Empty, FailureLine } from "../components/failure.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { StatusText } from "../components/status.tsx";
import { type Column, Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { toMs } from "../format/time.ts";
import { ScheduleDialog } from "../operate/schedule-dialog.tsx";

const inCode: readonly Column<Tick>[] = [
  {
    name: "Function",
    render: ({ function: id }) => (
      <Link href={`/functions/${encodeURIComponent(id)}`} className="font-medium hover:underline">
        {id}
      </Link>
    ),
  },
  { name: "Cron", render: ({ cron }) => <code className="font-mono text-meta">{cron}</code> },
  { name: "Zone", isWideOnly: true, render: ({ timeZone }) => timeZone },
  { name: "Next", isRight: true, render: ({ nextAt }) => <Time at={toMs(nextAt[0])} /> },
];

function RowActions({ schedule, onRemove }: { schedule: Schedule; onRemove: () => void }): ReactNode {
  const client = useQueryClient();
  const toggle = useMutation({
    mutationFn: () => (schedule.isPaused ? resumeSchedule(schedule.id) : pauseSchedule(schedule.id)),
    onSuccess: () => client.invalidateQueries({ queryKey: ["schedules"] }),
  });
  return (
    <span className="flex flex-wrap justify-end gap-2">
      <FailureLine error={toggle.error} />
      <Button icon={schedule.isPaused ? "play" : "pause"} isBusy={toggle.isPending} onClick={() => toggle.mutate()}>
        {schedule.isPaused ? "Resume" : "Pause"}
      </Button>
      <Button kind="danger" icon="trash" onClick={onRemove}>
        Remove
      </Button>
    </span>
  );
}

const madeHere = (onRemove: (schedule: Schedule) => void): readonly Column<Schedule>[] => [
  {
    name: "Starts",
    render: ({ function: fn, event, name, isPaused }) => (
      <span className="flex flex-wrap items-center gap-x-3">
        <span className="font-mono font-medium">{fn ?? event}</span>
        {name !== null && <span className="text-ink-3">{name}</span>}
        {isPaused && <StatusText status="paused" />}
      </span>
    ),
  },
  {
    name: "Cron",
    render: ({ cron, nextAt }) => (
      <>
        <code className="font-mono text-meta">{cron}</code>
        <span className="block text-meta text-ink-3 lg:hidden">
          <Time at={toMs(nextAt)} />
        </span>
      </>
    ),
  },
  { name: "Next", isRight: true, isWideOnly: true, render: ({ nextAt }) => <Time at={toMs(nextAt)} /> },
  {
    name: "",
    isRight: true,
    render: (schedule) => <RowActions schedule={schedule} onRemove={() => onRemove(schedule)} />,
  },
];

function InCode(): ReactNode {
  const ticks = useQuery({ queryKey: ["ticks"], queryFn: listTicks });
  return (
    <Card title="In code">
      <QueryView what="Crons" query={ticks}>
        {(all) =>
          all.length === 0 ? (
            <Empty title="No function has a cron">
              A function gets one with <code className="font-mono">{'triggers: { cron: "0 6 * * *" }'}</code>.
            </Empty>
          ) : (
            <Table
              label="Crons in code"
              rows={all}
              columns={inCode}
              keyOf={(tick) => `${tick.function} ${tick.cron}`}
            />
          )
        }
      </QueryView>
    </Card>
  );
}

export function SchedulesPage(): ReactNode {
  const schedules = useQuery({ queryKey: ["schedules"], queryFn: listSchedules });
  const [isMaking, setMaking] = useState(false);
  const [removed, setRemoved] = useState<Schedule | null>(null);
  const client = useQueryClient();
  return (
    <Page
      title="Schedules"
      actions={
        <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
          New schedule
        </Button>
      }
    >
      <div className="flex flex-col gap-4 px-4 pb-6">
        <InCode />
        <Card title="Made at runtime">
          <QueryView what="Schedules" query={schedules}>
            {(all) =>
              all.length === 0 ? (
                <p className="p-4 text-ink-3">None. One starts a function, or sends an event, without a deployment.</p>
              ) : (
                <Table
                  label="Schedules made at runtime"
                  rows={all}
                  columns={madeHere(setRemoved)}
                  keyOf={({ id }) => id}
                />
              )
            }
          </QueryView>
        </Card>
      </div>
      {isMaking && <ScheduleDialog onClose={() => setMaking(false)} />}
      {removed !== null && (
        <Confirm
          title="Remove this schedule?"
          action="Remove the schedule"
          run={() => removeSchedule(removed.id)}
          onDone={() => void client.invalidateQueries({ queryKey: ["schedules"] })}
          onClose={() => setRemoved(null)}
        >
          It does not tick any more. Runs that it started go on.
        </Confirm>
      )}
    </Page>
  );
}
