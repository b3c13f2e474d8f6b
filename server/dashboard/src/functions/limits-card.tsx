/** The limits of a function: what the code says, and what people have set over it, by whom and why; setting and resetting them. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type FunctionInfo, type FunctionLimit, resetLimit } from "../api/apps.ts";
import { Button } from "../components/button.tsx";
import { FailureLine } from "../components/failure.tsx";
import { Card } from "../components/page.tsx";
import { Time } from "../components/time.tsx";
import { useToast } from "../components/toasts.tsx";
import { toMs } from "../format/time.ts";
import { LimitDialog } from "./limit-dialog.tsx";
import { limitName, limitText } from "./limit-text.ts";

function Reset({ fn, limit }: { fn: FunctionInfo; limit: FunctionLimit }): ReactNode {
  const toast = useToast();
  const client = useQueryClient();
  const work = useMutation({
    mutationFn: () => resetLimit(fn.id, limit),
    onSuccess: () => {
      toast("As the code has it");
      void client.invalidateQueries({ queryKey: ["functions"] });
    },
  });
  return (
    <>
      <FailureLine error={work.error} />
      <Button isBusy={work.isPending} onClick={() => work.mutate()} aria-label={`Reset the ${limitName(limit)}`}>
        Reset
      </Button>
    </>
  );
}

function Row({ fn, limit }: { fn: FunctionInfo; limit: FunctionLimit }): ReactNode {
  const { key, code, now, set } = limit;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 last:border-b-0">
      <span className="min-w-0">
        <strong className="font-medium">{limitName(limit)}</strong>{" "}
        {key !== null && <code className="font-mono text-meta wrap-anywhere text-ink-2">{key}</code>}
      </span>
      <span className="ml-auto">{set === null ? limitText(code) : limitText(now)}</span>
      {set !== null && (
        <>
          <Reset fn={fn} limit={limit} />
          <p className="w-full rounded-md bg-paused-chip px-3 py-1 text-paused wrap-anywhere">
            {now === null ? "The code has no such limit any more. " : `The code says ${limitText(code)}. `}
            Set by {set.author}: {set.reason} · <Time at={toMs(set.setAt)} />
          </p>
        </>
      )}
    </li>
  );
}

export function LimitsCard({ fn }: { fn: FunctionInfo }): ReactNode {
  const [isSetting, setSetting] = useState(false);
  const { limits } = fn;
  return (
    <Card title="Limits" actions={<Button onClick={() => setSetting(true)}>Set a limit</Button>}>
      <ul>
        {limits.map((limit) => (
          <Row key={`${limit.control} ${limit.entry}`} fn={fn} limit={limit} />
        ))}
        {limits.length === 0 && <li className="px-4 py-3 text-ink-3">None: all of it may run at once.</li>}
      </ul>
      {isSetting && <LimitDialog fn={fn} onClose={() => setSetting(false)} />}
    </Card>
  );
}
