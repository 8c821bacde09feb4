import { cloudevents } from './cloudevents/cloudevents.ts'
import type { Format } from './format.ts'
import { native } from './native/native.ts'
import { otlp } from './otlp/otlp.ts'

/** Every inbound format, asked in this order: the ones that know themselves first. */
export const formats: readonly Format[] = [cloudevents, otlp, native]
