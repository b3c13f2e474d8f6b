/**
 * Speech from ElevenLabs: text-to-dialogue makes a recording, which takes ten minutes and more, and keeps it in the account's
 * history, from where the upload takes it. Called by the steps `generate-audio` and `upload-and-save`.
 * Source: https://elevenlabs.io/docs/api-reference/text-to-dialogue
 */
import { accessTo, patience } from "../settings.ts";
import { ask, assertOk, failureText, type Question } from "./ask.ts";
import type { Line } from "./claude.ts";
import { postAndWait } from "./post-and-wait.ts";

const voices: Readonly<Record<Line["speaker"], string>> = {
  sarah: "EXAVITQu4vr4xnSDxMaL",
  david: "JBFqnCBsd6RMkjVDRZzb",
};

export interface Recording {
  historyItemId: string;
}

export async function generateAudio(lines: readonly Line[]): Promise<Recording> {
  const { url, key, keyName } = accessTo("elevenLabs");
  const question: Question = { service: "ElevenLabs", keyName, patienceMs: patience("audio") };
  const body = {
    model_id: "eleven_v3",
    inputs: lines.map(({ speaker, text }) => ({ text, voice_id: voices[speaker] })),
  };
  const answer = await postAndWait(
    `${url}/v1/text-to-dialogue`,
    { "xi-api-key": key },
    body,
    question.patienceMs,
  ).catch((cause: unknown) => {
    throw new Error(failureText(question.service, question.patienceMs, cause), { cause });
  });
  await assertOk(answer, question);
  const historyItemId = answer.headers.get("history-item-id");
  if (historyItemId === null) throw new Error("ElevenLabs answered without the id of the recording.");
  return { historyItemId };
}

/** A recording of the account's history. */
export async function openAudio(historyItemId: string): Promise<Uint8Array<ArrayBuffer>> {
  const { url, key, keyName } = accessTo("elevenLabs");
  const response = await ask(
    `${url}/v1/history/${encodeURIComponent(historyItemId)}/audio`,
    { headers: { "xi-api-key": key } },
    { service: "ElevenLabs", keyName, patienceMs: patience("short") },
  );
  return new Uint8Array(await response.arrayBuffer());
}
