import { expect, test } from 'vitest';
import { countAnswers } from './count-answers.ts';
import { ServiceError } from './errors.ts';
import type { ServerMessage } from './protocol.ts';

const accepted: ServerMessage = {
  type: 'accepted',
  requestId: 'id',
  imageUrl: 'http://a.test/',
  position: 0,
  etaMs: 0,
};
const refused = (code: 'INVALID_URL' | 'OVERLOADED'): ServerMessage => ({
  type: 'error',
  error: new ServiceError(code).toBody(),
});

test('what is accepted and what is refused is counted, the latter by code', () => {
  expect(countAnswers([accepted, refused('INVALID_URL'), accepted, refused('INVALID_URL')])).toEqual({
    Accepted: 2,
    Answered: 2,
    Errors_INVALID_URL: 2,
  });
  expect(countAnswers([refused('OVERLOADED')])).toEqual({ Answered: 1, Errors_OVERLOADED: 1 });
});

test('what is nought is no metric, for each costs', () => {
  expect(countAnswers([])).toEqual({});
  expect(countAnswers([{ type: 'pong', serverTime: 1 }])).toEqual({});
});
