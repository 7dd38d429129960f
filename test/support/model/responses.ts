// OpenAI Responses: https://platform.openai.com/docs/api-reference/responses-streaming
import { nextNumber, type Protocol, type Said, smallest } from './reply.ts';

export const responses: Protocol = {
  ending: '/responses',
  stream: (said) =>
    eventsOf(said).map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
  refuse: ({ message, type = 'server_error' }) => ({ error: { type, code: type, message } }),
};

function eventsOf(said: Said): { type: string; [field: string]: unknown }[] {
  const number = nextNumber();
  const id = `resp_${number}`;
  const item =
    said.kind === 'text'
      ? {
          type: 'message',
          role: 'assistant',
          id: `item_${number}`,
          content: [{ type: 'output_text', text: said.text, annotations: [] }],
        }
      : {
          type: 'function_call',
          id: `item_${number}`,
          call_id: `call_${number}`,
          name: said.name,
          arguments: JSON.stringify(said.input),
        };
  const { input, output, cached = 0 } = said.cost ?? smallest;
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: input + output,
  };
  return [
    { type: 'response.created', response: { id } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id, usage, output: [item] } },
  ];
}
