import { expect, test } from 'vitest'
import { addressOf } from '../../src/detect/network.ts'

test.each([
  [
    '192.0.2.4',
    ['192.0.2.4', '192.0.2.4:58117', '::ffff:192.0.2.4', '::FFFF:c000:204', '[::ffff:192.0.2.4]:443', ' 192.0.2.4 '],
  ],
  [
    '2001:db8:0:0:0:0:0:1',
    [
      '2001:db8::1',
      '2001:0DB8:0:0:0:0:0:1',
      '2001:db8:0:0::1',
      '[2001:db8::1]',
      '"[2001:db8::1]:4711"',
      '2001:DB8::0:1',
    ],
  ],
  ['fe80:0:0:0:0:0:0:1', ['fe80::1%eth0', '[fe80::1%25en0]:80']],
  ['0:0:0:0:0:0:0:1', ['::1', '0:0:0:0:0:0:0:1']],
  ['64:ff9b:0:0:0:0:c000:204', ['64:ff9b::192.0.2.4', '64:ff9b::c000:204']],
])('%s in all its spellings', (one, spellings) => {
  expect([...new Set(spellings.map(addressOf))]).toEqual([one])
})

test.each([
  'eu-west-1',
  'AS64500',
  'corp:office',
  '192.0.2.400',
  '192.0.02.4:1',
  '1:2:3',
  '1::2::3',
  ':::',
  '::1.2.3',
  '2001:db8:::1',
  '12345::',
  'host.example:443',
  '',
  ':',
])('%s is no address, and stays', (text) => {
  expect(addressOf(text)).toBe(text)
})
