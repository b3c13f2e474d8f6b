/** Sets a limit of a function over that of the code: which, how much, who and why. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type FunctionInfo, type FunctionLimit, setLimit } from "../api/apps.ts";
import { FormDialog } from "../components/dialog.tsx";
import { SelectField, TextField } from "../components/field.tsx";
import { useToast } from "../components/toasts.tsx";
import { useIsKnown } from "../operate/use-is-known.ts";
import { limitText, nameOfControl } from "./limit-text.ts";

type Target = Pick<FunctionLimit, "control" | "entry" | "code">;

const controls = ["concurrency", "runConcurrency", "throttle", "rateLimit"] as const;

/** Those that the function has, and of each kind that it has not one for the whole function. */
function targetsOf({ limits }: FunctionInfo): Target[] {
  const missing = controls.filter((control) => !limits.some((limit) => limit.control === control));
  return [...limits, ...missing.map((control) => ({ control, entry: "", code: null }))];
}

const labelOf = ({ control, entry, code }: Target): string =>
  `${nameOfControl(control)}${entry === "" ? "" : ` of ${entry}`} (code: ${limitText(code)})`;

const isWhole = (text: string): boolean => /^\d+$/.test(text.trim());

interface AmountProps {
  /** Whether it lets so many through in a time. */
  isPaced: boolean;
  limit: string;
  onLimit: (text: string) => void;
  period: string;
  onPeriod: (text: string) => void;
}

function Amount({ isPaced, limit, onLimit, period, onPeriod }: AmountProps): ReactNode {
  return (
    <>
      <TextField
        label={isPaced ? "Starts" : "At once"}
        inputMode="numeric"
        value={limit}
        error={limit.trim() === "" || isWhole(limit) ? null : "A whole number, such as 5"}
        hint={isPaced ? undefined : "0 is no limit. To let nothing begin, pause the function."}
        onChange={(event) => onLimit(event.target.value)}
      />
      {isPaced && (
        <TextField
          label="In"
          placeholder="1m"
          hint="Such as 30s, 1m or 1h. Left empty, it stays as it is."
          value={period}
          onChange={(event) => onPeriod(event.target.value)}
        />
      )}
    </>
  );
}

export function LimitDialog({ fn, onClose }: { fn: FunctionInfo; onClose: () => void }): ReactNode {
  const targets = targetsOf(fn);
  const [index, setIndex] = useState(0);
  const [limit, setAmount] = useState("");
  const [period, setPeriod] = useState("");
  const [reason, setReason] = useState("");
  const [author, setAuthor] = useState("");
  const toast = useToast();
  const client = useQueryClient();
  const isKnown = useIsKnown();
  const target = targets[index];
  const isPaced = target?.control === "throttle" || target?.control === "rateLimit";
  const work = useMutation({
    mutationFn: () =>
      setLimit({
        function: fn.id,
        control: target?.control ?? "concurrency",
        ...(isPaced ? {} : { key: target?.entry ?? "" }),
        limit: Number(limit),
        ...(isPaced && period.trim() !== "" ? { period: period.trim() } : {}),
        reason: reason.trim(),
        ...(isKnown ? {} : { author: author.trim() }),
      }),
    onSuccess: () => {
      toast("The limit is set");
      void client.invalidateQueries({ queryKey: ["functions"] });
      onClose();
    },
  });
  return (
    <FormDialog
      title={`Set a limit of ${fn.name}`}
      action="Set the limit"
      isBusy={work.isPending}
      isDisabled={!isWhole(limit) || reason.trim() === "" || (!isKnown && author.trim() === "")}
      error={work.error}
      onSubmit={() => work.mutate()}
      onClose={onClose}
    >
      <SelectField label="Limit" value={index} onChange={(event) => setIndex(Number(event.target.value))}>
        {targets.map((one, at) => (
          <option key={`${one.control} ${one.entry}`} value={at}>
            {labelOf(one)}
          </option>
        ))}
      </SelectField>
      <Amount isPaced={isPaced} limit={limit} onLimit={setAmount} period={period} onPeriod={setPeriod} />
      {!isKnown && <TextField label="Your name" value={author} onChange={(event) => setAuthor(event.target.value)} />}
      <TextField
        label="Reason"
        placeholder="The partner is slow"
        hint="Everyone who looks at the function sees it. What waits goes by the new limit at once; what runs goes on."
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </FormDialog>
  );
}
