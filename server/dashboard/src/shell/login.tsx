/** Asks for the engine's key, once: the engine answers with a cookie that scripts cannot read. The key itself is not kept. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { openSession } from "../api/engine.ts";
import { Button } from "../components/button.tsx";
import { messageOf } from "../components/failure.tsx";
import { TextField } from "../components/field.tsx";
import { Mark } from "./mark.tsx";

export function Login(): ReactNode {
  const [key, setKey] = useState("");
  const client = useQueryClient();
  const login = useMutation({
    mutationFn: () => openSession(key),
    onSuccess: () => client.resetQueries(),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() !== "") login.mutate();
  };
  return (
    <main className="flex min-h-full items-center justify-center p-4">
      <form
        onSubmit={submit}
        className="flex w-full max-w-sm flex-col gap-4 rounded-md border border-line bg-surface p-6"
      >
        <div className="flex items-center gap-2">
          <Mark />
          <h1 className="text-h1 font-semibold">Stepwell</h1>
        </div>
        <TextField
          label="Signing key"
          type="password"
          name="key"
          value={key}
          onChange={(event) => setKey(event.target.value)}
          error={login.isError ? messageOf(login.error) : null}
          hint="The key that the engine was started with. This browser stays signed in for a day."
          autoFocus
        />
        <Button type="submit" kind="primary" isBusy={login.isPending} disabled={key.trim() === ""}>
          Sign in
        </Button>
      </form>
    </main>
  );
}
