/** Asks who one is: the engine answers with a cookie that scripts cannot read. Neither password nor key is kept. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { openSession, openSessionOf } from "../api/engine.ts";
import { rootUrl } from "../api/request.ts";
import { Button } from "../components/button.tsx";
import { FailureLine, messageOf } from "../components/failure.tsx";
import { TextField } from "../components/field.tsx";
import { Mark } from "./mark.tsx";

const stays = "This browser stays signed in for up to a week, or a day without use.";

type Way = "password" | "key";

interface Shown {
  user: string;
  password: string;
  key: string;
}

interface FieldsProps {
  way: Way;
  shown: Shown;
  onChange: (shown: Shown) => void;
  error: string | null;
}

function Fields({ way, shown, onChange, error }: FieldsProps): ReactNode {
  if (way === "key")
    return (
      <TextField
        key="key"
        label="Key"
        type="password"
        name="key"
        value={shown.key}
        onChange={(event) => onChange({ ...shown, key: event.target.value })}
        error={error}
        hint={`The signing key that the engine was started with, or an API key. ${stays}`}
        autoFocus
      />
    );
  return (
    <>
      <TextField
        label="Name"
        name="user"
        autoComplete="username"
        value={shown.user}
        onChange={(event) => onChange({ ...shown, user: event.target.value })}
        autoFocus
      />
      <TextField
        key="password"
        label="Password"
        type="password"
        name="password"
        autoComplete="current-password"
        value={shown.password}
        onChange={(event) => onChange({ ...shown, password: event.target.value })}
        error={error}
        hint={stays}
      />
    </>
  );
}

const refusals: Readonly<Record<string, string>> = {
  forbidden: "You may not use this engine with that e-mail. Ask an admin; the engine's log says why.",
  unauthorized: "The sign-in did not come to an end, or your e-mail is not verified there. Try again.",
  too_many_tries: "Too many sign-ins have failed from here. Try again in a few minutes.",
};

/** Why someone came back from the provider and did not get in. */
function Refused(): ReactNode {
  const code = new URLSearchParams(window.location.search).get("sign-in");
  if (code === null) return null;
  const known = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  return <FailureLine error={known ?? "The sign-in failed. The engine's log says why."} />;
}

function ProviderLink({ provider }: { provider: string }): ReactNode {
  return (
    <>
      <a
        href={new URL("v2/session/oidc", rootUrl).href}
        className="inline-flex h-9 items-center justify-center rounded-sm bg-accent px-3 text-control font-medium text-on-accent pointer-coarse:h-11"
      >
        Sign in with {provider}
      </a>
      <p className="text-center text-meta text-ink-3">or</p>
    </>
  );
}

interface LoginProps {
  /** Whether there is anyone who has a password. */
  hasUsers: boolean;
  /** The OpenID Connect provider at which people sign in; null for none. */
  provider: string | null;
}

export function Login({ hasUsers, provider }: LoginProps): ReactNode {
  const [way, setWay] = useState<Way>(hasUsers ? "password" : "key");
  const [shown, setShown] = useState<Shown>({ user: "", password: "", key: "" });
  const { user, password, key } = shown;
  const client = useQueryClient();
  const login = useMutation({
    mutationFn: () => (way === "key" ? openSession(key) : openSessionOf(user, password)),
    onSuccess: () => client.resetQueries(),
  });
  const isReady = way === "key" ? key.trim() !== "" : user.trim() !== "" && password !== "";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isReady) login.mutate();
  };
  const change = (): void => {
    login.reset();
    setWay(way === "key" ? "password" : "key");
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
        <Refused />
        {provider !== null && <ProviderLink provider={provider} />}
        <Fields way={way} shown={shown} onChange={setShown} error={login.isError ? messageOf(login.error) : null} />
        <Button type="submit" kind="primary" isBusy={login.isPending} disabled={!isReady}>
          Sign in
        </Button>
        {hasUsers && (
          <Button kind="quiet" onClick={change}>
            {way === "key" ? "Sign in with a name and a password" : "Sign in with a key"}
          </Button>
        )}
      </form>
    </main>
  );
}
