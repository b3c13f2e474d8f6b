/**
 * What a commit is to the analysis, whichever source it came from.
 * Everything here travels between steps as JSON, so it holds plain values only.
 */

/** One file that a commit touched. */
export interface FileChange {
  path: string;
  /** The path before a rename; absent when the file kept its name. */
  previousPath?: string;
  /** Lines; 0 for a binary file. */
  added: number;
  removed: number;
}

export interface Commit {
  sha: string;
  authorName: string;
  authorEmail: string;
  /** ISO 8601 with the author's own offset, such as `2024-01-02T03:04:05+09:00`. */
  authoredAt: string;
  /** First line of the message, cut at 200 characters. */
  subject: string;
  /** Merges carry no file changes: their work is counted in the commits they join. */
  isMerge: boolean;
  /** Lines over all files, also those left out of `files`. */
  added: number;
  removed: number;
  fileCount: number;
  /** True where a shallow clone was cut off: what the commit changed is not known here. */
  changesUnknown?: true;
  /** At most 200; see `fitCommits` for when there are fewer. */
  files: FileChange[];
}

/** The commits to analyse, newest first. */
export interface CommitList {
  shas: string[];
  /** True when the repository has older commits: more than were asked for, or cut off by a shallow clone. */
  truncated: boolean;
}

/** Where commits come from: a local clone or GitHub. */
export interface CommitSource {
  /**
   * Whose clock `authoredAt` shows: the author's own, or UTC where the source does not keep the author's offset.
   */
  timeZone: "author" | "utc";
  /** @param maxCommits the newest so many. */
  listCommits(maxCommits: number): Promise<CommitList>;
  /** @returns the commits in the order of `shas`. */
  getCommits(shas: readonly string[]): Promise<Commit[]>;
}

const SUBJECT_LENGTH = 200;
const NAME_LENGTH = 100;
const FILES_PER_COMMIT = 200;

/** Builds a commit and cuts what has no bound of its own, so that one odd commit cannot fill a step's output. */
export function toCommit(raw: Omit<Commit, "added" | "removed" | "fileCount">): Commit {
  return {
    ...raw,
    authorName: raw.authorName.slice(0, NAME_LENGTH),
    authorEmail: raw.authorEmail.slice(0, NAME_LENGTH),
    subject: raw.subject.slice(0, SUBJECT_LENGTH),
    added: raw.files.reduce((sum, file) => sum + file.added, 0),
    removed: raw.files.reduce((sum, file) => sum + file.removed, 0),
    fileCount: raw.files.length,
    files: raw.files.slice(0, FILES_PER_COMMIT),
  };
}
