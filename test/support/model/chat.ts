// OpenAI chat completions: https://platform.openai.com/docs/api-reference/chat-streaming
import { nextNumber, type Protocol, type Said, smallest } from './reply.ts';

export const chat: Protocol = {
  ending: '/chat/completions',
  stream: (said) => [
    ...chunksOf(said).map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`),
    'data: [DONE]\n\n',
  ],
  refuse: ({ message, type = 'server_error' }) => ({ error: { type, code: type, message } }),
};

function chunksOf(said: Said): object[] {
  const number = nextNumber();
  const delta =
    said.kind === 'text'
      ? { content: said.text }
      : {
          tool_calls: [
            {
              index: 0,
              id: `call_${number}`,
              type: 'function',
              function: { name: said.name, arguments: JSON.stringify(said.input) },
            },
          ],
        };
  const { input, output, cached = 0 } = said.cost ?? smallest;
  const usage = {
    prompt_tokens: input,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens: output,
    total_tokens: input + output,
  };
  const chunk = { id: `chatcmpl_${number}`, object: 'chat.completion.chunk', model: 'stand-in' };
  const finish_reason = said.kind === 'text' ? 'stop' : 'tool_calls';
  return [
    { ...chunk, choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: null }] },
    { ...chunk, choices: [{ index: 0, delta, finish_reason: null }] },
    { ...chunk, choices: [{ index: 0, delta: {}, finish_reason }] },
    { ...chunk, choices: [], usage },
  ];
}
