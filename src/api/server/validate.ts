import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { faultsOf } from '../../model/faults.ts'
import { refusal } from './problem.ts'

/** Checks by the model’s own schemas; the error names the first field that is wrong. */
export const validator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = Compile(schema)
  return (given: unknown) => {
    const value = Value.Default(schema, httpPart === 'body' ? given : Value.Convert(schema, { ...(given as object) }))
    if (compiled.Check(value)) return { value }
    const [fault] = faultsOf(schema, value, '')
    const where = httpPart ?? 'request'
    const field = fault === undefined || fault.path === '' ? where : `${where}.${fault.path}`
    return { error: refusal('API_INVALID', `${field}: ${fault?.message ?? 'is wrong'}`, { field }) }
  }
}
