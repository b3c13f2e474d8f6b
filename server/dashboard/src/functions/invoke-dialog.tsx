/** Starts a function by hand: with a form whose fields come from events that it got before, or with JSON. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { type FunctionInfo, invokeFunction } from "../api/apps.ts";
import { getEvent, listEvents } from "../api/events.ts";
import { FormDialog } from "../components/dialog.tsx";
import { TextField } from "../components/field.tsx";
import { JsonField, parseJson } from "../components/json-field.tsx";
import { toJsonText } from "../components/json-view.tsx";
import { useToast } from "../components/toasts.tsx";

type Data = Record<string, unknown>;

/** The data of the newest event that started it; null when none did. */
async function findExample(fn: FunctionInfo): Promise<Data | null> {
  for (const { event } of fn.triggers) {
    if (event === undefined || event.endsWith("*")) continue;
    const [line] = (await listEvents({ name: event, internal: true }, null, 1)).data;
    if (line === undefined) continue;
    const { data } = await getEvent(line.id);
    if (typeof data === "object" && data !== null) return data as Data;
  }
  return null;
}

const isSimple = (value: unknown): value is string | number | boolean =>
  /^(?:string|number|boolean)$/.test(typeof value);

/** A field as its text, kept of the kind that it was. */
function toValue(text: string, before: string | number | boolean): unknown {
  if (typeof before === "number" && text.trim() !== "" && !Number.isNaN(Number(text))) return Number(text);
  if (typeof before === "boolean" && /^(?:true|false)$/.test(text)) return text === "true";
  return text;
}

function Fields({ data, onChange }: { data: Data; onChange: (data: Data) => void }): ReactNode {
  const simple = Object.entries(data).filter(([, value]) => isSimple(value));
  if (simple.length === 0 || simple.length > 12) return null;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {simple.map(([name, value]) => (
        <TextField
          key={name}
          label={name}
          value={String(value)}
          onChange={(event) => isSimple(value) && onChange({ ...data, [name]: toValue(event.target.value, value) })}
        />
      ))}
    </div>
  );
}

export function InvokeDialog({ fn, onClose }: { fn: FunctionInfo; onClose: () => void }): ReactNode {
  const [text, setText] = useState<string | null>(null);
  const example = useQuery({ queryKey: ["example", fn.id], queryFn: () => findExample(fn), staleTime: 60_000 });
  const shown = text ?? toJsonText(example.data ?? {});
  const [, navigate] = useLocation();
  const toast = useToast();
  const parsed = parseJson(shown, {});
  const data = parsed.ok && typeof parsed.value === "object" && parsed.value !== null ? (parsed.value as Data) : null;
  const invoke = useMutation({
    mutationFn: () => invokeFunction(fn.id, data ?? {}),
    onSuccess: ({ runId }) => {
      toast("Started");
      onClose();
      navigate(`/runs/${runId}`);
    },
  });
  return (
    <FormDialog
      title={`Invoke ${fn.name}`}
      action="Invoke"
      isBusy={invoke.isPending || example.isPending}
      isDisabled={data === null}
      error={invoke.error}
      onSubmit={() => invoke.mutate()}
      onClose={onClose}
      isWide
    >
      {data !== null && <Fields data={data} onChange={(next) => setText(toJsonText(next))} />}
      <JsonField
        label="Event data"
        value={shown}
        onChange={setText}
        mayBeEmpty
        rows={8}
        hint={
          example.data
            ? "As in the newest event that has its trigger's name."
            : "No event with its trigger's name has come yet."
        }
      />
    </FormDialog>
  );
}
