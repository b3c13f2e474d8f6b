/** Shows a key that was made, the only time that it can be seen. */
import type { ReactNode } from "react";
import type { MadeKey } from "../api/access.ts";
import { Button } from "../components/button.tsx";
import { CopyButton } from "../components/copy.tsx";
import { Dialog } from "../components/dialog.tsx";
import { Time } from "../components/time.tsx";
import { toMs } from "../format/time.ts";

export function MadeKeyDialog({ made, onClose }: { made: MadeKey; onClose: () => void }): ReactNode {
  return (
    <Dialog title={`The key "${made.name}"`} onClose={onClose}>
      <div className="flex flex-col gap-3 p-4">
        <p className="text-control text-ink-2">
          Copy it now: the engine keeps no copy, and nobody can see it again.
          {made.previousUntil !== null && (
            <>
              {" "}
              The key before works until <Time at={toMs(made.previousUntil)} />.
            </>
          )}
        </p>
        <code className="rounded-sm border border-line bg-sunken p-3 font-mono text-meta break-all">{made.key}</code>
        <div className="flex flex-wrap justify-end gap-2">
          <CopyButton text={made.key} what="the key" label="Copy the key" kind="primary" />
          <Button onClick={onClose}>I have kept it</Button>
        </div>
      </div>
    </Dialog>
  );
}
