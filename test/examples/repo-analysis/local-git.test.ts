import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { analyze } from "../../../examples/repo-analysis/src/analysis/analyze.ts";
import { assertGitRepository, createLocalGit } from "../../../examples/repo-analysis/src/commits/local-git.ts";
import type { TestRepository } from "./build-repository.ts";
import { buildRepository } from "./build-repository.ts";

const ALL = 2000;

describe("local git", () => {
  let repository: TestRepository;
  beforeEach(() => {
    repository = buildRepository();
  });
  afterEach(() => repository.remove());

  async function readAll() {
    const source = createLocalGit(repository.path);
    const { shas } = await source.listCommits(ALL);
    return source.getCommits(shas);
  }

  it("reads names that would break a parser of lines: tabs, newlines, quotes, emoji, numstat look-alikes", async () => {
    const names = [
      "a\tb.txt",
      "new\nline.txt",
      'quo"te.txt',
      "🎉/ünï.txt",
      "1\t2\tnumbers.txt",
      "\u0001commit",
      "-",
      " space ",
    ];
    for (const name of names) repository.write(name, "one\ntwo\n");
    const sha = repository.commit(
      'feat: 🎉 "quotes"\tand tabs',
      "2024-01-02T23:04:05+09:00",
      "Zoë 🚀 <Zoe@Example.com>",
    );
    const commits = await readAll();
    expect(commits).toHaveLength(1);
    expect(commits[0]).toMatchObject({
      sha,
      authorName: "Zoë 🚀",
      authorEmail: "Zoe@Example.com",
      authoredAt: "2024-01-02T23:04:05+09:00",
      subject: 'feat: 🎉 "quotes"\tand tabs',
      isMerge: false,
      added: 16,
      removed: 0,
      fileCount: 8,
    });
    expect(commits[0]?.files.map(({ path }) => path).sort()).toEqual([...names].sort());
  });

  it("reads renames, binary files and commits without changes", async () => {
    repository.write("old name.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
    repository.commit("one", "2024-01-01T10:00:00Z");
    repository.git("mv", "old name.txt", "new\tname.txt");
    repository.write("image.bin", new Uint8Array([0, 1, 2, 0]));
    repository.commit("two", "2024-01-01T11:00:00Z");
    repository.commit("three", "2024-01-01T12:00:00Z");
    const [three, two, one] = await readAll();
    expect(three).toMatchObject({ subject: "three", files: [], fileCount: 0 });
    expect(two?.files).toEqual([
      { path: "image.bin", added: 0, removed: 0 },
      { path: "new\tname.txt", previousPath: "old name.txt", added: 0, removed: 0 },
    ]);
    expect(one).toMatchObject({ subject: "one", added: 10, removed: 0 });
  });

  it("marks merges and counts their work once", async () => {
    repository.write("base", "base\n");
    repository.commit("base", "2024-01-01T10:00:00Z");
    repository.git("checkout", "-q", "-b", "side");
    repository.write("side", "a\nb\n");
    repository.commit("side", "2024-01-01T11:00:00Z");
    repository.git("checkout", "-q", "main");
    repository.git("merge", "-q", "--no-ff", "-m", "Merge side", "side");
    const commits = await readAll();
    expect(commits.map(({ subject, isMerge, added }) => ({ subject, isMerge, added }))).toEqual([
      { subject: "Merge side", isMerge: true, added: 0 },
      { subject: "side", isMerge: false, added: 2 },
      { subject: "base", isMerge: false, added: 1 },
    ]);
  });

  it("gives no commits for an empty repository", async () => {
    expect(await createLocalGit(repository.path).listCommits(ALL)).toEqual({ shas: [], truncated: false });
    expect(analyze(await readAll())).toMatchObject({ commits: 0, firstCommitAt: null, byHour: Array(24).fill(0) });
  });

  it("takes the newest commits and says that there are more", async () => {
    const shas = [1, 2, 3].map((day) => repository.commit(`c${day}`, `2024-01-0${day}T10:00:00Z`));
    const source = createLocalGit(repository.path);
    expect(await source.listCommits(2)).toEqual({ shas: [shas[2], shas[1]], truncated: true });
    expect(await source.listCommits(3)).toMatchObject({ truncated: false });
  });

  it("does not take the edge of a shallow clone for a commit that added every file", async () => {
    repository.write("a", "1\n2\n3\n");
    repository.commit("first", "2024-01-01T10:00:00Z");
    repository.write("b", "1\n");
    repository.commit("second", "2024-01-01T11:00:00Z");
    const clone = mkdtempSync(join(tmpdir(), "repo-analysis-clone-"));
    try {
      repository.git("clone", "-q", "--depth", "1", `file://${repository.path}`, clone);
      const source = createLocalGit(clone);
      const { shas, truncated } = await source.listCommits(ALL);
      expect(truncated).toBe(true);
      expect(await source.getCommits(shas)).toMatchObject([
        { subject: "second", added: 0, fileCount: 0, files: [], changesUnknown: true },
      ]);
    } finally {
      rmSync(clone, { recursive: true, force: true });
    }
  });

  it("is not led astray by a user's settings or by the variables of a git hook", async () => {
    repository.write("a", "1\n");
    repository.commit("only", "2024-01-01T10:00:00Z");
    for (const [key, value] of [
      ["log.showSignature", "true"],
      ["color.ui", "always"],
      ["diff.noprefix", "true"],
      ["log.date", "relative"],
    ]) {
      repository.git("config", key ?? "", value ?? "");
    }
    vi.stubEnv("GIT_DIR", "/nowhere/.git");
    try {
      expect(await readAll()).toMatchObject([{ subject: "only", files: [{ path: "a", added: 1 }] }]);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it("says what is wrong with a path", async () => {
    await expect(assertGitRepository(join(repository.path, "missing"))).rejects.toThrow(
      /missing is not a folder.*Expected/,
    );
    const plain = mkdtempSync(join(tmpdir(), "repo-analysis-plain-"));
    try {
      await expect(assertGitRepository(plain)).rejects.toThrow(
        /is not in a git repository\. Give a path made by `git clone`/,
      );
      await expect(createLocalGit(plain).listCommits(ALL)).rejects.toMatchObject({ name: "NonRetriableError" });
    } finally {
      rmSync(plain, { recursive: true, force: true });
    }
  });
});
