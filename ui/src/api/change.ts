import { type UseMutationOptions, useMutation } from "@tanstack/react-query";
import { newKey } from "./client";
import { mayRetry } from "./errors";

interface Sent<In> {
  input: In;
  key: string;
}

/**
 * A change of the user: `send` gets the input and one idempotency key, and is tried up to three times under
 * that same key when the line fails.
 */
export function useChange<In, Out>(
  send: (input: In, key: string) => Promise<Out>,
  options: {
    onDone?: (out: Out, input: In) => void;
    onRefused?: (error: Error, input: In) => void;
    retries?: number;
    networkMode?: UseMutationOptions["networkMode"];
  } = {},
) {
  const { onDone, onRefused, retries = 2, networkMode = "always" } = options;
  const mutation = useMutation<Out, Error, Sent<In>>({
    mutationFn: ({ input, key }) => send(input, key),
    retry: (failures, error) => failures < retries && mayRetry(error),
    retryDelay: (failures) => Math.min(400 * 2 ** failures, 4_000),
    networkMode,
    onSuccess: (out, { input }) => onDone?.(out, input),
    onError: (error, { input }) => onRefused?.(error, input),
  });
  return {
    ...mutation,
    mutate: (input: In, key: string = newKey()) => mutation.mutate({ input, key }),
    mutateAsync: (input: In, key: string = newKey()) => mutation.mutateAsync({ input, key }),
    /** Sends the last change again under the key it had. */
    sendAgain: () => {
      if (mutation.variables !== undefined) mutation.mutate(mutation.variables);
    },
  };
}
