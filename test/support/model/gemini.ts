// Google's Gemini: https://ai.google.dev/api/generate-content
import { nextNumber, type Protocol, type Said, smallest } from './reply.ts';

const refuse: Protocol['refuse'] = ({ status, message, type = 'INTERNAL' }) => ({
  error: { code: status, message, status: type.toUpperCase() },
});

/** Streamed, with `?alt=sse`. */
export const gemini: Protocol = {
  ending: ':streamGenerateContent',
  stream: (said) => [`data: ${JSON.stringify(answerOf(said))}\r\n\r\n`],
  refuse,
};

/** In one piece: what the CLI asks beside the conversation. */
export const geminiWhole: Protocol = {
  ending: ':generateContent',
  stream: (said) => [JSON.stringify(answerOf(said))],
  refuse,
};

function answerOf(said: Said): object {
  const part =
    said.kind === 'text'
      ? { text: said.text }
      : { functionCall: { id: `call_${nextNumber()}`, name: said.name, args: said.input } };
  const { input, output, cached = 0 } = said.cost ?? smallest;
  return {
    responseId: `response_${nextNumber()}`,
    modelVersion: 'stand-in',
    candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: input,
      cachedContentTokenCount: cached,
      candidatesTokenCount: output,
      totalTokenCount: input + output,
    },
  };
}
