/** Makes a channel: a signed webhook, Slack, or mail. A webhook's secret is shown once, in the same dialog. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type AlertChannel, createAlertChannel } from "../api/alerts.ts";
import { CopyButton } from "../components/copy.tsx";
import { Dialog, FormDialog } from "../components/dialog.tsx";
import { messageOf } from "../components/failure.tsx";
import { SelectField, TextField } from "../components/field.tsx";

type Kind = AlertChannel["kind"];
type FieldName = "name" | "url" | "host" | "port" | "user" | "password" | "from" | "to";
type Draft = Readonly<Record<FieldName, string>>;

interface FieldSpec {
  name: FieldName;
  label: string;
  placeholder?: string;
  hint?: string;
  isSecret?: boolean;
}

const fields: Readonly<Record<Kind, readonly FieldSpec[]>> = {
  webhook: [
    {
      name: "url",
      label: "URL",
      placeholder: "https://example.com/alerts",
      hint: "Each alert is a signed POST of JSON.",
    },
  ],
  slack: [
    {
      name: "url",
      label: "Incoming webhook",
      placeholder: "https://hooks.slack.com/services/…",
      hint: "Not shown again.",
    },
  ],
  email: [
    { name: "host", label: "SMTP server", placeholder: "smtp.example.com" },
    { name: "port", label: "Port", placeholder: "587", hint: "465 is encrypted from the start, others by STARTTLS." },
    { name: "user", label: "User", hint: "Left out for a server that asks for none." },
    { name: "password", label: "Password", hint: "Not shown again.", isSecret: true },
    { name: "from", label: "From", placeholder: "Stepwell <alerts@example.com>" },
    { name: "to", label: "To", placeholder: "ana@example.com, ops@example.com" },
  ],
};

const empty: Draft = { name: "", url: "", host: "", port: "", user: "", password: "", from: "", to: "" };

function toBody(kind: Kind, draft: Draft): Record<string, unknown> {
  const { name, url, host, port, user, password, from, to } = draft;
  if (kind !== "email") return { name, kind, url };
  const recipients = to.split(",").map((one) => one.trim());
  return {
    ...{ name, kind, host, from, to: recipients },
    ...(port.trim() === "" ? {} : { port: Number(port) }),
    ...(user === "" ? {} : { user }),
    ...(password === "" ? {} : { password }),
  };
}

function MadeSecret({ secret, onClose }: { secret: string; onClose: () => void }): ReactNode {
  return (
    <Dialog title="The webhook's secret" onClose={onClose}>
      <div className="flex flex-col gap-3 p-4">
        <p>Its requests are signed with this. It is shown this once: keep it where they are received.</p>
        <div className="flex items-center gap-2 rounded-sm bg-sunken p-2">
          <code className="min-w-0 flex-1 wrap-anywhere">{secret}</code>
          <CopyButton text={secret} what="the secret" />
        </div>
      </div>
    </Dialog>
  );
}

/** Fields stand in backticks in what the engine says. */
const fieldOf = (said: string): string | null => /`(\w+)`/.exec(said)?.[1] ?? null;

export function ChannelDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [kind, setKind] = useState<Kind>("webhook");
  const [draft, setDraft] = useState<Draft>(empty);
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () => createAlertChannel(toBody(kind, draft)),
    onSuccess: ({ secret }) => {
      void client.invalidateQueries({ queryKey: ["alert-channels"] });
      if (secret === null) onClose();
    },
  });
  if (make.data?.secret) return <MadeSecret secret={make.data.secret} onClose={onClose} />;
  const said = make.isError ? messageOf(make.error) : "";
  const about = fieldOf(said);
  const all: readonly FieldSpec[] = [{ name: "name", label: "Name", placeholder: "ops" }, ...fields[kind]];
  return (
    <FormDialog
      title="New channel"
      action="Make the channel"
      isBusy={make.isPending}
      isDisabled={draft.name.trim() === ""}
      error={all.some(({ name }) => name === about) ? null : make.error}
      onSubmit={() => make.mutate()}
      onClose={onClose}
    >
      <SelectField label="Kind" value={kind} onChange={({ target }) => setKind(target.value as Kind)}>
        <option value="webhook">Webhook</option>
        <option value="slack">Slack</option>
        <option value="email">Mail</option>
      </SelectField>
      {all.map(({ name, label, isSecret = false, ...look }) => (
        <TextField
          key={name}
          label={label}
          {...look}
          type={isSecret ? "password" : "text"}
          value={draft[name]}
          error={about === name ? said : null}
          onChange={({ target }) => setDraft({ ...draft, [name]: target.value })}
        />
      ))}
    </FormDialog>
  );
}
