/** Keys and users: who may use the engine. A key is shown once, when it is made or rotated. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { KeyDialog } from "../access/key-dialog.tsx";
import { MadeKeyDialog } from "../access/made-key-dialog.tsx";
import { UsersCard } from "../access/users-card.tsx";
import { type Key, listKeys, type MadeKey, revokeKey, rotateKey } from "../api/access.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { FormDialog } from "../components/dialog.tsx";
import { SelectField } from "../components/field.tsx";
import { Card, Page } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { type Column, Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { toMs } from "../format/time.ts";

interface Acts {
  onRotate: (key: Key) => void;
  onRevoke: (key: Key) => void;
}

function Name({ name, hint, state, previousUntil }: Key): ReactNode {
  return (
    <>
      <span className="font-medium wrap-anywhere">{name}</span>
      {state !== "works" && <span className="ml-2 text-meta font-semibold text-failed">{state}</span>}
      <span className="block font-mono text-meta text-ink-3">{hint}…</span>
      {previousUntil !== null && (
        <span className="block text-meta text-ink-3">
          the one before works until <Time at={toMs(previousUntil)} />
        </span>
      )}
    </>
  );
}

const columns = ({ onRotate, onRevoke }: Acts): readonly Column<Key>[] => [
  { name: "Key", render: (key) => <Name {...key} /> },
  { name: "May", render: ({ role }) => role ?? "send events" },
  {
    name: "Used",
    isWideOnly: true,
    render: ({ lastUsedAt }) => (lastUsedAt === null ? "never" : <Time at={toMs(lastUsedAt)} />),
  },
  {
    name: "Ends",
    isWideOnly: true,
    render: ({ expiresAt }) => (expiresAt === null ? "never" : <Time at={toMs(expiresAt)} />),
  },
  { name: "Made by", isWideOnly: true, render: ({ createdBy }) => createdBy },
  {
    name: "",
    isRight: true,
    render: (key) =>
      key.state === "revoked" ? null : (
        <span className="flex flex-wrap justify-end gap-2">
          <Button icon="rerun" onClick={() => onRotate(key)}>
            Rotate
          </Button>
          <Button kind="danger" icon="cancel" onClick={() => onRevoke(key)}>
            Revoke
          </Button>
        </span>
      ),
  },
];

function RotateDialog({
  rotated,
  onMade,
  onClose,
}: {
  rotated: Key;
  onMade: (made: MadeKey) => void;
  onClose: () => void;
}): ReactNode {
  const [grace, setGrace] = useState("86400");
  const client = useQueryClient();
  const rotate = useMutation({
    mutationFn: () => rotateKey(rotated.id, Number(grace)),
    onSuccess: (made) => {
      void client.invalidateQueries({ queryKey: ["keys"] });
      onMade(made);
    },
  });
  return (
    <FormDialog
      title={`Rotate "${rotated.name}"`}
      action="Make another secret"
      isBusy={rotate.isPending}
      error={rotate.error}
      onSubmit={() => rotate.mutate()}
      onClose={onClose}
    >
      <SelectField
        label="The present one works"
        hint="Time to give the new one to what uses it."
        value={grace}
        onChange={(change) => setGrace(change.target.value)}
      >
        <option value="0">no longer</option>
        <option value="3600">for an hour more</option>
        <option value="86400">for a day more</option>
        <option value="604800">for a week more</option>
      </SelectField>
    </FormDialog>
  );
}

export function KeysPage(): ReactNode {
  const keys = useQuery({ queryKey: ["keys"], queryFn: listKeys });
  const [open, setOpen] = useState<"new" | { rotate: Key } | { revoke: Key } | { made: MadeKey } | null>(null);
  const client = useQueryClient();
  const close = (): void => setOpen(null);
  const show = (made: MadeKey): void => setOpen({ made });
  const acts: Acts = { onRotate: (rotate) => setOpen({ rotate }), onRevoke: (revoke) => setOpen({ revoke }) };
  return (
    <Page
      title="Keys"
      actions={
        <Button kind="primary" icon="plus" onClick={() => setOpen("new")}>
          New key
        </Button>
      }
    >
      <div className="flex flex-col gap-4 px-4 pb-6">
        <Card title="Keys for programs">
          <QueryView what="Keys" query={keys}>
            {(all) =>
              all.length === 0 ? (
                <p className="p-4 text-ink-3">
                  None was made here. The signing key and the event keys that the engine was started with work besides.
                </p>
              ) : (
                <Table label="Keys" rows={all} columns={columns(acts)} keyOf={({ id }) => id} />
              )
            }
          </QueryView>
        </Card>
        <UsersCard />
      </div>
      {open === "new" && <KeyDialog onMade={show} onClose={close} />}
      {open !== null && open !== "new" && "made" in open && <MadeKeyDialog made={open.made} onClose={close} />}
      {open !== null && open !== "new" && "rotate" in open && (
        <RotateDialog rotated={open.rotate} onMade={show} onClose={close} />
      )}
      {open !== null && open !== "new" && "revoke" in open && (
        <Confirm
          title={`Revoke "${open.revoke.name}"?`}
          action="Revoke the key"
          run={() => revokeKey(open.revoke.id)}
          onDone={() => void client.invalidateQueries({ queryKey: ["keys"] })}
          onClose={close}
        >
          What uses it is refused at once, for good.
        </Confirm>
      )}
    </Page>
  );
}
