/**
 * Text that speaks to the model about its own conduct: to an assistant, about its task, its instructions, its user, its tools, or
 * what to do before or instead of them. A page or mail that was written for people does not. A weak sign, that never holds an
 * act by itself: it only takes away what a request hands over to a source.
 */
const toTheModel = [
  /\b(?:ai|a\.i\.|llm|gpt|chat ?bots?|(?:language|ai) models?|assistants?|(?:ai|llm|autonomous|coding) agents?|co-?pilot|claude|gemini)\b/i,
  /\b(?:system|previous|prior|earlier|above|original|initial|current|your) (?:prompts?|instructions?|tasks?|directives?|orders?|rules?|guidelines?)\b/i,
  /\b(?:before|after|instead of|prior to|while|once|when) (?:you|doing|solving|completing|answering|continuing|proceeding|that)\b.{0,60}\b(?:tasks?|requests?|questions?|answer|respond|reply|user|instructions?|anything)\b/i,
  /\b(?:the|your|my|this) (?:tasks?|requests?) (?:that )?(?:i|the user|you were|was|were|given|gave|at hand)\b/i,
  /\b(?:do not|don't|never|without) (?:mention|mentioning|tell|telling|inform|informing|reveal|revealing|notify|ask|asking)\b/i,
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:all|any|previous|prior|above|earlier|instructions?|rules?|prompt)\b/i,
  /\b(?:tool|function) calls?\b|\bcall the (?:tool|function)\b|\b(?:end-?user|the user(?:'s)?|your user)\b/i,
] as const

export const speaksToModel = (text: string): boolean => {
  const part = text.length > 4096 ? text.slice(0, 4096) : text
  return toTheModel.some((each) => each.test(part))
}
