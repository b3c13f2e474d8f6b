/** Who signs in with a password: the list, making and removing. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { listUsers, removeUser, type User } from "../api/access.ts";
import { Button } from "../components/button.tsx";
import { Confirm } from "../components/confirm.tsx";
import { Card } from "../components/page.tsx";
import { QueryView } from "../components/query-view.tsx";
import { type Column, Table } from "../components/table.tsx";
import { Time } from "../components/time.tsx";
import { toMs } from "../format/time.ts";
import { UserDialog } from "./user-dialog.tsx";

const columns = (onRemove: (user: User) => void): readonly Column<User>[] => [
  { name: "Name", render: ({ name }) => <span className="font-medium wrap-anywhere">{name}</span> },
  { name: "Role", render: ({ role }) => role },
  {
    name: "Signed in",
    isWideOnly: true,
    render: ({ signedInAt }) => (signedInAt === null ? "never" : <Time at={toMs(signedInAt)} />),
  },
  { name: "Made by", isWideOnly: true, render: ({ createdBy }) => createdBy },
  {
    name: "",
    isRight: true,
    render: (user) => (
      <Button kind="danger" icon="trash" onClick={() => onRemove(user)}>
        Remove
      </Button>
    ),
  },
];

export function UsersCard(): ReactNode {
  const query = useQuery({ queryKey: ["users"], queryFn: listUsers });
  const [isMaking, setMaking] = useState(false);
  const [removed, setRemoved] = useState<User | null>(null);
  const client = useQueryClient();
  return (
    <Card
      title="Users"
      actions={
        <Button icon="plus" onClick={() => setMaking(true)}>
          New user
        </Button>
      }
    >
      <QueryView what="Users" query={query}>
        {(users) =>
          users.length === 0 ? (
            <p className="p-4 text-ink-3">None. Users sign in with a name and a password, each with a role.</p>
          ) : (
            <Table label="Users" rows={users} columns={columns(setRemoved)} keyOf={({ name }) => name} />
          )
        }
      </QueryView>
      {isMaking && <UserDialog onClose={() => setMaking(false)} />}
      {removed !== null && (
        <Confirm
          title={`Remove ${removed.name}?`}
          action="Remove the user"
          run={() => removeUser(removed.name)}
          onDone={() => void client.invalidateQueries({ queryKey: ["users"] })}
          onClose={() => setRemoved(null)}
        >
          They are signed out everywhere, at once. What they did stays in the audit log.
        </Confirm>
      )}
    </Card>
  );
}
