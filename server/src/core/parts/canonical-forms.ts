/**
 * Canonical JSON of what calls carry, for callers that sign: stored text has keys in the order in which they came, and a signature is
 * over sorted ones. Each text is sorted once and its form kept while there is room, so that a run of many steps does not sort
 * all of them again for each call. Made by create-engine, used by build-call. What is lost of it costs time and nothing else.
 */
import { canonicalJson } from "stepwell/signing";

/** Gives the canonical form of a JSON text. The text under one index must be the same forever. */
export type CanonicalForm = (index: number, text: string) => string;

export interface CanonicalForms {
  /** For the texts of one run or event, by its id. */
  of(owner: string): CanonicalForm;
}

interface Kept {
  /** By index. Null: the text is canonical by itself. */
  forms: (string | null)[];
  /** What it counts towards the bound. */
  size: number;
}

const defaultMost = 16 * 1024 * 1024;
/** What a form counts beside its characters. */
const overhead = 16;

/** @param most characters that are kept; those of the owner that was asked for last always are. */
export function createCanonicalForms(most: number = defaultMost): CanonicalForms {
  /** The owner that was asked for longest ago comes first. */
  const owners = new Map<string, Kept>();
  let size = 0;

  const keep = (kept: Kept, added: number): void => {
    kept.size += added;
    size += added;
    for (const [owner, oldest] of owners) {
      if (size <= most || oldest === kept) return;
      owners.delete(owner);
      size -= oldest.size;
    }
  };

  return {
    of(owner) {
      const kept = owners.get(owner) ?? { forms: [], size: 0 };
      owners.delete(owner);
      owners.set(owner, kept);
      return (index, text) => {
        const known = kept.forms[index];
        if (known !== undefined) return known ?? text;
        const form = canonicalJson(JSON.parse(text));
        kept.forms[index] = form === text ? null : form;
        if (owners.get(owner) === kept) keep(kept, overhead + (form === text ? 0 : form.length));
        return form;
      };
    },
  };
}
