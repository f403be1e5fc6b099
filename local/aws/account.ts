/** The account and region that this endpoint stands for; both are made up and checked nowhere. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';
