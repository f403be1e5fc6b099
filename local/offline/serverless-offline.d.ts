/** What serverless-offline exports for other plugins, as far as it is used here; it comes without types. */
declare module 'serverless-offline/lambda' {
  export default class Lambda {
    constructor(serverless: unknown, options: object);
    create(functions: { functionKey: string; functionDefinition: object }[]): void;
    /** An idle instance of the function, or a new one. */
    get(functionKey: string): { setEvent(event: unknown): void; runHandler(): Promise<unknown> };
  }
}
