/** Makes a user, who signs in with a name and a password. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { createUser, type Role } from "../api/access.ts";
import { FormDialog } from "../components/dialog.tsx";
import { messageOf } from "../components/failure.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { useToast } from "../components/toasts.tsx";
import { RoleOptions } from "./key-dialog.tsx";

/** Which field an answer of the engine is about. */
function fieldOf(message: string): "name" | "password" | null {
  if (message.includes("`password`")) return "password";
  return /`name`|There is a user/.test(message) ? "name" : null;
}

export function UserDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("operate");
  const [password, setPassword] = useState("");
  const client = useQueryClient();
  const toast = useToast();
  const make = useMutation({
    mutationFn: () => createUser({ name: name.trim(), role, password }),
    onSuccess: (user) => {
      toast(`${user.name} can sign in`);
      void client.invalidateQueries({ queryKey: ["users"] });
      onClose();
    },
  });
  const said = make.isError ? messageOf(make.error) : "";
  const about = said === "" ? null : fieldOf(said);
  return (
    <FormDialog
      title="New user"
      action="Make the user"
      isBusy={make.isPending}
      isDisabled={name.trim() === "" || password === ""}
      error={about === null ? make.error : null}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        placeholder="ana"
        hint="They sign in with it."
        value={name}
        onChange={(change) => setName(change.target.value)}
        error={about === "name" ? said : null}
      />
      <SelectField label="May" value={role} onChange={(change) => setRole(change.target.value as Role)}>
        <RoleOptions />
      </SelectField>
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        hint="At least ten characters."
        value={password}
        onChange={(change) => setPassword(change.target.value)}
        error={about === "password" ? said : null}
      />
    </FormDialog>
  );
}
