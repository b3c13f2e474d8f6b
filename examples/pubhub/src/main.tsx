/** The page: sign in, choose or make a project, see its feed; admins also see how the jobs go. */
import { type FormEvent, type ReactElement, useCallback, useEffect, useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { AdminMetrics } from "./components/admin-metrics.tsx";
import { Feed } from "./components/feed.tsx";
import { ToastProvider, useToast } from "./components/toasts.tsx";
import { type Api, createApi } from "./lib/api.ts";
import "./main.css";
import type { Project } from "./supabase/functions/make-server-dc1f2437/records.ts";

const tokenKey = "pubhub-session";

/** The session's token: from the address that the sign-in page sent us back to, or kept from before. */
function takeToken(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given !== null) {
    sessionStorage.setItem(tokenKey, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(tokenKey);
}

interface Claims {
  email: string;
  metadata?: { role?: string };
}

/** For what is shown only: the server checks the token. */
function claimsOf(token: string): Claims {
  const payload = token.split(".")[1] ?? "";
  return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as Claims;
}

function NewProject({ api, onMade }: { api: Api; onMade: (project: Project) => void }): ReactElement {
  const toast = useToast();
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const field = (name: string): string => String(new FormData(form).get(name) ?? "");
    const subreddits = field("subreddits")
      .split(/[\s,]+/)
      .filter(Boolean);
    const [name, description, persona] = [field("name"), field("description"), field("persona")];
    try {
      const project = await api.createProject({ name, description, persona, subreddits });
      form.reset();
      if (project.warning !== undefined) toast("error", project.warning);
      onMade(project);
    } catch (error) {
      toast("error", error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form className="card" onSubmit={(event) => void submit(event)}>
      <h2>New project</h2>
      <label>
        Name <input name="name" required />
      </label>
      <label>
        What is it about? <textarea name="description" rows={2} />
      </label>
      <label>
        How shall responses sound? <input name="persona" />
      </label>
      <label>
        Subreddits <input name="subreddits" placeholder="webdev, node" />
      </label>
      <button type="submit">Create project</button>
    </form>
  );
}

function Home({ token }: { token: string }): ReactElement {
  const api = useMemo(() => createApi(token), [token]);
  const toast = useToast();
  const { email, metadata } = claimsOf(token);
  const [projects, setProjects] = useState<Project[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const load = useCallback(async (): Promise<void> => {
    const found = await api.projects();
    setProjects(found);
    setChosen((before) => before ?? found[0]?.id ?? null);
  }, [api]);
  useEffect(() => {
    load().catch((error: unknown) => toast("error", error instanceof Error ? error.message : String(error)));
  }, [load, toast]);
  const signOut = (): void => {
    sessionStorage.removeItem(tokenKey);
    location.reload();
  };
  return (
    <>
      <header>
        <h1>PubHub</h1>
        <span>{email}</span>
        <button type="button" onClick={signOut}>
          Sign out
        </button>
      </header>
      <main>
        {projects.length > 1 && (
          <label>
            Project{" "}
            <select value={chosen ?? ""} onChange={(event) => setChosen(event.target.value)}>
              {projects.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        {chosen !== null && <Feed key={chosen} api={api} projectId={chosen} />}
        <NewProject
          api={api}
          onMade={({ id }) => {
            setChosen(id);
            void load();
          }}
        />
        {metadata?.role === "admin" && <AdminMetrics api={api} />}
      </main>
    </>
  );
}

function Page(): ReactElement {
  const [token] = useState(takeToken);
  if (token !== null) return <Home token={token} />;
  const signIn = `${document.body.dataset["signInUrl"]}?redirect_url=${encodeURIComponent(location.href)}`;
  return (
    <main>
      <h1>PubHub</h1>
      <p>Finds the posts on Reddit that matter to you.</p>
      <a className="button" href={signIn}>
        Sign in
      </a>
    </main>
  );
}

const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <ToastProvider>
      <Page />
    </ToastProvider>,
  );
