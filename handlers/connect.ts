/** `$connect`: everybody may, where the stage has no authorizer. */
export const handler = async () => ({ statusCode: 200 });
