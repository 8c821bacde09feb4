import kafkajs from 'kafkajs'
import { expect, test } from 'vitest'
import { murmur2, partitionOfKey } from '../../src/ports/partition-of.ts'

test("hashes are those of Kafka's own tests", () => {
  // org.apache.kafka.common.utils.UtilsTest.testMurmur2
  const hashes = {
    '21': -973932308,
    foobar: -790332482,
    'a-little-bit-long-string': -985981536,
    'a-little-bit-longer-string': -1486304829,
    lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8: -58897971,
    abc: 479470107,
  }
  for (const [key, hash] of Object.entries(hashes)) expect(murmur2(Buffer.from(key)), key).toBe(hash)
})

test('keys go where the partitioner of kafkajs puts them', () => {
  const partitioner = kafkajs.Partitioners.DefaultPartitioner()
  const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [],
    isr: [],
  }))
  for (let length = 1; length < 200; length++) {
    const key = 'aé😀z-'.repeat(40).slice(0, length)
    const expected = partitioner({ topic: 't', message: { key, value: null }, partitionMetadata })
    expect(partitionOfKey(key, 12), key).toBe(expected)
  }
})
