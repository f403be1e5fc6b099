/** `$disconnect`: nothing is kept for a connection, so there is nothing to let go. */
export const handler = async () => ({ statusCode: 200 });
