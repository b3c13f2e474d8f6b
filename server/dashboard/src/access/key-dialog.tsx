/** Makes a key: for programs that use the API, with a role, or for those that send events. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { createKey, type MadeKey, type Role } from "../api/access.ts";
import { FormDialog } from "../components/dialog.tsx";
import { messageOf } from "../components/failure.tsx";
import { SelectField, TextField } from "../components/field.tsx";

const dayMs = 86_400_000;

const roleMeanings: Readonly<Record<Role, string>> = {
  read: "read: look at everything",
  operate: "operate: also cancel, rerun, pause, send, change schedules",
  admin: "admin: also keys, users and the audit log",
};

export function RoleOptions(): ReactNode {
  return (
    <>
      {Object.entries(roleMeanings).map(([role, meaning]) => (
        <option key={role} value={role}>
          {meaning}
        </option>
      ))}
    </>
  );
}

export function KeyDialog({ onMade, onClose }: { onMade: (made: MadeKey) => void; onClose: () => void }): ReactNode {
  const [name, setName] = useState("");
  const [what, setWhat] = useState<Role | "event">("read");
  const [days, setDays] = useState("");
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      createKey({
        name: name.trim(),
        ...(what === "event" ? { kind: "event" } : { kind: "api", role: what }),
        ...(days === "" ? {} : { expiresAt: new Date(Date.now() + Number(days) * dayMs).toISOString() }),
      }),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["keys"] });
      onMade(made);
    },
  });
  const said = make.isError ? messageOf(make.error) : "";
  const isAboutName = /name|called/i.test(said);
  return (
    <FormDialog
      title="New key"
      action="Make the key"
      isBusy={make.isPending}
      isDisabled={name.trim() === ""}
      error={isAboutName ? null : make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        placeholder="ci"
        hint="What uses it. The audit log shows it."
        value={name}
        onChange={(change) => setName(change.target.value)}
        error={isAboutName ? said : null}
      />
      <SelectField label="May" value={what} onChange={(change) => setWhat(change.target.value as Role | "event")}>
        <RoleOptions />
        <option value="event">send events, and nothing else</option>
      </SelectField>
      <SelectField label="Ends" value={days} onChange={(change) => setDays(change.target.value)}>
        <option value="">never</option>
        <option value="30">after 30 days</option>
        <option value="90">after 90 days</option>
        <option value="365">after a year</option>
      </SelectField>
    </FormDialog>
  );
}
