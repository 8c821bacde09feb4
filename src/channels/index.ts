import type { Channel } from '../ports/channel.ts'

/**
 * Every shipped channel that the configuration can name. The decision stream is none of them: each instance follows all commands for
 * the points that are connected with it, where a channel’s consumer group gives each command to one instance.
 */
export const channels: readonly Channel[] = []
