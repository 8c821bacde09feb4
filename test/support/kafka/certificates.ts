import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate with its key, as PEM files. */
export interface Certificate {
  certFile: string
  keyFile: string
}

/** An authority that signs for whoever asks, with openssl, which comes with Java on Debian. Its files are in `directory`. */
export function authority(directory: string, name: string) {
  const ca = pairOf(directory, name)
  openssl(['req', '-x509', ...newKey(ca), '-out', ca.certFile, '-subj', `/CN=${name}`, '-days', '2'])
  return {
    caFile: ca.certFile,
    /** For servers on 127.0.0.1 and for clients. With `days` below zero it has expired. */
    sign(subject: string, days = 2): Certificate {
      const pair = pairOf(directory, `${name}-${subject}-${days}`)
      const request = `${pair.certFile}.csr`
      const extensions = `${pair.certFile}.ext`
      writeFileSync(extensions, 'basicConstraints=CA:FALSE\nsubjectAltName=IP:127.0.0.1\n')
      openssl(['req', '-new', ...newKey(pair), '-out', request, '-subj', `/CN=${subject}`])
      openssl([
        ...['x509', '-req', '-in', request, '-out', pair.certFile, '-days', String(days), '-extfile', extensions],
        ...['-CA', ca.certFile, '-CAkey', ca.keyFile, '-set_serial', String(++serial)],
      ])
      return pair
    },
  }
}

let serial = 0

/** Key and certificate in one file, as Kafka takes them. */
export function bundle({ certFile, keyFile }: Certificate): string {
  const path = `${certFile}.bundle`
  writeFileSync(path, readFileSync(keyFile, 'utf8') + readFileSync(certFile, 'utf8'))
  return path
}

const pairOf = (directory: string, name: string): Certificate => ({
  certFile: join(directory, `${name}.pem`),
  keyFile: join(directory, `${name}.key`),
})

const newKey = ({ keyFile }: Certificate) => [
  ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile],
]

function openssl(args: readonly string[]): void {
  const { error, status, stderr } = spawnSync('openssl', args, { encoding: 'utf8', timeout: 30_000 })
  if (error !== undefined) throw new Error('openssl is missing (Debian: apt-get install openssl)', { cause: error })
  if (status !== 0) throw new Error(`openssl ${args.join(' ')} ended with ${status}:\n${stderr}`)
}
