// Prints `N passed, N failed` for the last run of scripts/check, whose exit code is the argument.
// Runs before anything is installed too, with whatever Node there is: hence no TypeScript.
import { readFileSync } from 'node:fs'

const results = new URL('../node_modules/.check/', import.meta.url)

function read(name) {
  try {
    return readFileSync(new URL(name, results), 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

/** The sections but the tests, which count one by one. */
function countSections(text) {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('tests '))
  const failed = lines.filter((line) => line.endsWith(' failed')).length
  return { passed: lines.length - failed, failed }
}

/** A test file that could not even be loaded is one failure. */
function countTests(text) {
  const report = JSON.parse(text)
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((t) => t.status !== 'failed'),
  )
  return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length }
}

const status = Number(process.argv[2] ?? 1)
const sections = read('sections')
const tests = read('tests.json')
const counts = [
  sections === null ? { passed: 0, failed: 1 } : countSections(sections),
  tests === null ? { passed: 0, failed: 1 } : countTests(tests),
]
const passed = counts.reduce((sum, count) => sum + count.passed, 0)
const counted = counts.reduce((sum, count) => sum + count.failed, 0)
const failed = status === 0 ? counted : Math.max(counted, 1)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
