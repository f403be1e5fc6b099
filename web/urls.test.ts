import { expect, test } from 'vitest';
import { MOST_AT_ONCE, parseUrls } from './urls.ts';

test('addresses are found one a line or between blanks, with or without https://', () => {
  const { urls, wrong } = parseUrls(
    ' https://a.example/1.jpg\n\nhttp://127.0.0.1:3000/x\tcdn.example/2.png?x=1,2 ',
  );
  expect(urls).toEqual([
    'https://a.example/1.jpg',
    'http://127.0.0.1:3000/x',
    'https://cdn.example/2.png?x=1,2',
  ]);
  expect(wrong).toEqual([]);
});

test('what is no address is left to be mended', () => {
  const words = [
    'nonsense',
    'ftp://a.example/b.jpg',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    'a..b/c',
  ];
  expect(parseUrls(words.join('\n'))).toEqual({ urls: [], wrong: words, surplus: [] });
});

test('equal addresses are separate images, and 10,000 are taken at a time', () => {
  expect(parseUrls('https://a.example/b https://a.example/b').urls).toHaveLength(2);
  const many = Array.from({ length: MOST_AT_ONCE + 2 }, (_, n) => `https://a.example/${n}`).join('\n');
  const { urls, surplus } = parseUrls(many);
  expect([urls.length, surplus]).toEqual([10_000, ['https://a.example/10000', 'https://a.example/10001']]);
});
