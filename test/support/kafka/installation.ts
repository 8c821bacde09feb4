import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { startCluster } from './cluster.ts'
import { format, run } from './format.ts'
import { once } from './once.ts'

/** 4.4.0 is listed, but parts of it are missing from Maven Central. */
const version = '4.3.1'

/** Only to resolve the broker’s jars. Without a logging backend the broker would be silent. */
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>rescind.test</groupId>
  <artifactId>kafka-broker-jars</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>3.8.1</version>
  </plugin></plugins></build>
</project>
`

export interface Installation {
  java: string
  classpath: string
  /** bootstrap.checkpoint, as Kafka’s \`format\` writes it: the features of a new cluster. */
  checkpoint: string
  options: readonly string[]
}

/** Why this machine cannot run Kafka by Java, or the way to run it. Downloads and prepares what is missing, once per machine. */
export async function findInstallation(): Promise<Installation | { missing: string }> {
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java'
  const said = spawnSync(java, ['-version'], { encoding: 'utf8', timeout: 30_000 }).stderr ?? ''
  const release = Number(/version "(\d+)/.exec(said)?.[1])
  if (!(release >= 17)) return { missing: `Java 17 or newer (${said === '' ? 'none found' : said.split('\n')[0]})` }
  const given = process.env.RESCIND_KAFKA_JARS
  const jars = given || join(cacheDirectory(), `rescind-kafka-jars-${hash(pom)}`)
  if (!existsSync(jars)) {
    if (given) return { missing: `the jars of RESCIND_KAFKA_JARS (${given} does not exist)` }
    if (spawnSync('mvn', ['-version'], { timeout: 30_000 }).status !== 0)
      return { missing: 'Maven (`mvn`), to download the jars' }
    await once(jars, (part) => download(part))
  }
  const names = readdirSync(jars).filter((name) => name.endsWith('.jar'))
  const classpath = names
    .sort()
    .map((name) => join(jars, name))
    .join(delimiter)
  const prepared = join(cacheDirectory(), `rescind-kafka-start-${hash(said + classpath)}`)
  await once(prepared, (part) => prepare(java, classpath, part))
  const archive = join(prepared, 'classes.jsa')
  const options = existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : []
  return { java, classpath, checkpoint: join(prepared, 'bootstrap.checkpoint'), options }
}

/** Fifty jars, 44 MB. Maven’s own repository is not touched: the home that Java believes in may be unwritable. */
async function download(part: string): Promise<void> {
  const began = performance.now()
  process.stderr.write(`Kafka ${version}: downloading from Maven Central ...\n`)
  const work = join(part, 'work')
  mkdirSync(work)
  writeFileSync(join(work, 'pom.xml'), pom)
  await run('mvn', [
    ...['-q', '-B', '-C', '-f', join(work, 'pom.xml'), `-Dmaven.repo.local=${join(work, 'repository')}`],
    ...['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${part}`],
  ])
  rmSync(work, { recursive: true })
  process.stderr.write(`Kafka ${version}: downloaded in ${Math.round((performance.now() - began) / 1000)} s\n`)
}

/**
 * What each start would do again, done once: Kafka’s `format`, and an archive of the classes that a broker loads (the Java machine
 * checks that it fits), which halves the time until a broker is ready.
 */
async function prepare(java: string, classpath: string, part: string): Promise<void> {
  const checkpoint = await format({ java, classpath, options: [] }, part)
  const options = [`-XX:ArchiveClassesAtExit=${join(part, 'classes.jsa')}`]
  try {
    const cluster = await startCluster({ java, classpath, checkpoint, options }, {})
    await cluster.close(20_000)
  } catch (error) {
    // A Java machine without such archives: its brokers start more slowly, or say better than this why they do not.
    process.stderr.write(`Kafka ${version}: no class archive: ${String(error)}\n`)
  }
}

/** The person’s cache, or where that cannot be written, a directory of theirs alone under the temporary one. */
function cacheDirectory(): string {
  const wanted = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')
  try {
    mkdirSync(wanted, { recursive: true })
    accessSync(wanted, constants.W_OK)
    return wanted
  } catch {
    const own = process.getuid?.() ?? 0
    const instead = join(tmpdir(), `rescind-cache-${own}`)
    mkdirSync(instead, { recursive: true, mode: 0o700 })
    // Code is run from here: what another user put there first is not taken.
    if (process.getuid !== undefined && statSync(instead).uid !== own) throw new Error(`${instead} is not ours`)
    return instead
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
