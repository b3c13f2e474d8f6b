/** Starts a function by hand: with a form whose fields come from events that it got before, or with JSON. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { type FunctionInfo, invokeFunction } from "../api/apps.ts";
import { getEvent, listEvents } from "../api/events.ts";
import { FormDialog } from "../components/dialog.tsx";
import { TextField } from "../components/field.tsx";
import { JsonField, parseJson, useDraft } from "../components/json-field.tsx";
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

type Simple = string | number | boolean;

const isSimple = (value: unknown): value is Simple => /^(?:string|number|boolean)$/.test(typeof value);

/** What a field's text stands for: a value of the kind that it has in the example, if it is one. */
function toValue(text: string, kind: string): Simple {
  if (kind === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (kind === "boolean" && /^(?:true|false)$/.test(text)) return text === "true";
  return text;
}

interface SimpleFieldProps {
  name: string;
  value: Simple;
  kind: string;
  onChange: (value: Simple) => void;
}

/** Shows what was typed for as long as it stands for the value: "1." is on its way to "1.5". */
function SimpleField({ name, value, kind, onChange }: SimpleFieldProps): ReactNode {
  const [typed, setTyped] = useState("");
  return (
    <TextField
      label={name}
      value={toValue(typed, kind) === value ? typed : String(value)}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(toValue(event.target.value, kind));
      }}
    />
  );
}

interface FieldsProps {
  data: Data;
  example: Data;
  onChange: (data: Data) => void;
}

function Fields({ data, example, onChange }: FieldsProps): ReactNode {
  const simple = Object.entries(data).filter((entry): entry is [string, Simple] => isSimple(entry[1]));
  if (simple.length === 0 || simple.length > 12) return null;
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {simple.map(([name, value]) => (
        <SimpleField
          key={name}
          name={name}
          value={value}
          kind={typeof (example[name] ?? value)}
          onChange={(next) => onChange({ ...data, [name]: next })}
        />
      ))}
    </div>
  );
}

function hintOf(isPending: boolean, example: Data | null | undefined): string {
  if (isPending) return "The newest event that has its trigger's name is looked for.";
  return example ? "As in the newest event that has its trigger's name." : "No event with its trigger's name is known.";
}

export function InvokeDialog({ fn, onClose }: { fn: FunctionInfo; onClose: () => void }): ReactNode {
  const example = useQuery({ queryKey: ["example", fn.id], queryFn: () => findExample(fn), staleTime: 60_000 });
  const [text, setText] = useDraft(example.isPending ? undefined : toJsonText(example.data ?? {}));
  const [, navigate] = useLocation();
  const toast = useToast();
  const parsed = text === null ? null : parseJson(text, {});
  const data = parsed?.ok && typeof parsed.value === "object" && parsed.value !== null ? (parsed.value as Data) : null;
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
      isBusy={invoke.isPending}
      isDisabled={data === null}
      error={invoke.error}
      onSubmit={() => invoke.mutate()}
      onClose={onClose}
      isWide
    >
      {data !== null && (
        <Fields data={data} example={example.data ?? {}} onChange={(next) => setText(toJsonText(next))} />
      )}
      <JsonField
        label="Event data"
        value={text}
        onChange={setText}
        mayBeEmpty
        rows={8}
        hint={hintOf(example.isPending, example.data)}
      />
    </FormDialog>
  );
}
