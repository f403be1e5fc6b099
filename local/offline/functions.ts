import Lambda from 'serverless-offline/lambda';
import type { Serverless } from './service.ts';

/** Runs a function of serverless.yml, by its name there, and gives its answer. */
export type Invoke = (functionKey: string, event: unknown) => Promise<unknown>;

/** The functions as serverless-offline runs them: in this process, and in one instance for each event under way. */
export function functionsOf(serverless: Serverless): Invoke {
  const { service } = serverless;
  const lambda = new Lambda(serverless, service.custom['serverless-offline']);
  lambda.create(
    Object.entries(service.functions).map(([functionKey, functionDefinition]) => ({
      functionKey,
      functionDefinition,
    })),
  );
  return (functionKey, event) => {
    const instance = lambda.get(functionKey);
    instance.setEvent(event);
    return instance.runHandler();
  };
}
