/**
 * A record that a stage makes once, fills anew for each event and emits: an object of its own for every event is work for
 * the collector on the hottest way there is. It is born with all its fields, so that its shape never changes, and what has
 * no value before the first event is `undefined` until then. So its type is true from the first event on, and the stage
 * fills every field before it emits. Who receives it keeps nothing of it.
 */
export function reused<Value extends object>(blank: { [Key in keyof Value]: Value[Key] | undefined }): Value {
  return blank as Value
}
