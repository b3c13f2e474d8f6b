/** Makes a webhook: a name, a transform to begin with, and how the sender proves who it is. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { createWebhook } from "../api/webhooks.ts";
import { FormDialog } from "../components/dialog.tsx";
import { messageOf } from "../components/failure.tsx";
import { SelectField, TextArea, TextField } from "../components/field.tsx";
import { type BeginningName, beginnings } from "./beginnings.ts";
import { noSignature, SignatureFields, toSignature } from "./signature-fields.tsx";

/** Beside which field an error of the engine belongs. */
function fieldOf(said: string): "name" | "transform" | "secret" | null {
  if (/transform/i.test(said)) return "transform";
  if (/signature/.test(said)) return "secret";
  return /name|called/i.test(said) ? "name" : null;
}

export function WebhookDialog({ onClose }: { onClose: () => void }): ReactNode {
  const [name, setName] = useState("");
  const [from, setFrom] = useState<BeginningName>("other");
  const [transform, setTransform] = useState<string>(beginnings.other.transform);
  const [signature, setSignature] = useState(noSignature);
  const client = useQueryClient();
  const [, navigate] = useLocation();
  const make = useMutation({
    mutationFn: () => createWebhook({ name: name.trim(), transform, signature: toSignature(signature) }),
    onSuccess: ({ id }) => {
      void client.invalidateQueries({ queryKey: ["webhooks"] });
      navigate(`/webhooks/${id}`);
    },
  });
  const said = make.isError ? messageOf(make.error) : "";
  const field = fieldOf(said);
  const begin = (chosen: BeginningName): void => {
    const beginning = beginnings[chosen];
    setFrom(chosen);
    setTransform(beginning.transform);
    setSignature({ ...noSignature, scheme: beginning.scheme });
    if (name === "" || Object.values(beginnings).some((known) => known.name === name)) setName(beginning.name);
  };
  return (
    <FormDialog
      title="New webhook"
      action="Make the webhook"
      isBusy={make.isPending}
      isDisabled={name.trim() === ""}
      error={field === null ? make.error : null}
      onSubmit={() => make.mutate()}
      onClose={onClose}
      isWide
    >
      <SelectField label="Sender" value={from} onChange={(change) => begin(change.target.value as BeginningName)}>
        {Object.entries(beginnings).map(([key, { label }]) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Name"
        placeholder="stripe"
        value={name}
        error={field === "name" ? said : null}
        onChange={(change) => setName(change.target.value)}
      />
      <TextArea
        label="Transform"
        hint="CEL over body, headers and query. It gives an event, a list of them, or null for none."
        rows={6}
        value={transform}
        error={field === "transform" ? said : null}
        onChange={(change) => setTransform(change.target.value)}
      />
      <SignatureFields draft={signature} onChange={setSignature} error={field === "secret" ? said : null} />
    </FormDialog>
  );
}
