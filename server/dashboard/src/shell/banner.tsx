/** What everyone must know on every page: that all is paused, or that an engine asks nobody who they are. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { listPauses, resume, type Session } from "../api/engine.ts";
import { Button } from "../components/button.tsx";
import { FailureLine } from "../components/failure.tsx";
import { Icon } from "../components/icon.tsx";
import { Time } from "../components/time.tsx";

function PausedBanner(): ReactNode {
  const { data } = useQuery({ queryKey: ["pauses"], queryFn: listPauses, refetchInterval: 30_000 });
  const work = useMutation({ mutationFn: () => resume("all", null) });
  const all = data?.find(({ scope }) => scope === "all");
  if (all === undefined) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-paused-chip px-4 py-1.5 text-paused">
      <Icon name="pause" />
      <strong>Everything is paused</strong>
      <span className="min-w-0 break-words">
        by {all.author}: {all.reason} · <Time at={Date.parse(all.pausedAt)} />
      </span>
      <Button isBusy={work.isPending} onClick={() => work.mutate()} className="ml-auto">
        Resume
      </Button>
      <FailureLine error={work.error} />
    </div>
  );
}

/** An engine that asks for no key, reached by a name that is not this machine's. */
function OpenBanner({ session }: { session: Session }): ReactNode {
  const [isHidden, setHidden] = useState(false);
  const isLocal = /^(?:localhost|127\.|\[::1\])/.test(window.location.hostname);
  if (session.kind !== "dev" || isLocal || isHidden) return null;
  return (
    <div className="flex items-center gap-3 bg-retrying-chip px-4 py-1.5 text-retrying">
      <Icon name="warn" />
      <span>
        This is a development engine: whoever reaches this address may do anything. For others, use stepwell start.
      </span>
      <Button kind="quiet" icon="close" isIconOnly onClick={() => setHidden(true)} className="ml-auto">
        Hide
      </Button>
    </div>
  );
}

export function Banners({ session }: { session: Session }): ReactNode {
  return (
    <>
      <PausedBanner />
      <OpenBanner session={session} />
    </>
  );
}
