import { describe, expect, it } from "vitest";
import { readArguments } from "../../../examples/repo-analysis/demo/arguments.ts";
import { parseRepoRef, toRepoId } from "../../../examples/repo-analysis/src/commits/repo-ref.ts";
import { readConfig } from "../../../examples/repo-analysis/src/config.ts";

describe("repository references", () => {
  it.each([
    [".", "local:/home/me"],
    ["../you/repo", "local:/home/you/repo"],
    ["/abs", "local:/abs"],
    ["local:/abs", "local:/abs"],
    ["octo/hello", "local:/home/me/octo/hello"],
    ["https://github.com/octo/hello", "github:octo/hello"],
    ["https://github.com/octo/hello.git", "github:octo/hello"],
    ["https://www.github.com/octo/hello/tree/main?x=1#readme", "github:octo/hello"],
    ["git@github.com:octo/hello.world.git", "github:octo/hello.world"],
    ["github:octo/hello", "github:octo/hello"],
  ])("reads %s", (input, id) => {
    expect(toRepoId(parseRepoRef(input, "/home/me"))).toBe(id);
    expect(toRepoId(parseRepoRef(id, "/elsewhere"))).toBe(id);
  });

  it.each([
    ["", /No repository given\. Expected/],
    ["https://gitlab.com/a/b", /Cannot read commits from https:\/\/gitlab\.com\/a\/b\. Expected/],
    ["https://github.com/octo", /Cannot read commits/],
    ["github:octo", /Cannot read commits/],
    ["github:octo/..", /does not name a GitHub repository/],
    ["https://github.com/oc to/x", /Cannot read commits|does not name/],
  ])("refuses %j", (input, message) => {
    expect(() => parseRepoRef(input, "/")).toThrow(message);
  });
});

describe("settings", () => {
  it("have defaults", () => {
    expect(readConfig({ GITHUB_TOKEN: "", PORT: "" })).toEqual({
      port: 3000,
      host: "127.0.0.1",
      dataDir: ".repo-analysis",
      maxCommits: 2000,
      githubUrl: "https://api.github.com",
      githubToken: null,
      slowDetailsMs: 0,
      encryptionKey: null,
      llmUrl: "https://api.anthropic.com",
      llmKey: null,
      freeAnalyses: 5,
      hasWorker: false,
      workerId: "worker-1",
      workerPollMs: 5000,
    });
    expect(readConfig({ GITHUB_API_URL: "https://ghe.example/api/v3/" }).githubUrl).toBe("https://ghe.example/api/v3");
  });

  it.each([
    ["MAX_COMMITS", "0", /MAX_COMMITS is 0; expected a whole number from 1 to 10000/],
    ["MAX_COMMITS", "many", /expected a whole number/],
    ["PORT", "65536", /PORT is 65536/],
    ["DEMO_SLOW_MS", "1.5", /DEMO_SLOW_MS is 1\.5/],
    ["GITHUB_API_URL", "api.github.com", /GITHUB_API_URL is api\.github\.com; expected a URL/],
  ])("refuse %s=%s", (name, value, message) => {
    expect(() => readConfig({ [name]: value })).toThrow(message);
  });
});

describe("the demo's arguments", () => {
  it("are optional", () => {
    expect(readArguments([])).toEqual({ repo: null, kill: false, keep: false, help: false, timeoutMs: 60_000 });
    expect(readArguments(["/r", "--kill", "--timeout", "5"])).toMatchObject({
      repo: "/r",
      kill: true,
      timeoutMs: 5000,
    });
  });

  it.each([
    [["a", "b"], /Expected one repository, got 2: a b/],
    [["--timeout", "soon"], /--timeout is soon; expected seconds/],
    [["--timeout", "0"], /--timeout is 0/],
    [["--kil"], /^Unknown option '--kil'\. What there is: npm run demo -- --help$/],
  ])("refuse %j", (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});
