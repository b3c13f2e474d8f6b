/** Sends an event, written anew or like one that came before. What was typed stays when the engine refuses it. */
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { sendEvent } from "../api/events.ts";
import { FormDialog } from "../components/dialog.tsx";
import { messageOf } from "../components/failure.tsx";
import { TextField } from "../components/field.tsx";
import { JsonField, parseJson } from "../components/json-field.tsx";
import { toJsonText } from "../components/json-view.tsx";
import { useToast } from "../components/toasts.tsx";

interface SendDialogProps {
  name?: string;
  data?: unknown;
  onClose: () => void;
}

export function SendDialog({ name: givenName = "", data = {}, onClose }: SendDialogProps): ReactNode {
  const [name, setName] = useState(givenName);
  const [text, setText] = useState(() => toJsonText(data));
  const [, navigate] = useLocation();
  const toast = useToast();
  const parsed = parseJson(text, {});
  const isObject =
    parsed.ok && typeof parsed.value === "object" && parsed.value !== null && !Array.isArray(parsed.value);
  const send = useMutation({
    mutationFn: () => sendEvent({ name: name.trim(), data: parsed.ok ? parsed.value : {} }),
    onSuccess: ({ eventId }) => {
      toast("Sent");
      onClose();
      navigate(`/events/${eventId}`);
    },
  });
  const said = send.isError ? messageOf(send.error) : null;
  const isAboutName = said !== null && /name/i.test(said);
  return (
    <FormDialog
      title="Send an event"
      action="Send"
      isBusy={send.isPending}
      isDisabled={name.trim() === "" || !isObject}
      error={said === null || isAboutName ? null : send.error}
      onSubmit={() => send.mutate()}
      onClose={onClose}
      isWide
    >
      <TextField
        label="Name"
        placeholder="shop/order.placed"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={isAboutName ? said : null}
      />
      <JsonField
        label="Data"
        value={text}
        onChange={setText}
        mayBeEmpty
        error={parsed.ok && !isObject ? 'Data is an object, such as {"orderId": 17}.' : null}
      />
    </FormDialog>
  );
}
