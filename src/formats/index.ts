import { cloudevents } from './cloudevents.ts'
import type { Format } from './format.ts'
import { native } from './native.ts'
import { otlp } from './otlp.ts'

/** Every inbound format, asked in this order: the ones that know themselves first. */
export const formats: readonly Format[] = [cloudevents, otlp, native]
