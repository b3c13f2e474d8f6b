/**
 * One brief in five durable steps. A step that has finished is never run again, and one that fails is tried again alone: a
 * failed upload does not cost another ten minutes of audio. Steps hand on texts and ids, never the audio itself, which stays
 * with ElevenLabs until it is uploaded.
 */
import { type InngestFunction, NonRetriableError } from "stepwell";
import { fetchBills } from "../../services/bills.ts";
import { saveBrief, saveFailure } from "../../services/briefs.ts";
import { generateScript } from "../../services/claude.ts";
import { generateAudio, openAudio } from "../../services/eleven-labs.ts";
import { fetchNews } from "../../services/news.ts";
import { uploadAudio } from "../../services/vultr.ts";
import { briefRequested, briefSchema, inngest } from "../client.ts";

export const generateBrief: InngestFunction = inngest.createFunction(
  {
    id: "generate-brief",
    name: "Generate a brief",
    retries: 3,
    triggers: [briefRequested],
    // The user hears of it: GET /.netlify/functions/briefs?userId=… has the failed brief and why it failed.
    onFailure: async ({ error, event, step }) => {
      const { run_id: runId, event: failed } = event.data;
      await step.run("save-failure", () => saveFailure(runId, failed.data as unknown, error.message));
    },
  },
  async ({ event, step, runId }) => {
    const wanted = briefSchema.safeParse(event.data);
    if (!wanted.success)
      throw new NonRetriableError(
        'The event asks for no brief; expected data such as {"userId":"user_1","policyInterests":["healthcare"]}.',
      );
    const { userId, policyInterests } = wanted.data;

    const bills = await step.run("fetch-bills", () => fetchBills(policyInterests));
    const news = await step.run("fetch-news", () => fetchNews(policyInterests));
    const script = await step.run("generate-script", () => generateScript({ policyInterests, bills, news }));
    const audio = await step.run("generate-audio", () => generateAudio(script.lines));

    return step.run("upload-and-save", async () => {
      const recording = await openAudio(audio.historyItemId);
      const audioUrl = await uploadAudio(`briefs/${userId}/${runId}.mp3`, recording);
      await saveBrief({ id: runId, userId, policyInterests, script: script.lines, audioUrl });
      return { briefId: runId, audioUrl };
    });
  },
);
