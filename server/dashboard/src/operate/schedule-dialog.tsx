/** Makes a schedule: a cron, and the function that it starts or the event that it sends. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { listFunctions } from "../api/apps.ts";
import { createSchedule, type ScheduleRequest } from "../api/operate.ts";
import { FormDialog } from "../components/dialog.tsx";
import { messageOf } from "../components/failure.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { JsonField, parseJson } from "../components/json-field.tsx";
import { useToast } from "../components/toasts.tsx";

/** Which field an answer of the engine is about. */
function fieldOf(message: string): "cron" | "event" | "data" | null {
  if (/cron|time zone/i.test(message)) return "cron";
  if (/event|name/i.test(message)) return "event";
  return /data/i.test(message) ? "data" : null;
}

function Starts({ value, onChange }: { value: string; onChange: (fn: string) => void }): ReactNode {
  const functions = useQuery({ queryKey: ["functions"], queryFn: listFunctions });
  return (
    <SelectField label="Starts" value={value} onChange={(change) => onChange(change.target.value)}>
      <option value="">an event</option>
      {(functions.data ?? []).map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

export function ScheduleDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [cron, setCron] = useState("");
  const [fn, setFn] = useState("");
  const [event, setEvent] = useState("");
  const [data, setData] = useState("{}");
  const client = useQueryClient();
  const toast = useToast();
  const parsed = parseJson(data, {});
  const make = useMutation({
    mutationFn: () => {
      const body: ScheduleRequest = { cron: cron.trim(), data: parsed.ok ? parsed.value : {} };
      return createSchedule(fn === "" ? { ...body, event: event.trim() } : { ...body, function: fn });
    },
    onSuccess: () => {
      toast("The schedule is made");
      void client.invalidateQueries({ queryKey: ["schedules"] });
      onClose();
    },
  });
  const said = make.isError ? messageOf(make.error) : "";
  const about = said === "" ? null : fieldOf(said);
  const errorOf = (field: typeof about): string | null => (about === field ? said : null);
  return (
    <FormDialog
      title="New schedule"
      action="Make the schedule"
      isBusy={make.isPending}
      isDisabled={cron.trim() === "" || (fn === "" && event.trim() === "") || !parsed.ok}
      error={about === null ? make.error : null}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Cron"
        placeholder="TZ=Europe/Berlin 0 6 * * 1-5"
        hint="Minute, hour, day, month, weekday; in UTC unless it names a zone."
        value={cron}
        onChange={(change) => setCron(change.target.value)}
        error={errorOf("cron")}
      />
      <Starts value={fn} onChange={setFn} />
      {fn === "" && (
        <TextField
          label="Name of the event"
          placeholder="shop/morning"
          value={event}
          onChange={(change) => setEvent(change.target.value)}
          error={errorOf("event")}
        />
      )}
      <JsonField label="Data" value={data} onChange={setData} rows={5} mayBeEmpty error={errorOf("data")} />
    </FormDialog>
  );
}
