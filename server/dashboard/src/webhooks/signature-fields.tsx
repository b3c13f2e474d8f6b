/** How a sender proves who it is: the scheme, where it stands, and the secret. Used where a webhook is made or changed. */
import type { ReactNode } from "react";
import type { Scheme, WebhookRequest } from "../api/webhooks.ts";
import { SelectField, TextField } from "../components/field.tsx";

export interface SignatureDraft {
  scheme: Scheme | null;
  header: string;
  secret: string;
}

export const noSignature: SignatureDraft = { scheme: null, header: "", secret: "" };

const meanings: Readonly<Record<Scheme, string>> = {
  hmac: "a signature of the body, as GitHub and Shopify send",
  stripe: "a signature with a time, as Stripe sends",
  standard: "Standard Webhooks, as Clerk and Svix send",
  header: "a shared secret in a header, as GitLab sends",
};
const usualHeaders: Readonly<Record<Scheme, string | null>> = {
  hmac: "x-hub-signature-256",
  stripe: "stripe-signature",
  standard: null,
  header: "x-webhook-secret",
};

/** As the API takes it. */
export function toSignature({
  scheme,
  header,
  secret,
}: SignatureDraft): NonNullable<WebhookRequest["signature"]> | null {
  if (scheme === null) return null;
  return {
    scheme,
    ...(header.trim() === "" || scheme === "standard" ? {} : { header: header.trim() }),
    ...(secret === "" ? {} : { secret }),
  };
}

interface SignatureFieldsProps {
  draft: SignatureDraft;
  onChange: (draft: SignatureDraft) => void;
  /** The scheme whose secret is kept when none is typed. */
  kept?: Scheme | null;
  error?: string | null;
}

export function SignatureFields({ draft, onChange, kept = null, error = null }: SignatureFieldsProps): ReactNode {
  const { scheme } = draft;
  const usual = scheme === null ? null : usualHeaders[scheme];
  return (
    <>
      <SelectField
        label="The sender proves who it is by"
        hint={scheme === null ? "Whoever has the address may deliver." : undefined}
        value={scheme ?? ""}
        onChange={(change) => onChange({ ...draft, scheme: (change.target.value || null) as Scheme | null })}
      >
        <option value="">nothing</option>
        {Object.entries(meanings).map(([name, meaning]) => (
          <option key={name} value={name}>
            {meaning}
          </option>
        ))}
      </SelectField>
      {scheme !== null && (
        <TextField
          label="Secret"
          type="password"
          autoComplete="new-password"
          hint={
            scheme === kept ? "Empty: the present one stays." : "As the sender shows it. It is never shown here again."
          }
          value={draft.secret}
          error={error}
          onChange={(change) => onChange({ ...draft, secret: change.target.value })}
        />
      )}
      {usual !== null && (
        <TextField
          label="Header"
          placeholder={usual}
          value={draft.header}
          onChange={(change) => onChange({ ...draft, header: change.target.value })}
        />
      )}
    </>
  );
}
